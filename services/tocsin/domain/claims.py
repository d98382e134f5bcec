"""A claim: what one report alleges, as coded facts under that report's own consent. No name, contact or free text."""

import datetime

from pydantic import AwareDatetime

from tocsin_schemas.cases import ReportId
from tocsin_schemas.consent import ConsentDecision, ConsentRecipient
from tocsin_schemas.dates import EdtfDate
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Report
from tocsin_schemas.text import Country, Identifier, Language
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    ActionType,
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


class ConsentRule(Model):
    """A consent decision without the words around it."""

    recipient: ConsentRecipient
    purpose: Purpose
    status: ConsentStatus
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
        consents=[_rule(d) for d in report.consent],
        tlp=report.handling.tlp,
        embargo_until=report.handling.embargo_until,
    )


def _group_topics(report: Report) -> list[Topic]:
    return report.group.topics if report.group else []


def _rule(decision: ConsentDecision) -> ConsentRule:
    status = ConsentStatus.WITHDRAWN if decision.withdrawn_on is not None else decision.status
    return ConsentRule(
        recipient=decision.recipient, purpose=decision.purpose, status=status, expires_on=decision.expires_on
    )
