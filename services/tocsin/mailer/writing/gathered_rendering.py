"""Bundles and digests: several cases in one mail, each with what is known, what is expected by when, and its link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.mailer.sender import Mail
from tocsin.mailer.writing import wording
from tocsin.mailer.writing.drawing import frame
from tocsin.mailer.writing.headers import headers_of, root_of_case
from tocsin.mailer.writing.letters import GatheredLetter, Letter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.subjects import root_subject, subject_of
from tocsin.mailer.writing.words import words
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said, bare
from tocsin.store.mail.deliveries import URGENT
from tocsin.store.mail.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import MailKind

_IN_FULL = 20
"""So many cases are told as a mail of their own would; the others, the less urgent, in a few lines each."""


@dataclass(frozen=True, slots=True)
class OfCase:
    """What a mail tells of one case, and of those that became part of it: letters, the earliest asked for first."""

    letters: Sequence[Letter]

    @property
    def latest(self) -> Letter:
        return self.letters[-1]

    @property
    def fullest(self) -> Letter:
        """Each was written at the same moment; what one mandate may see of it another may not."""
        return max(self.letters, key=lambda letter: (letter.level, len(letter.rests_on)))

    @property
    def priority(self) -> str:
        return min(letter.terms.priority for letter in self.letters)


def render_gathered(rendering: Rendering, letter: GatheredLetter) -> Mail:
    """The mail of a bundle or of a digest."""
    said, told = words(letter.language), by_case(letter.entries)
    is_digest = letter.delivery.kind is MailKind.DIGEST
    facts = _digest(letter, told, said) if is_digest else _bundle(letter, told, said)
    cases = [_case(rendering, case, said) for case in told]
    facts |= {"cases": cases[:_IN_FULL], "further": cases[_IN_FULL:]}
    subject = _digest_subject(letter, told, said) if is_digest else _bundle_subject(letter, told, said)
    return rendering.mail(letter, facts, subject, _headers(rendering, letter, told))


def by_case(entries: Iterable[Letter]) -> list[OfCase]:
    """The cases that are told, the most urgent first, and of those the one that waits longest for an answer."""
    ordered = sorted(entries, key=lambda e: (e.reference, e.terms.requested_at, e.delivery.round))
    found = [OfCase(tuple(letters)) for _, letters in groupby(ordered, key=lambda e: e.reference)]
    return sorted(found, key=lambda case: (case.priority, case.letters[0].terms.requested_at, case.latest.reference))


def _bundle(letter: GatheredLetter, told: Sequence[OfCase], said: Words) -> dict[str, Any]:
    delivery, is_of_one = letter.delivery, len(told) == 1
    intro = [] if is_of_one else [said.many("bundle.intro", len(told)), said("bundle.apart")]
    return frame(
        said,
        _title_of_one(told[0], said) if is_of_one else said("title.bundle"),
        intro,
        urgent=any(case.priority in URGENT for case in told),
        possible_repeat=delivery.possible_repeat,
    )


def _title_of_one(case: OfCase, said: Words) -> Said:
    is_new = any(letter.delivery.kind is MailKind.ALERT for letter in case.letters)
    return said("title.alert") if is_new else wording.title(case.latest, said)


def _digest(letter: GatheredLetter, told: Sequence[OfCase], said: Words) -> dict[str, Any]:
    intro = [said.many("digest.intro", len(told))]
    return frame(said, said("title.digest"), intro, possible_repeat=letter.delivery.possible_repeat)


def _case(rendering: Rendering, case: OfCase, said: Words) -> dict[str, Any]:
    """What the templates may say of one case. At level 0 the coded facts are absent, not hidden."""
    fullest = case.fullest
    is_told = fullest.level is not DisclosureLevel.L0
    return {
        "reference": said.foreign(case.latest.reference),
        "urgency": said(f"priority.{case.priority}"),
        "is_urgent": case.priority in URGENT,
        "lines": _lines(case.letters, said),
        "news": _lines([letter for letter in case.letters if letter.delivery.kind is not MailKind.ALERT], said),
        "rows": wording.rows(fullest, said) if is_told else [],
        "acted": wording.acted(fullest, said) if is_told and fullest.acted else [],
        "why": wording.why(fullest, said) if is_told else said("why.undisclosed"),
        "expected": wording.expected(case.latest, said),
        "link": rendering.link(case.latest.reference),
    }


def _lines(letters: Iterable[Letter], said: Words) -> list[Said]:
    return list(dict.fromkeys(line for letter in letters for line in wording.intro(letter, said)))


def _bundle_subject(letter: GatheredLetter, told: Sequence[OfCase], said: Words) -> str:
    """Of one case that of its thread; of several ``[URGENT] UA · 12 cases · reply by 14:00 UTC``."""
    if len(told) == 1:
        return subject_of(told[0].latest, said)
    asked = letter.delivery.requested_at or letter.delivery.updated_at
    deadlines = [e.terms.reply_by for e in letter.entries if e.terms.reply_by is not None and e.terms.reply_by > asked]
    terms = Terms(min(case.priority for case in told), asked, min(deadlines, default=None))
    return root_subject(terms, bare(said.many("bundle.cases", len(told))), said)


def _digest_subject(letter: GatheredLetter, told: Sequence[OfCase], said: Words) -> str:
    day = _moment(letter).astimezone(ZoneInfo(letter.timezone)).date()
    return said.plain("digest.subject", date=said.day(day), cases=Said(bare(said.many("bundle.cases", len(told)))))


def _moment(letter: GatheredLetter) -> datetime:
    return letter.delivery.claimed_at or letter.delivery.updated_at.astimezone(UTC)


def _headers(rendering: Rendering, letter: GatheredLetter, told: Sequence[OfCase]) -> dict[str, str]:
    """A thread of its own, or that of the one case. A digest alone says how it is left: nobody leaves a duty so."""
    delivery, domain = letter.delivery, rendering.mail_domain
    if delivery.kind is MailKind.DIGEST:
        headers = headers_of(f"<digest.{delivery.delivery_id}@{domain}>", domain)
        address = rendering.reply_to(delivery.delivery_id)
        return headers if address is None else headers | {"List-Unsubscribe": f"<mailto:{address}?subject=unsubscribe>"}
    root = f"<bundle.{delivery.delivery_id}@{domain}>"
    return headers_of(root_of_case(told[0].latest.case_id, domain) if len(told) == 1 else root, domain)
