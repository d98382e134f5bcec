"""Priority: urgency, severity, certainty and aggravating facts, explained and the same on every replay.

Each claim is judged on its own and the highest priority prevails, so that a further report never lowers a case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tocsin.domain.claims import Claim
from tocsin_schemas.vocabulary import AccountabilityStatus, Certainty, Priority, Urgency, ViolationType

LIFE, INTEGRITY, LIBERTY, RESTRICTION, LAW = 4, 3, 2, 1, 0
LARGE_GROUP = 10

_V = ViolationType
_SEVERITY = {
    **dict.fromkeys((_V.KILLING, _V.DEATH_IN_CUSTODY, _V.DEATH_THREAT, _V.ENFORCED_DISAPPEARANCE), LIFE),
    **dict.fromkeys(
        (
            _V.TORTURE,
            _V.ILL_TREATMENT,
            _V.SEXUAL_VIOLENCE,
            _V.INCOMMUNICADO,
            _V.DENIAL_OF_MEDICAL_CARE,
            _V.PHYSICAL_ATTACK,
            _V.DEPORTATION,
        ),
        INTEGRITY,
    ),
    **dict.fromkeys(
        (
            _V.ARREST,
            _V.ARBITRARY_DETENTION,
            _V.HOUSE_ARREST,
            _V.CONVICTION,
            _V.FORCED_EVICTION,
            _V.ATTACK_ON_RELATIVES,
        ),
        LIBERTY,
    ),
    **dict.fromkeys((_V.RESTRICTIVE_LAW, _V.FOREIGN_AGENT_LAW), LAW),
}
"""Every other violation is a harassment or a restriction."""
_ORDER = list(Priority)
_UNPUNISHED = {AccountabilityStatus.STALLED, AccountabilityStatus.CLOSED_NO_CHARGE, AccountabilityStatus.AMNESTY}


@dataclass(frozen=True, slots=True)
class Triage:
    priority: Priority
    rule: str
    reasons: tuple[str, ...]
    """Codes of the facts that led to the priority."""
    needs_review: bool = False
    """The certainty is unknown or unlikely: a person must look."""


def triage(claims: Iterable[Claim]) -> Triage:
    """The priority of a case, from at least one claim. Unlikely claims count only where there is nothing else."""
    ordered = sorted(claims, key=lambda c: c.report_id)
    credible = [c for c in ordered if c.certainty is not Certainty.UNLIKELY]
    return gravest(judge(claim) for claim in credible or ordered)


def gravest(judged: Iterable[Triage]) -> Triage:
    """The one that prevails; among equals the first."""
    return min(judged, key=lambda t: (t.priority, t.needs_review))


def severity(claim: Claim) -> int:
    """4 life, 3 integrity, 2 liberty, 1 harassment or restriction, 0 law or policy."""
    levels = [_SEVERITY.get(violation, RESTRICTION) for violation in claim.violations]
    if claim.risk_to_life or claim.whereabouts_unknown:
        levels.append(LIFE)
    if claim.risk_to_integrity or claim.risk_to_health or claim.care_denied:
        levels.append(INTEGRITY)
    return max(levels, default=LAW)


def judge(claim: Claim) -> Triage:
    """The priority of one claim on its own."""
    grave = severity(claim)
    urgency = _urgency(claim, grave)
    priority, rule = _base(claim, grave, urgency)
    aggravators = tuple(_aggravators(claim))
    if aggravators:
        priority = _ORDER[max(0, _ORDER.index(priority) - 1)]
    if claim.strict_reprisal and priority > Priority.P2:
        priority, rule = Priority.P2, "strict-reprisal"
    uncertain = claim.certainty in {Certainty.UNKNOWN, Certainty.UNLIKELY}
    if uncertain and priority < Priority.P2:
        priority, rule = Priority.P2, "certainty-cap"
    reasons = (f"urgency-{urgency}", f"severity-{grave}", f"certainty-{claim.certainty}", *aggravators)
    return Triage(priority, rule, reasons, uncertain)


def _base(claim: Claim, grave: int, urgency: Urgency) -> tuple[Priority, str]:
    """Before aggravating facts. "Ongoing" weighs like "expected" here; ongoing and grave is immediate already."""
    alone = claim.lawyer_denied or claim.risk_to_health or claim.care_denied
    if urgency is Urgency.IMMEDIATE and (grave >= INTEGRITY or (grave == LIBERTY and alone)):
        return Priority.P1, "immediate-grave"
    if urgency is Urgency.IMMEDIATE and grave >= RESTRICTION:
        return Priority.P2, "immediate"
    if grave >= LIBERTY and (claim.ongoing or urgency is Urgency.EXPECTED):
        return Priority.P2, "ongoing-liberty"
    if grave >= LIBERTY:
        return Priority.P3, "past-grave"
    if urgency is Urgency.IMMEDIATE or (grave == RESTRICTION and urgency is not Urgency.PAST):
        return Priority.P3, "restriction"
    return Priority.P4, "law-or-trend"


def _urgency(claim: Claim, grave: int) -> Urgency:
    """As reported, except that a grave violation still going on is immediate by definition."""
    if claim.ongoing and grave >= INTEGRITY:
        return Urgency.IMMEDIATE
    return claim.urgency


def _aggravators(claim: Claim) -> Iterator[str]:
    facts = {
        "strict-reprisal": claim.strict_reprisal,
        "impunity": claim.accountability in _UNPUNISHED,
        "minor": claim.minor,
        "ill-health": claim.risk_to_health,
        "large-group": max(claim.victims, claim.group_size or 0) >= LARGE_GROUP,
        "no-lawyer": claim.lawyer_denied,
    }
    yield from (name for name, is_present in facts.items() if is_present)
