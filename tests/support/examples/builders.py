"""Invented reports, victims and claims for tests: one sound default each, and only what a test is about is given."""

import re
from datetime import UTC, datetime
from typing import Any

from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import report_id
from tocsin_schemas.cases import CaseClosed
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.dates import EdtfDate
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import RecipientEntry, Role
from tocsin_schemas.reports import Narrative, Report, Source, Verification
from tocsin_schemas.text import Country
from tocsin_schemas.victims import AllegedVictim, DefenderActivity, PersonName
from tocsin_schemas.violations import Violation
from tocsin_schemas.vocabulary import (
    Audience,
    Certainty,
    ConsentStatus,
    Gender,
    Occupation,
    Purpose,
    SourceRelation,
    Topic,
    ViolationType,
)

RECEIVED_AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def consent_to_all() -> list[ConsentDecision]:
    """Alert and share, granted to every mechanism and to NGOs."""
    return [
        ConsentDecision(recipient=audience, purpose=purpose, status=ConsentStatus.GRANTED, informed=True)
        for audience in (Audience.ALL_MECHANISMS, Audience.NGOS)
        for purpose in (Purpose.ALERT, Purpose.SHARE)
    ]


def a_victim(name: str = "Afi Mensahvi", **over: Any) -> AllegedVictim:
    """A land-rights lawyer, and a defender."""
    fields: dict[str, Any] = {
        "names": [PersonName(value=name)],
        "gender": Gender.WOMAN,
        "occupations": [Occupation.LAWYER],
        "defender": DefenderActivity(topics=[Topic.LAND]),
    }
    return AllegedVictim(**(fields | over))


def a_violation(date: EdtfDate = "2026-11-20", country: Country = "TGO", **over: Any) -> Violation:
    """An arrest followed by arbitrary detention, still going on."""
    fields: dict[str, Any] = {
        "types": [ViolationType.ARREST, ViolationType.ARBITRARY_DETENTION],
        "date": date,
        "country": country,
        "ongoing": True,
    }
    return Violation(**(fields | over))


def a_report(**over: Any) -> Report:
    """A likely report of one defender's arrest, with consent to all; keyword arguments replace whole fields."""
    fields: dict[str, Any] = {
        "publisher": "ACHPR-SRHRD",
        "publisher_reference": "2026/TGO/001",
        "language": "en",
        "received_at": RECEIVED_AT,
        "alleged_victims": [a_victim()],
        "violation": a_violation(),
        "source": Source(relation=SourceRelation.ORGANISATION, name="Kossi Adjavon", contact="kossi@ligue.example"),
        "consent": consent_to_all(),
        "verification": Verification(certainty=Certainty.LIKELY, independent_sources=1),
        "narratives": [Narrative(language="en", text="She was arrested at her office and has not been charged.")],
    }
    return Report(**(fields | over))


def a_report_json(**over: Any) -> bytes:
    """The body of a ``report.submitted`` event."""
    return a_report(**over).model_dump_json(exclude_none=True).encode()


def a_claim(**over: Any) -> Claim:
    """The claim of ``a_report()``; keyword arguments replace the claim's own fields."""
    report = a_report()
    claim = claim_from(report, report_id(report.publisher, report.publisher_reference))
    return Claim(**(dict(claim) | over))


def an_entry(address: str, mandates: list[str], **over: Any) -> RecipientEntry:
    """A member of a mandate's staff who reads English, named after the address."""
    fields: dict[str, Any] = {
        "key": re.sub(r"[^a-z0-9]+", "-", address),
        "addresses": {Channel.EMAIL: address},
        "mandates": mandates,
        "role": Role.STAFF,
        "languages": ["en"],
    }
    return RecipientEntry(**(fields | over))


def a_closed_case() -> CaseClosed:
    return CaseClosed(
        case_id="0" * 32,
        reference="HRD-7F3K-22Q",
        revision=1,
        countries=[],
        violations=[],
        rule="r",
        decided_at=RECEIVED_AT,
        reason="resolved",
    )
