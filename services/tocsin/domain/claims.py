"""A claim: what one report alleges, as coded facts under that report's own consent. No name, contact or free text."""

import datetime
from typing import Any

from pydantic import AwareDatetime

from tocsin_schemas.cases import ReportId
from tocsin_schemas.consent import ConsentDecision, ConsentRecipient
from tocsin_schemas.dates import EdtfDate, parse_edtf
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Report
from tocsin_schemas.text import Country, Identifier, Language
from tocsin_schemas.victims import AllegedVictim
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    ActionType,
    CausalLink,
    Certainty,
    ConsentStatus,
    Gender,
    Occupation,
    Purpose,
    Tlp,
    Topic,
    Urgency,
    ViolationType,
    WgadCategory,
)

_ELDERLY = 65
"""Years (Principles for Older Persons, A/RES/46/91, speak of the old; the age is the usual one of statistics)."""


class ConsentRule(Model):
    """A consent decision without the words around it."""

    recipient: ConsentRecipient
    purpose: Purpose
    status: ConsentStatus
    informed: bool = False
    expires_on: datetime.date | None = None


class Claim(Model):
    report_id: ReportId
    publisher: Identifier
    revision: int
    language: Language
    received_at: AwareDatetime
    country: Country
    further_states: list[Country]
    violations: list[ViolationType]
    date: EdtfDate
    ongoing: bool
    victims: int
    """Number of named victims; 0 for a described group."""
    group_size: int | None = None
    defender: bool
    minor: bool
    woman: bool
    topics: list[Topic]
    occupations: list[Occupation]
    strict_reprisal: bool
    broad_reprisal: bool
    reprisal_mechanism: Identifier | None = None
    terrorism_charge: bool
    whereabouts_unknown: bool
    lawyer_denied: bool
    care_denied: bool
    company_involved: bool
    urgency: Urgency
    risk_to_life: bool
    risk_to_integrity: bool
    risk_to_health: bool
    irreparable: bool
    accountability: AccountabilityStatus
    certainty: Certainty
    independent_sources: int
    categories: list[WgadCategory]
    actions_requested: list[ActionType]
    consents: list[ConsentRule]
    tlp: Tlp
    embargo_until: AwareDatetime | None = None
    confidential_fields: list[str] = []
    """JSON Pointers into the report, as its publisher marked them."""
    incommunicado: bool = False
    pregnant: bool = False
    elderly: bool = False
    """A victim was at least 65 years old on the day of the event, by every reading of both dates."""
    expected_on: EdtfDate | None = None
    """When the harm is expected: a deportation, an execution."""
    next_hearing: EdtfDate | None = None
    prior_attacks: bool = False
    """Earlier events are named in the chain of accountability."""
    cooperation_link: CausalLink | None = None


def claim_from(report: Report, report_id: str) -> Claim:
    """Reduce a report to its coded facts. ``report_id`` is the UUIDv5 of publisher and reference."""
    victims, detention, reprisal, risk = report.alleged_victims, report.detention, report.reprisal, report.risk
    return Claim(
        report_id=report_id,
        publisher=report.publisher,
        revision=report.revision,
        language=report.language,
        received_at=report.received_at,
        country=report.violation.country,
        further_states=report.violation.further_states,
        violations=report.violation.types,
        date=report.violation.date,
        ongoing=report.violation.ongoing,
        victims=len(victims),
        group_size=report.group.size_estimate if report.group else None,
        defender=any(v.defender is not None for v in victims) or report.group is not None,
        minor=any(v.minor for v in victims),
        woman=any(v.gender is Gender.WOMAN for v in victims),
        topics=sorted({t for v in victims if v.defender for t in v.defender.topics} | set(_group_topics(report))),
        occupations=sorted({o for v in victims for o in v.occupations}),
        strict_reprisal=reprisal is not None and reprisal.strict,
        broad_reprisal=reprisal is not None and reprisal.broad,
        reprisal_mechanism=reprisal.mechanism if reprisal else None,
        terrorism_charge=detention is not None and detention.terrorism_charge,
        whereabouts_unknown=detention is not None
        and (detention.whereabouts_known is False or detention.capture_denied),
        lawyer_denied=detention is not None and detention.lawyer_access is False,
        care_denied=any(v.health is not None and v.health.care_denied for v in victims),
        company_involved=bool(report.violation.companies),
        urgency=risk.urgency if risk else Urgency.UNKNOWN,
        risk_to_life=risk is not None and risk.to_life,
        risk_to_integrity=risk is not None and risk.to_integrity,
        risk_to_health=(risk is not None and risk.to_health)
        or any(v.health is not None and v.health.urgent_care_needed for v in victims),
        irreparable=risk is not None and risk.irreparable,
        accountability=report.accountability.status if report.accountability else AccountabilityStatus.NONE,
        certainty=report.verification.certainty,
        independent_sources=report.verification.independent_sources,
        categories=detention.categories if detention else [],
        actions_requested=report.actions_requested,
        **_permissions(report),
        incommunicado=detention is not None and detention.lawyer_access is False and detention.family_access is False,
        pregnant=any(v.health is not None and v.health.pregnant for v in victims),
        elderly=any(_is_elderly(v, report.violation.date) for v in victims),
        expected_on=risk.expected_on if risk else None,
        next_hearing=detention.next_hearing if detention else None,
        prior_attacks=report.accountability is not None and bool(report.accountability.prior_event_references),
        cooperation_link=reprisal.link if reprisal else None,
    )


def _permissions(report: Report) -> dict[str, Any]:
    handling = report.handling
    return {
        "consents": [_rule(d) for d in report.consent],
        "tlp": handling.tlp,
        "embargo_until": handling.embargo_until,
        "confidential_fields": sorted(set(handling.confidential_fields)),
    }


def _is_elderly(victim: AllegedVictim, event: EdtfDate) -> bool:
    if victim.birth is None:
        return False
    born, happened = parse_edtf(victim.birth).latest, parse_edtf(event).earliest
    return happened.year - born.year - ((happened.month, happened.day) < (born.month, born.day)) >= _ELDERLY


def _group_topics(report: Report) -> list[Topic]:
    return report.group.topics if report.group else []


def _rule(decision: ConsentDecision) -> ConsentRule:
    status = ConsentStatus.WITHDRAWN if decision.withdrawn_on is not None else decision.status
    return ConsentRule(
        recipient=decision.recipient,
        purpose=decision.purpose,
        status=status,
        informed=decision.informed,
        expires_on=decision.expires_on,
    )
