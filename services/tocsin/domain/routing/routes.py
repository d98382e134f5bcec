"""The whole decision for one case: who is told, who is not, and the rule behind each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Denied, visible_claims
from tocsin.domain.routing.mandates import STRENGTHS, holds_on
from tocsin.domain.routing.readings import Concern, Ground, Reading, Seat, concerns, read
from tocsin.domain.routing.triage import gravest
from tocsin_schemas.alerts import DisclosureLevel, HoldReason
from tocsin_schemas.directory import Recipient
from tocsin_schemas.knowledge import Knowledge
from tocsin_schemas.vocabulary import Priority, Purpose

__all__ = ["Refusal", "Route", "Routing", "route", "visible_claims"]


@dataclass(frozen=True, slots=True)
class Route:
    """A mandate that is competent and may be told."""

    mechanism: str
    mandate: str
    rule: str
    """What made the mandate competent."""
    detail: str
    priority: Priority
    """From the claims that this mandate may see, so that the priority gives nothing else away."""
    level: DisclosureLevel
    recipients: tuple[str, ...]
    """Persons to tell through this mandate."""
    told_through: tuple[tuple[str, str], ...] = ()
    """(person, mandate) for holders of this mandate who are told through another one: one message per person."""
    reply_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A mandate that is not told, and why; ``hold`` is set if that may change."""

    mechanism: str
    mandate: str
    rule: str
    detail: str
    hold: HoldReason | None = None
    release_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    priority: Priority
    triage_rule: str
    routes: tuple[Route, ...]
    refusals: tuple[Refusal, ...]
    needs_review: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """What the decisions of one routing share."""

    readings: tuple[Reading, ...]
    """In an order that does not depend on their arrival."""
    persons: Mapping[str, tuple[str, ...]]
    """By mandate, those in office."""
    knowledge: Knowledge
    now: datetime


def route(claims: Sequence[Claim], recipients: Sequence[Recipient], knowledge: Knowledge, now: datetime) -> Routing:
    """Decide for every mandate that the subject matter concerns. ``claims`` holds at least one claim.

    Each mandate appears at most once, as a route or as a refusal; the order of claims and recipients changes nothing.
    """
    readings = tuple(read(claim, now) for claim in sorted(claims, key=lambda c: c.report_id))
    holders = sorted((r for r in recipients if holds_on(r, now.date())), key=lambda r: r.recipient_id)
    case = _Case(readings, _persons(holders), knowledge, now)
    found = list(concerns(readings, knowledge, now))
    decisions = [d for concern in found if (d := _decide(concern, case)) is not None]
    overall = gravest(r.triage for r in [r for r in readings if r.is_credible] or readings)
    return Routing(
        priority=overall.priority,
        triage_rule=overall.rule,
        routes=_one_message_per_person([d for d in decisions if isinstance(d, Route)], holders),
        refusals=(*(d for d in decisions if isinstance(d, Refusal)), *_not_competent(found)),
        needs_review=overall.needs_review,
    )


def _decide(concern: Concern, case: _Case) -> Route | Refusal | None:
    """None if the mechanism is not competent for the State concerned."""
    seat = concern.seat
    if not concern.grounds:
        return None
    told = _tellable(seat, concern.grounds)
    if isinstance(told, Refusal):
        return told
    best = min(told, key=lambda g: STRENGTHS.index(g.trigger.rule))
    detail = f"{best.trigger.detail}; {best.ruling.detail}"
    persons = case.persons.get(seat.mandate.key)
    if persons is None:
        return _refusal(seat, "no-recipient", detail, HoldReason.NO_RECIPIENT)
    priority = gravest(r.triage for r in case.readings if r.tells(seat, Purpose.ALERT)).priority
    return Route(
        seat.mechanism.key,
        seat.mandate.key,
        best.trigger.rule,
        detail,
        priority,
        _level(seat, told),
        persons,
        reply_by=_reply_by(priority, case.knowledge, case.now),
    )


def _tellable(seat: Seat, grounds: list[Ground]) -> list[Ground] | Refusal:
    """The grounds of which the mandate may be told now, or the first reason that leaves none."""
    others = [g for g in grounds if g.reading.claim.publisher not in (seat.mechanism.key, seat.mandate.key)]
    if not others:
        return _refusal(seat, "publisher-knows", "it published the report itself")
    verdicts = [(g, g.reading.permission(seat, Purpose.ALERT)) for g in others]
    allowed = [g for g, verdict in verdicts if not isinstance(verdict, Denied)]
    if not allowed:
        rule = min(verdict.rule for _, verdict in verdicts)
        return _refusal(seat, rule, "no report on this subject may be told to it", HoldReason.CONSENT)
    credible = [g for g in allowed if g.reading.is_credible]
    if not credible:
        return _refusal(seat, "certainty-unlikely", "a person must look first", HoldReason.CERTAINTY)
    tellable = [g for g in credible if not g.reading.under_embargo]
    if not tellable:
        claims = [g.reading.claim for g in credible]
        release = min(c.embargo_until for c in claims if c.embargo_until is not None)
        detail = f"not to be told before {release.isoformat()}"
        return _refusal(seat, "under-embargo", detail, HoldReason.EMBARGO, release)
    return tellable


def _refusal(
    seat: Seat, rule: str, detail: str, hold: HoldReason | None = None, release_at: datetime | None = None
) -> Refusal:
    return Refusal(seat.mechanism.key, seat.mandate.key, rule, detail, hold, release_at)


def _not_competent(found: Iterable[Concern]) -> Iterable[Refusal]:
    """One refusal per mechanism without competence, under its first mandate that the subject matter concerns."""
    refusals: dict[str, Refusal] = {}
    for concern in found:
        if not concern.ruling.competent and concern.seat.mechanism.key not in refusals:
            refusal = _refusal(concern.seat, concern.ruling.rule, concern.ruling.detail)
            refusals[refusal.mechanism] = refusal
    return refusals.values()


def _level(seat: Seat, told: Iterable[Ground]) -> DisclosureLevel:
    """L1 if the facts of one of the reports may be shared, else only that there is a case."""
    shared = any(g.reading.tells(seat, Purpose.SHARE) for g in told)
    return DisclosureLevel.L1 if shared else DisclosureLevel.L0


def _persons(holders: Iterable[Recipient]) -> dict[str, tuple[str, ...]]:
    persons: dict[str, list[str]] = defaultdict(list)
    for holder in holders:
        for mandate in dict.fromkeys(holder.mandates):
            persons[mandate].append(holder.recipient_id)
    return {mandate: tuple(ids) for mandate, ids in persons.items()}


def _one_message_per_person(routes: list[Route], holders: list[Recipient]) -> tuple[Route, ...]:
    """Leave each person in one route: the one that tells most, and among equals the first mandate in the table."""
    levels = {h.recipient_id: h.level for h in holders}
    through: dict[str, str] = {}
    for found in sorted(routes, key=lambda r: r.level, reverse=True):
        for person in found.recipients:
            through.setdefault(person, found.mandate)
    return tuple(_without_those_told_elsewhere(found, through, levels) for found in routes)


def _without_those_told_elsewhere(found: Route, through: dict[str, str], levels: dict[str, DisclosureLevel]) -> Route:
    """A route discloses no more than the most careful of those it tells has asked for."""
    here = tuple(p for p in found.recipients if through[p] == found.mandate)
    elsewhere = tuple((p, through[p]) for p in found.recipients if through[p] != found.mandate)
    level = min([found.level, *(levels[p] for p in here)])
    if not elsewhere and level is found.level:
        return found
    return replace(found, recipients=here, told_through=elsewhere, level=level)


def _reply_by(priority: Priority, knowledge: Knowledge, now: datetime) -> datetime | None:
    return next((now + c.duration for c in knowledge.clocks.values() if c.priority is priority), None)
