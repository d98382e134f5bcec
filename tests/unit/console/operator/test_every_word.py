"""Whatever code a page may show has words in every language, and every sentence that is kept can be said in each."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

import pytest

import tocsin
from tocsin.auditor.conservation import KINDS
from tocsin.console.operator import case, sentences
from tocsin.console.operator.words import FOLDER, KNOWN, LANGUAGES, words
from tocsin.domain import asking, breaches
from tocsin.domain.following.acting import ActionState
from tocsin.domain.following.replies import ReplyKind
from tocsin.domain.forms import Form
from tocsin.domain.matching.verdicts import Verdict
from tocsin.domain.matching.wording import EVIDENCE, REASONS, REMARKS, VETOES
from tocsin.domain.names.reasons import FORMS as NAMES
from tocsin.domain.routing import entries, wording
from tocsin.knowledge.load import labels
from tocsin.mailer.providers.account import LISTS
from tocsin.runtime.catalogues import catalogue
from tocsin.runtime.openpgp import Unfit
from tocsin.store.alerting.due_times import Kind
from tocsin.store.directory.seals import Alteration
from tocsin.store.matching import reviews
from tocsin.store.recipients import heard_answers
from tocsin_schemas.alerts import HoldReason
from tocsin_schemas.answers import Answer, NotMineReason
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.deliveries import Channel, DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.directory import RecipientEntry, Role
from tocsin_schemas.knowledge import Flag, MembershipStatus
from tocsin_schemas.vocabulary import (
    ActionType,
    Audience,
    Certainty,
    ConsentStatus,
    Occupation,
    Purpose,
    ReplyQuality,
    Topic,
    Urgency,
    ViolationType,
)

SOURCES = Path(tocsin.__file__).parent
CODES: dict[str, Iterable[str]] = {
    "kind": reviews.KINDS,
    "finding": (*KINDS, "component_down"),
    "evidence": EVIDENCE,
    "veto": VETOES,
    "remark": REMARKS,
    "reason": REASONS,
    "verdict": Verdict,
    "due": Kind,
    "acted": ActionState,
    "act": ActionType,
    "answer": Answer,
    "declined": NotMineReason,
    "heard": heard_answers.CHANGED_NOTHING,
    "altered": Alteration,
    "fault": Alteration,
    "unfit": Unfit,
    "list": LISTS,
    "came": ReplyKind,
    "cause": DeliveryCause,
    "channel": Channel,
    "mail": MailKind,
    "mailed": DeliveryState,
    "hold": HoldReason,
    "link": LinkKind,
    "seat": (*Role, "unknown", "mechanism"),
    "audience": Audience,
    "purpose": Purpose,
    "consent": ConsentStatus,
    "topic": Topic,
    "flag": (*case.FLAGS, *Flag),
    "occupation": Occupation,
    "status": MembershipStatus,
    "urgency": Urgency,
    "certainty": Certainty,
    "reply": ReplyQuality,
    "violation": ViolationType,
    "label": ("emblematic", "P1", "P2", "P3", "P4"),
    "stands": ("open", "closed", "merged"),
    "moment.decision": (*Verdict, "emblematic", "P1", "P2", "P3", "P4", "ended", "taken_back"),
    "asked": ("escalation-exhausted", "nobody-answered", "nobody-left"),
}
"""By kind, as pages ask for them."""
ALL_FORMS = [
    *(("why", form) for forms in asking.FORMS.values() for form in forms),
    *(("breach", form) for form in breaches.FORMS.values()),
    *(("names", form) for form in NAMES),
    *(("routed", form) for form in (*wording.SENTENCES, *wording.ADDED, wording.BOTH, wording.RESPONSIBLE)),
]


def lacking(kind: str, codes: Iterable[str], language: str) -> list[str]:
    known = labels(language).get(KNOWN.get(kind, ""), {})
    return [f"{language} {kind}.{code}" for code in codes if code not in known and not has(language, f"{kind}.{code}")]


def has(language: str, key: str) -> bool:
    """In this language itself, not in the English that stands in for it."""
    text = "".join(path.read_text("utf-8") for path in (FOLDER / language).glob("*.po"))
    return f'msgid "{key}"' in text


@pytest.mark.parametrize("kind", CODES)
def test_every_code_has_words_in_every_language(kind: str) -> None:
    assert [key for language in LANGUAGES for key in lacking(kind, CODES[kind], language)] == []


def test_every_act_that_the_audit_log_may_hold_has_words() -> None:
    acts = set(_audited())
    assert {"case-read", "report-accepted", "alert-escalated"} <= acts
    assert [key for language in LANGUAGES for key in lacking("audited", sorted(acts), language)] == []


def _audited() -> Iterator[str]:
    """What the source appends, where it names it in so many words."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) != "audit.append":
                continue
            yield from (str(named.value) for named in node.args[2:3] if isinstance(named, ast.Constant))


def test_every_rule_that_routing_names_has_words() -> None:
    """A case of which nobody is told shows them all."""
    named = set()
    for path in (SOURCES / "domain/routing").glob("*.py"):
        named |= set(re.findall(r'"((?:consent|mandate-by|tlp)-[a-z]+(?:-[a-z]+)*)"', path.read_text("utf-8")))
    assert {"consent-absent", "tlp-red", "mandate-by-violation"} <= named
    assert [key for language in LANGUAGES for key in lacking("rule", sorted(named), language)] == []
    statuses = [f"consent-{status}" for status in ConsentStatus]
    assert [key for language in LANGUAGES for key in lacking("rule", statuses, language)] == []


def test_a_kind_of_review_has_forms_or_codes_and_no_form_is_of_no_kind() -> None:
    assert set(asking.FORMS) | set(asking.CODED) == set(reviews.KINDS)
    assert not set(asking.FORMS) & set(asking.CODED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "form"), ALL_FORMS, ids=[f"{kind}.{form.key}" for kind, form in ALL_FORMS])
def test_every_form_is_said_with_all_its_facts(kind: str, form: Form, language: str) -> None:
    told = catalogue(FOLDER, language).messages.gettext(f"{kind}.{form.key}")
    assert {name for _, name, _, _ in Formatter().parse(told) if name} == set(form.facts)
    assert has(language, f"{kind}.{form.key}")


FACT = dict.fromkeys(sentences.FACTS, "X1")
EXAMPLES = [(kind, form) for kind, forms in asking.FORMS.items() for form in forms]


@pytest.mark.parametrize(("kind", "form"), EXAMPLES, ids=[form.key for _, form in EXAMPLES])
def test_what_is_written_by_a_form_is_read_by_it(kind: str, form: Form) -> None:
    facts = {name: FACT.get(name, f"{number}") for number, name in enumerate(form.facts)}
    read = form.read(form(**facts))
    assert read == facts
    said = sentences.reason(words("fr"), kind, form(**facts))
    assert all(value in said for value in facts.values())


def test_a_sentence_of_no_form_is_shown_as_it_stands_and_marked() -> None:
    shown = sentences.reason(words("fr"), "drill_unanswered", "somebody wrote <b>this</b>")
    assert shown.__html__() == '<bdi lang="en">somebody wrote &lt;b&gt;this&lt;/b&gt;</bdi>'


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("“Koku” ~ “Kokou”: forms of one name, rarity 9 bits", "formes d'un même nom, rareté 9 bits"),
        ("“Koku” stands on one side only", "« Koku » n'est que d'un côté"),
        (
            "“A” ~ “B”: skeleton kk = kk, 93% alike, rarity 4 bits",
            "squelette kk = kk, semblables à 93 %, rareté 4 bits",
        ),
        ("order and completeness of the words", "ordre et nombre des mots"),
    ],
)
def test_why_names_agree_is_said_in_french_too(text: str, french: str) -> None:
    assert french in sentences.because(words("fr"), text)


ROUTED = [
    (
        "mandate-by-violation",
        "arrest, arbitrary_detention [unverified]; FRA, responsible for NCL, was bound by COE on 2026-11-20",
        "arrestation, détention arbitraire [non vérifié] ; France, responsable de Nouvelle-Calédonie, était lié par"
        " COE le 2026-11-20",
    ),
    (
        "mandate-by-flag",
        "defender; TGO was bound by ACHPR on 2010-06-15, which the date may mean (state_party) [unverified]",
        "défenseur ou défenseuse ; Togo était lié par ACHPR le 2010-06-15, jour que la date peut désigner (État partie)"
        " [non vérifié]",
    ),
    ("mandate-by-country", "BLR; UN-SR is competent for every State, here BLR", "Bélarus ; UN-SR est compétent"),
    ("under-embargo", "not to be told before 2026-12-01 08:00 UTC", "avant le 2026-12-01 08:00 UTC"),
    ("not-a-member", "TGO is not bound by COE", "Togo n'est pas lié par COE"),
    (
        "mandate-by-reprisal",
        "reprisal for cooperation with UN-CAT; COE said so",
        "coopération avec UN-CAT ; COE said so",
    ),
]


@pytest.mark.parametrize(("rule", "text", "french"), ROUTED, ids=[rule for rule, _, _ in ROUTED])
def test_why_routing_decided_so_is_said_in_french_too(rule: str, text: str, french: str) -> None:
    assert french in sentences.decided(words("fr"), rule, text)


def test_reasons_that_are_codes_are_said_one_by_one() -> None:
    assert sentences.reason(words("fr"), "unrouted", "consent-refused, tlp-red").startswith(
        "Le consentement a été refusé."
    )


def test_every_fault_of_an_entry_has_words_in_every_language() -> None:
    wanted = {f"fault.{code.value.replace('-', '_')}" for code in Unfit}
    wanted |= {f"field.{name}" for name in (*RecipientEntry.model_fields, *entries.CODES.values())}
    assert [key for language in LANGUAGES for key in wanted if not words(language).has(key)] == []
