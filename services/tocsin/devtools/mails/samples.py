"""Invented letters, one for each kind of mail and whatever else changes how one looks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tocsin.domain.routing.disclosure import Shown
from tocsin.domain.routing.resting import Basis
from tocsin.knowledge.load import load
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing import notice_rendering
from tocsin.mailer.writing.composing import compose
from tocsin.mailer.writing.letters import Act, DrillLetter, GatheredLetter, Letter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.store.directory.notices import KIND, Notice
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.mail.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel, UpdateCause
from tocsin_schemas.deliveries import DeliveryState, MailKind
from tocsin_schemas.vocabulary import ViolationType

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ADDRESS, DOMAIN, ZONE = "desk@mechanism.example", "tocsin.example", "Africa/Tunis"
RENDERING = Rendering("https://alerts.tocsin.example", DOMAIN)


def a_letter(kind: MailKind, language: str, **over: Any) -> Letter:
    """About an arrest in Togo, at level 1."""
    terms = Terms("P1", NOW, NOW + timedelta(hours=5))
    fields: dict[str, Any] = {
        "delivery": _delivery(kind),
        "alert_id": "0a" * 16,
        "case_id": "c0ffee" * 5 + "c0",
        "reference": "HRD-7F3K-22Q",
        "rests_on": [Basis("0b" * 16, "UN-WGAD", frozenset({"/violation/types"}), _shown())],
        "mandate": _mandate("UN-WGAD"),
        "rule": "mandate-by-violation",
        "level": DisclosureLevel.L1,
        "terms": terms,
        "root": terms,
        "language": language,
        "address": ADDRESS,
        "acted": _acts(),
        "asked_since": NOW - timedelta(hours=1),
        "timezone": ZONE,
    }
    return Letter(**(fields | over))


def samples(language: str) -> Iterator[tuple[str, Mail]]:
    """Each by its name."""
    for kind in (MailKind.ALERT, MailKind.UPDATE, MailKind.REMINDER, MailKind.ESCALATION, MailKind.WITHDRAWAL):
        yield kind.value, RENDERING(_of(kind, language))
    yield "alert-level-0", RENDERING(_untold(a_letter(MailKind.ALERT, language)))
    repeat = replace(_delivery(MailKind.ALERT), possible_repeat=True)
    yield "alert-repeat", RENDERING(a_letter(MailKind.ALERT, language, delivery=repeat, acted=()))
    for name, make in _OTHERS.items():
        yield name, make(language)


def _of(kind: MailKind, language: str) -> Letter:
    if kind is MailKind.WITHDRAWAL:
        return replace(_untold(a_letter(kind, language)), rests_on=(), mandate=None)
    return a_letter(kind, language)


def _untold(letter: Letter) -> Letter:
    return replace(letter, level=DisclosureLevel.L0, rests_on=[Basis("0b" * 16, "UN-WGAD")], acted=())


def _gathered(kind: MailKind, language: str) -> Mail:
    later = Terms("P3", NOW, None)
    other = a_letter(MailKind.UPDATE, language, case_id="0c" * 16, reference="HRD-9QW2-1TX", terms=later, root=later)
    soon = Terms("P1", NOW, NOW + timedelta(hours=5)) if kind is MailKind.BUNDLE else Terms("P3", NOW, None)
    entries = [a_letter(MailKind.ALERT, language, terms=soon, root=soon), other]
    return compose(RENDERING, GatheredLetter(_delivery(kind), entries, language, ZONE, ADDRESS))


def _drill(language: str) -> Mail:
    until = NOW + timedelta(hours=2)
    letter = DrillLetter(_delivery(MailKind.DRILL), "0d" * 16, _mandate("UN-WGAD"), until, language, ZONE, ADDRESS)
    return compose(RENDERING, letter)


def _notice(language: str) -> Mail:
    ids = ("0f" * 16, KIND, "0e" * 16, "0d" * 16)
    fields = ["address", "duty_hours", "certificate"]
    notice = Notice(*ids, "email", "old", "staff", None, language, fields, NOW, "waiting")
    return notice_rendering.render(notice, ADDRESS, DOMAIN)


_OTHERS: dict[str, Callable[[str], Mail]] = {
    "bundle": lambda language: _gathered(MailKind.BUNDLE, language),
    "digest": lambda language: _gathered(MailKind.DIGEST, language),
    "drill": _drill,
    KIND: _notice,
}


def _delivery(kind: MailKind) -> Delivery:
    cause = UpdateCause.ACTION_TAKEN if kind is MailKind.UPDATE else None
    ids = ("0f" * 16, "0a" * 16, "c0ffee" * 5 + "c0", "0e" * 16)
    state = DeliveryState.CLAIMED
    return Delivery(*ids, "email", 0, kind, "P1", state, 1, "f", NOW, False, NOW, cause, requested_at=NOW)


def _shown() -> Shown:
    violations = [ViolationType.ARREST, ViolationType.ARBITRARY_DETENTION]
    return Shown(country="TGO", violations=violations, date="2026-11-20", next_hearing="2026-12-01~")


def _acts() -> list[Act]:
    names = {key: load().mechanisms[key].name for key in ("UN-SRHRD", "IACHR-RHRD")}
    return [
        Act([names["UN-SRHRD"]], "urgent_appeal", False, date(2026, 11, 22), False),
        Act([names["IACHR-RHRD"]], "press_statement", True, date(2026, 11, 26), None),
    ]


def _mandate(key: str) -> Any:
    return next(mandate for mandate in load().mandates if mandate.key == key)
