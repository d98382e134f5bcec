"""Priority: urgency, severity, certainty and aggravating facts, explained and the same on every replay.

Each claim is judged on its own and the highest priority prevails, so that a further report never lowers a case, and
no aggravating fact does.

What the definitions leave open is decided so: what is expected or still goes on weighs alike below severity 3; a
restriction of unknown urgency is not taken for past; an imminent law is worth a digest (an urgent appeal is possible).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.domain.claims import Claim
from tocsin.domain.routing.severities import (
    EXPECTED,
    IMMEDIATE,
    INTEGRITY,
    LARGE_GROUP,
    LIBERTY,
    RESTRICTION,
    UNPUNISHED,
    is_detained,
    is_incommunicado,
    severity,
)
from tocsin.domain.routing.standing import UNKNOWN, Standing
from tocsin_schemas.dates import Precision, parse_edtf
from tocsin_schemas.vocabulary import Certainty, Priority, Urgency

_PRIORITIES = tuple(Priority)
_URGENCIES = (Urgency.PAST, Urgency.UNKNOWN, Urgency.EXPECTED, Urgency.IMMEDIATE)
"""The least pressing first."""
_SECOND_SOURCE = {
    Certainty.UNLIKELY: Certainty.POSSIBLE,
    Certainty.UNKNOWN: Certainty.POSSIBLE,
    Certainty.POSSIBLE: Certainty.LIKELY,
    Certainty.LIKELY: Certainty.OBSERVED,
    Certainty.OBSERVED: Certainty.OBSERVED,
}
"""What a second independent source makes of the publisher's certainty."""


@dataclass(frozen=True, slots=True)
class Triage:
    priority: Priority
    rule: str
    reasons: tuple[str, ...]
    """Codes of the facts that led to the priority."""
    needs_review: bool = False
    """The certainty is unknown or unlikely: a person must look."""


def triage(claims: Iterable[Claim], now: datetime, standing: Standing = UNKNOWN) -> Triage:
    """The priority of a case, from at least one claim."""
    return overall([judge(claim, now, standing) for claim in sorted(claims, key=lambda c: c.report_id)], standing)


def overall(judged: Iterable[Triage], standing: Standing) -> Triage:
    """What the judgements of all claims come to, with the lowering by a person where it still holds.

    Unlikely claims count, up to the second priority, and always need a person: nothing else tells of them. A claim of
    unknown certainty is told like any other, and needs a person only if the priority rests on it.
    """
    found = list(judged)
    first = gravest(found)
    uncertain = any(
        t.needs_review and (t.priority <= first.priority or f"certainty-{Certainty.UNLIKELY}" in t.reasons)
        for t in found
    )
    return lowered(replace(first, needs_review=uncertain), standing)


def lowered(judged: Triage, standing: Standing) -> Triage:
    """The judgement as a person lowered it; unchanged if nobody did, or if the facts have become graver since."""
    if standing.lowered is None:
        return judged
    priority = standing.lowered.applied_to(judged.priority)
    if priority is judged.priority:
        return judged
    return replace(judged, priority=priority, rule="lowered", reasons=(*judged.reasons, "lowered"))


def gravest(judged: Iterable[Triage]) -> Triage:
    """The one that prevails; among equals the first that needs no review, or the first."""
    return min(judged, key=lambda t: (t.priority, t.needs_review))


def judge(claim: Claim, now: datetime, standing: Standing = UNKNOWN) -> Triage:
    """The priority of one claim on its own, before any lowering by a person.

    A second independent source raises the certainty one step. It stands in for a certainty that nobody gave, but does
    not overrule a publisher who calls the report unlikely: that one stays capped, and a person looks.
    """
    grave, (urgency, why_urgent) = severity(claim), _urgency(claim, now)
    aggravators = tuple(_aggravators(claim, standing))
    priority, rule = _base(claim, grave, urgency)
    if aggravators:
        priority = _one_step_up(priority)
    if claim.strict_reprisal:
        floor = _one_step_up(Priority.P2) if len(aggravators) > 1 else Priority.P2
        priority, rule = min((priority, rule), (floor, "strict-reprisal"), key=lambda found: found[0])
    certainty = _SECOND_SOURCE[claim.certainty] if claim.independent_sources > 1 else claim.certainty
    uncertain = certainty is Certainty.UNKNOWN or claim.certainty is Certainty.UNLIKELY
    if uncertain and priority < Priority.P2:
        priority, rule = Priority.P2, "certainty-cap"
    sources = ("second-source",) if certainty is not claim.certainty else ()
    reasons = (f"urgency-{urgency}", *why_urgent, f"severity-{grave}", f"certainty-{claim.certainty}", *sources)
    return Triage(priority, rule, (*reasons, *aggravators), uncertain)


def _one_step_up(priority: Priority) -> Priority:
    return _PRIORITIES[max(0, _PRIORITIES.index(priority) - 1)]


def _base(claim: Claim, grave: int, urgency: Urgency) -> tuple[Priority, str]:
    """Before aggravating facts."""
    alone = is_incommunicado(claim) or claim.lawyer_denied or claim.risk_to_health or claim.care_denied
    immediate, pressing = urgency is Urgency.IMMEDIATE, claim.ongoing or urgency is Urgency.EXPECTED
    if immediate and (grave >= INTEGRITY or (grave == LIBERTY and alone)):
        return Priority.P1, "immediate-grave"
    if immediate and grave >= RESTRICTION:
        return Priority.P2, "immediate"
    if grave >= LIBERTY:
        return (Priority.P2, "ongoing-liberty") if pressing else (Priority.P3, "past-grave")
    if immediate or (grave == RESTRICTION and (pressing or urgency is Urgency.UNKNOWN)):
        return Priority.P3, "restriction"
    return Priority.P4, "law-or-trend"


def _urgency(claim: Claim, now: datetime) -> tuple[Urgency, tuple[str, ...]]:
    """The most pressing of what is reported, of what goes on, and of what a date announces; and why, if not reported.

    A grave violation that goes on is immediate by definition; a hearing counts only for the detained.
    """
    found: list[tuple[Urgency, tuple[str, ...]]] = [(claim.urgency, ())]
    if claim.ongoing and severity(claim) >= INTEGRITY:
        found.append((Urgency.IMMEDIATE, ("grave-and-ongoing",)))
    if claim.expected_on is not None:
        found.append((_nearness(claim.expected_on, now), ("harm-expected-soon",)))
    if claim.next_hearing is not None and is_detained(claim):
        found.append((_nearness(claim.next_hearing, now), ("hearing-soon",)))
    return max(found, key=lambda urgent: _URGENCIES.index(urgent[0]))


def _nearness(announced: str, now: datetime) -> Urgency:
    """By the nearest day, from today (UTC) on, that the date may mean; a mere year never makes it immediate.

    A date that has passed says nothing: whether the harm came about is for the next report.
    """
    period, today = parse_edtf(announced), now.date()
    nearest = max(period.earliest, today)
    if period.latest < today or nearest > (now + EXPECTED).date():
        return Urgency.PAST
    if nearest <= (now + IMMEDIATE).date() and period.precision is not Precision.YEAR:
        return Urgency.IMMEDIATE
    return Urgency.EXPECTED


def _aggravators(claim: Claim, standing: Standing) -> Iterator[str]:
    if claim.strict_reprisal:
        yield "strict-reprisal"
    if standing.impunity_by_link or (claim.prior_attacks and claim.accountability in UNPUNISHED):
        yield "impunity"
    if claim.minor:
        yield "minor"
    if claim.pregnant:
        yield "pregnant"
    if claim.risk_to_health or claim.care_denied:
        yield "ill-health"
    if claim.elderly:
        yield "elderly"
    if max(claim.victims, claim.group_size or 0) >= LARGE_GROUP:
        yield "large-group"
    if claim.lawyer_denied:
        yield "no-lawyer"
    if standing.emblematic:
        yield "emblematic"
