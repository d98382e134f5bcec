"""Generated mails beside what they must not hold: reports full of planted values, hostile ones among them."""

import html
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from builders import a_report, a_victim, a_violation
from databases import NOW
from invented_names import SPELLINGS
from mailing import a_letter
from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.protected import protected_in
from tocsin.domain.spotting import Wanted
from tocsin.mailer.guarding import Guarded, coded_of, wanted_of
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.composing import compose
from tocsin.mailer.writing.letters import Act, DrillLetter, GatheredLetter, Letter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.words import words
from tocsin.store.mail.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel, UpdateCause
from tocsin_schemas.deliveries import MailKind
from tocsin_schemas.reports import Narrative, Source
from tocsin_schemas.victims import Organisation, PersonName
from tocsin_schemas.violations import Authority, Place
from tocsin_schemas.vocabulary import AuthorityKind, SourceRelation, ViolationType

LANGUAGES = ("en", "fr", "es", "ar", "ru", "pt")
HOSTILE = [
    "Bcc: all@quelpress.example",
    "\r\nBcc: everyone@press.example\r\n\r\nQuelvaro",
    "\nSubject: Ombrelune",
    "{{ 7 * 7 }}{% raw %}{count}{0.__class__}%(x)s${y}",
    "{words.messages}{letter}",
    "</p><script>alert(1)</script><img src=x onerror=1>",
    '" onmouseover="x" \'',
    "\u202egnp.exe\u2066\u2069\u200f\u200e\u202a",
    "=?utf-8?q?=0D=0ABcc=3A_x?=",
    "\x00\x0b\x1f\u2028\u2029\u0085",
    "<bdi>&amp;&#13;&#10;&lrm;",
    "\ufeff\u00ad\u200d\U000e0041",
]
PROSE = [
    "Plain-clothes men took her from the bakery beside the blue mosque and nobody has seen her since.",
    "Des hommes en civil ont frappé à la porte du verger avant l’aube et emporté trois carnets.",
    "رجال بملابس مدنية أخذوا شقيقها من المخبز القريب من الجسر القديم ولم يعد أحد يعرف مكانه",
    "Люди в штатском увели его брата из пекарни у старого моста, и больше его никто не видел.",
    "便衣人员在旧桥旁的面包店带走了她的哥哥此后再也没有人见过他",
    "Unos hombres sin uniforme se llevaron los cuadernos del huerto y amenazaron a la vecina anciana.",
]
KINDS = [*(kind for kind in MailKind if kind is not MailKind.DRILL), MailKind.DRILL]
RENDERING = Rendering("https://alerts.example", "tocsin.example", lambda delivery: f"reply+{delivery}@in.example")


@dataclass(frozen=True)
class Made:
    """A mail, what it must not hold, and some of that as it stands in the report."""

    kind: MailKind
    mail: Mail
    guarded: Guarded
    secrets: list[str]


def make(number: int) -> Made:
    """The same number gives the same mail."""
    chance = random.Random(number)
    report, secrets = _report(chance)
    language, kind = chance.choice(LANGUAGES), KINDS[number % len(KINDS)]
    level = DisclosureLevel.L0 if kind is MailKind.WITHDRAWAL or chance.random() < 0.3 else DisclosureLevel.L1
    claim = claim_from(report, report_id(report.publisher, report.publisher_reference))
    letter = _letter(chance, kind, level, language, [claim])
    mail = compose(RENDERING, _whole(kind, letter))
    one = protected_in(json.loads(report.model_dump_json(exclude_none=True)))
    guarded = Guarded(
        language,
        (wanted_of([one]), Wanted(exact=frozenset({"other@mechanism.example"}))),
        coded_of([one], language) if level is DisclosureLevel.L0 else None,
        (RENDERING.pages_url, RENDERING.mail_domain, letter.reference, words(language).city(letter.timezone)),
    )
    return Made(kind, mail, guarded, secrets)


def _letter(chance: random.Random, kind: MailKind, level: DisclosureLevel, language: str, claims: list[Any]) -> Letter:
    told = level is not DisclosureLevel.L0
    names = {"en": hostile(chance) + " Working Group", language: "Groupe " + hostile(chance)}
    acts = [
        Act(
            [names],
            chance.choice(["urgent_appeal", hostile(chance)]),
            chance.random() < 0.5,
            NOW.date(),
            True,
        )
    ]
    terms = Terms(chance.choice(["P1", "P2", "P3", "P4"]), NOW, chance.choice([None, NOW + timedelta(hours=30)]))
    return a_letter(
        kind=kind,
        level=level,
        language=language,
        claims=claims,
        update_cause=chance.choice([None, *UpdateCause]) if kind is MailKind.UPDATE else None,
        mandate=None if kind is MailKind.WITHDRAWAL else SimpleNamespace(key="X", name=names),
        rule=chance.choice(["mandate-by-violation", "no-such-rule", hostile(chance)]),
        terms=terms,
        root=terms,
        acted=acts if told else (),
        asked_since=NOW,
        timezone=chance.choice(["UTC", "Africa/Tunis", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"]),
        possible_repeat=chance.random() < 0.2,
    )


def hostile(chance: random.Random) -> str:
    """Another for each mail: pieces of ``HOSTILE`` and of what turns, breaks or ends a text, in any order."""
    pieces = [
        *HOSTILE[1::2],
        "\r",
        "\n",
        "\u202e",
        "\u2069",
        "\u2028",
        "{{x}}",
        "<b>",
        "&#10;",
        "%0d%0a",
        "\t",
        ": ",
        "é",
    ]
    return "".join(chance.choices(pieces, k=chance.randint(1, 5)))


def _whole(kind: MailKind, letter: Letter) -> Any:
    if kind in {MailKind.BUNDLE, MailKind.DIGEST}:
        other = replace(letter, case_id="0c" * 16, reference="HRD-9QW2-1TX")
        return GatheredLetter(letter.delivery, [letter, other], letter.language, letter.timezone, letter.address)
    if kind is MailKind.DRILL:
        return DrillLetter(letter.delivery, "0d" * 16, letter.mandate, NOW, letter.language, "UTC", letter.address)
    return letter


def _report(chance: random.Random) -> tuple[Any, list[str]]:
    """And those of its values that a leak is made of."""
    people = chance.sample(SPELLINGS, 3)
    names = [PersonName(value=spelled) for _, latin, written in people for spelled in (latin, written)]
    hostile, prose = _line(chance.choice(HOSTILE[0::2])), chance.choice(PROSE)
    victim = a_victim(
        names=[*names, PersonName(value=f"Zorvane {hostile}")],
        birth="1984-03-09",
        residence="Quartier Ombrelune 17",
        organisations=[Organisation(name="Ligue Quelvaro")],
        identity_document="passport QX4471902",
        contact="+228 90 55 41 27, tante@quelvaro.example",
    )
    violation = a_violation(
        types=chance.sample(list(ViolationType), 3),
        country=chance.choice(["TGO", "IRN", "RUS", "COL", "PSE"]),
        place=Place(name="Velmora-sur-Lac"),
        authorities=[Authority(kind=AuthorityKind.POLICE, name="Brigade Tarsenko", unit="Unit Kvell 9")],
    )
    source = Source(
        relation=SourceRelation.ORGANISATION, name="Drusilla Montvarek", contact="drusilla@quelvaro.example"
    )
    report = a_report(
        alleged_victims=[victim], violation=violation, source=source, narratives=[Narrative(language="en", text=prose)]
    )
    secrets = [name.value for name in names] + ["Ligue Quelvaro", "Velmora-sur-Lac", "Brigade Tarsenko", "QX4471902"]
    secrets += ["Montvarek", "drusilla@quelvaro.example", "90 55 41 27", "9 March 1984", prose[:60]]
    return report, [*secrets, "other@mechanism.example"]


def _line(text: str) -> str:
    """As far as a report lets it in: text of one line, without what cannot be printed."""
    return "".join(c for c in text if c.isprintable()) or "x"


Hide = Callable[[Mail, str], Mail]


def hidings() -> Iterator[tuple[str, Hide]]:
    """Ways in which a value may get into a mail, by name."""
    yield "text", lambda mail, value: replace(mail, text=mail.text + value)
    yield "wrapped", lambda mail, value: replace(mail, text="\n  ".join([mail.text, *value.split(" ")]))
    yield "capitals", lambda mail, value: replace(mail, text=f"{mail.text} ({value.upper()})")
    yield "invisible", lambda mail, value: replace(mail, text=f"{mail.text} " + "\u00ad".join(value))
    yield "subject", lambda mail, value: replace(mail, subject=f"{mail.subject} {value}")
    yield "header", lambda mail, value: replace(mail, headers=mail.headers | {"X-Case": value})
    yield "html", lambda mail, value: _in_html(mail, html.escape(value))
    yield "tags", lambda mail, value: _in_html(mail, "<b>" + "</b><b>".join(map(html.escape, value)) + "</b>")
    yield "entities", lambda mail, value: _in_html(mail, "".join(f"&#{ord(c)};" for c in value))
    yield "link", lambda mail, value: _in_html(mail, f'<a href="https://x.example/?q={quote(value)}">x</a>')
    yield "comment", lambda mail, value: _in_html(mail, f"<!-- {html.escape(value).replace('-->', '')} -->")


def _in_html(mail: Mail, more: str) -> Mail:
    return replace(mail, html=mail.html.replace("</main>", f"<p>{more}</p></main>"))
