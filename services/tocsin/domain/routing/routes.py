"""The whole decision for one case: who is told, who is not, and the rule behind each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain.claims import Claim
from tocsin.domain.routing import wording
from tocsin.domain.routing.chain import Tier, chain
from tocsin.domain.routing.consent import Denied, visible_claims
from tocsin.domain.routing.directory import Directory, index
from tocsin.domain.routing.known import Known, Seat, arranged
from tocsin.domain.routing.levels import level_for
from tocsin.domain.routing.mandates import STRENGTHS
from tocsin.domain.routing.readings import Concern, Ground, Reading, concerns, read
from tocsin.domain.routing.standing import UNKNOWN, Standing
from tocsin.domain.routing.triage import gravest, lowered, overall
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
    """Persons to tell through this mandate now: of the first tier."""
    told_through: tuple[tuple[str, str], ...] = ()
    """(person, mandate) for those of the first tier who are told through another mandate: one message per person."""
    reply_by: datetime | None = None
    fields: tuple[str, ...] = ()
    """What may be shown at the level: JSON Pointers into the reports, each allowed by at least one that is told."""
    chain: tuple[Tier, ...] = ()
    """Everybody to be told for the mandate, in turn, if nobody answers; the first tier is told first."""


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
    reasons: tuple[str, ...] = ()
    """Codes of the facts that led to the priority."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What the decisions of one routing share."""

    readings: tuple[Reading, ...]
    """In an order that does not depend on their arrival."""
    directory: Directory
    known: Known
    now: datetime
    standing: Standing


class _Draft(NamedTuple):
    """A route, before it is known through which mandate each person is told."""

    seat: Seat
    rule: str
    detail: str
    priority: Priority
    level: DisclosureLevel
    chain: tuple[Tier, ...]
    shared: tuple[Reading, ...]
    """The claims whose facts it may be shown."""


def route(
    claims: Sequence[Claim],
    recipients: Sequence[Recipient] | Directory,
    knowledge: Knowledge,
    now: datetime,
    standing: Standing = UNKNOWN,
) -> Routing:
    """Decide for every mandate that the subject matter concerns.

    Each mandate appears at most once, as a route or as a refusal; the order of claims and recipients changes nothing.

    claims: at least one, with distinct ids.
    recipients: as ``directory.index`` arranges them where many cases are routed.
    standing: what is known of the case besides its claims.
    """
    readings = tuple(read(claim, now, standing) for claim in sorted(claims, key=lambda c: c.report_id))
    directory = recipients if isinstance(recipients, Directory) else index(recipients)
    case = _Case(readings, directory, arranged(knowledge), now, standing)
    found = list(concerns(readings, case.known, now))
    decisions = [d for concern in found if (d := _decide(concern, case)) is not None]
    judged = overall([r.triage for r in readings], standing)
    return Routing(
        priority=judged.priority,
        triage_rule=judged.rule,
        routes=_one_message_per_person([d for d in decisions if isinstance(d, _Draft)], case),
        refusals=(*(d for d in decisions if isinstance(d, Refusal)), *_not_competent(found)),
        needs_review=judged.needs_review,
        reasons=judged.reasons,
    )


def _decide(concern: Concern, case: _Case) -> _Draft | Refusal | None:
    """None if the mechanism is not competent for the State concerned."""
    seat = concern.seat
    if not concern.grounds:
        return None
    heard = [r for r in case.readings if r.tells(seat, Purpose.ALERT)]
    told = [g for g in concern.grounds if g.reading in heard and not _is_own(seat, g)]
    if not told:
        return _why_not(seat, concern.grounds)
    best = min(told, key=lambda g: STRENGTHS.index(g.trigger.rule))
    subject = best.trigger.detail
    if seat.mandate.verified_on is None:
        subject = wording.UNVERIFIED(sentence=subject)
    detail = wording.BOTH(subject=subject, competence=best.ruling.detail)
    tiers = chain(seat.mandate.key, case.directory, case.now)
    if not tiers:
        return _refusal(seat, "no-recipient", detail, HoldReason.NO_RECIPIENT)
    shared = tuple(r for r in case.readings if r.tells(seat, Purpose.SHARE))
    level = DisclosureLevel.L2 if any(g.reading in shared for g in told) else DisclosureLevel.L0
    priority = lowered(gravest(r.triage for r in heard), case.standing).priority
    return _Draft(seat, best.trigger.rule, detail, priority, level, tiers, shared)


def _is_own(seat: Seat, ground: Ground) -> bool:
    """Nobody is alerted of a report that they published themselves."""
    return ground.reading.claim.publisher in (seat.mechanism.key, seat.mandate.key)


def _why_not(seat: Seat, grounds: list[Ground]) -> Refusal:
    """The first reason that leaves no report of which the mandate may be told now."""
    others = [g for g in grounds if not _is_own(seat, g)]
    if not others:
        return _refusal(seat, "publisher-knows", wording.OWN())
    verdicts = [(g, g.reading.permission(seat, Purpose.ALERT)) for g in others]
    allowed = [g for g, verdict in verdicts if not isinstance(verdict, Denied)]
    if not allowed:
        rule = min(verdict.rule for _, verdict in verdicts if isinstance(verdict, Denied))
        return _refusal(seat, rule, wording.NO_CONSENT(), HoldReason.CONSENT)
    credible = [g.reading.claim for g in allowed if g.reading.is_credible]
    if not credible:
        return _refusal(seat, "certainty-unlikely", wording.LOOK_FIRST(), HoldReason.CERTAINTY)
    release = min(c.embargo_until for c in credible if c.embargo_until is not None)
    detail = wording.EMBARGO(moment=f"{release.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    return _refusal(seat, "under-embargo", detail, HoldReason.EMBARGO, release)


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


def _one_message_per_person(drafts: list[_Draft], case: _Case) -> tuple[Route, ...]:
    """Leave each person in one route: the one that tells most, and among equals the first mandate in the table."""
    through: dict[str, str] = {}
    for draft in sorted(drafts, key=lambda d: d.level, reverse=True):
        for person in draft.chain[0].recipients:
            through.setdefault(person, draft.seat.mandate.key)
    return tuple(_finished(draft, through, case) for draft in drafts)


def _finished(draft: _Draft, through: dict[str, str], case: _Case) -> Route:
    """A route discloses no more than the most careful of those it tells has asked for; see ``levels``."""
    mandate, first_tier = draft.seat.mandate.key, draft.chain[0].recipients
    here = tuple(p for p in first_tier if through[p] == mandate)
    level = level_for(draft.level, [case.directory.levels[p] for p in here])
    within = case.known.acknowledgements.get(draft.priority)
    return Route(
        draft.seat.mechanism.key,
        mandate,
        draft.rule,
        draft.detail,
        draft.priority,
        level,
        here,
        tuple((p, through[p]) for p in first_tier if through[p] != mandate),
        None if within is None else case.now + within,
        _together(tuple(reading.fields(level) for reading in draft.shared)),
        draft.chain,
    )


@lru_cache(maxsize=1024)
def _together(fields: tuple[frozenset[str], ...]) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*fields)))
