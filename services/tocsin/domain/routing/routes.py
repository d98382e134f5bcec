"""The whole decision for one case: who is told, who is not, and the rule behind each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Denied, is_credible, may, under_embargo, visible_claims
from tocsin.domain.routing.jurisdiction import Ruling, rule_on, rule_on_all
from tocsin.domain.routing.mandates import STRENGTHS, Trigger, holds_on, trigger
from tocsin.domain.routing.triage import triage
from tocsin_schemas.alerts import DisclosureLevel, HoldReason
from tocsin_schemas.directory import Recipient
from tocsin_schemas.knowledge import Knowledge, Mandate, Mechanism
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
class _Ground:
    """A claim by which a mandate is competent."""

    claim: Claim
    trigger: Trigger
    ruling: Ruling


def route(claims: Sequence[Claim], recipients: Sequence[Recipient], knowledge: Knowledge, now: datetime) -> Routing:
    """Decide for every mandate that the subject matter concerns. ``claims`` holds at least one claim.

    Each mandate appears at most once, as a route or as a refusal; the order of claims and recipients changes nothing.
    """
    ordered = sorted(claims, key=lambda c: c.report_id)
    holders = sorted((r for r in recipients if holds_on(r, now.date())), key=lambda r: r.recipient_id)
    decisions = [
        decision
        for mandate in knowledge.mandates
        if holds_on(mandate, now.date())
        and (decision := _decide(mandate, ordered, holders, knowledge, now)) is not None
    ]
    overall = triage(ordered)
    return Routing(
        priority=overall.priority,
        triage_rule=overall.rule,
        routes=_one_message_per_person([d for d in decisions if isinstance(d, Route)], holders),
        refusals=(*(d for d in decisions if isinstance(d, Refusal)), *_not_competent(ordered, knowledge, now)),
        needs_review=overall.needs_review,
    )


def _decide(
    mandate: Mandate, claims: list[Claim], holders: list[Recipient], knowledge: Knowledge, now: datetime
) -> Route | Refusal | None:
    """None if the subject matter or the State concerned is not this mandate's."""
    mechanism = knowledge.mechanisms[mandate.mechanism]
    grounds = _grounds(mandate, mechanism, claims, knowledge)
    if not grounds:
        return None
    told = _tellable(mandate, mechanism, grounds, now)
    if isinstance(told, Refusal):
        return told
    holding = [h for h in holders if mandate.key in h.mandates]
    best = min(told, key=lambda g: STRENGTHS.index(g.trigger.rule))
    detail = f"{best.trigger.detail}; {best.ruling.detail}"
    if not holding:
        return _refusal(mandate, "no-recipient", detail, HoldReason.NO_RECIPIENT)
    seen = visible_claims(claims, mechanism.key, mechanism.audience, Purpose.ALERT, now, mandate.key)
    priority = triage(seen).priority
    return Route(
        mandate.mechanism,
        mandate.key,
        best.trigger.rule,
        detail,
        priority,
        _level(told, mechanism, mandate, now),
        tuple(h.recipient_id for h in holding),
        reply_by=_reply_by(priority, knowledge, now),
    )


def _grounds(mandate: Mandate, mechanism: Mechanism, claims: list[Claim], knowledge: Knowledge) -> list[_Ground]:
    return [
        _Ground(claim, found, ruling)
        for claim in claims
        if (found := trigger(mandate, claim)) is not None and (ruling := rule_on(mechanism, claim, knowledge)).competent
    ]


def _tellable(mandate: Mandate, mechanism: Mechanism, grounds: list[_Ground], now: datetime) -> list[_Ground] | Refusal:
    """The grounds of which the mandate may be told now, or the first reason that leaves none."""
    others = [g for g in grounds if g.claim.publisher not in {mechanism.key, mandate.key}]
    if not others:
        return _refusal(mandate, "publisher-knows", "it published the report itself")
    verdicts = [(g, may(g.claim, mechanism.audience, mechanism.key, Purpose.ALERT, now, mandate.key)) for g in others]
    allowed = [g for g, verdict in verdicts if not isinstance(verdict, Denied)]
    if not allowed:
        rule = min(verdict.rule for _, verdict in verdicts)
        return _refusal(mandate, rule, "no report on this subject may be told to it", HoldReason.CONSENT)
    credible = [g for g in allowed if is_credible(g.claim)]
    if not credible:
        return _refusal(mandate, "certainty-unlikely", "a person must look first", HoldReason.CERTAINTY)
    tellable = [g for g in credible if not under_embargo(g.claim, now)]
    if not tellable:
        release = min(g.claim.embargo_until for g in credible if g.claim.embargo_until is not None)
        detail = f"not to be told before {release.isoformat()}"
        return _refusal(mandate, "under-embargo", detail, HoldReason.EMBARGO, release)
    return tellable


def _refusal(
    mandate: Mandate, rule: str, detail: str, hold: HoldReason | None = None, release_at: datetime | None = None
) -> Refusal:
    return Refusal(mandate.mechanism, mandate.key, rule, detail, hold, release_at)


def _not_competent(claims: list[Claim], knowledge: Knowledge, now: datetime) -> list[Refusal]:
    """One refusal per mechanism without competence, under its first mandate that the subject matter concerns."""
    refusals: dict[str, Refusal] = {}
    rulings = rule_on_all(claims, knowledge)
    for mandate in knowledge.mandates:
        ruling = rulings[mandate.mechanism]
        if ruling.competent or mandate.mechanism in refusals or not holds_on(mandate, now.date()):
            continue
        if any(trigger(mandate, claim) for claim in claims):
            refusals[mandate.mechanism] = _refusal(mandate, ruling.rule, ruling.detail)
    return list(refusals.values())


def _level(told: list[_Ground], mechanism: Mechanism, mandate: Mandate, now: datetime) -> DisclosureLevel:
    """L1 if the facts of one of the reports may be shared, else only that there is a case."""
    claims = [g.claim for g in told]
    shared = visible_claims(claims, mechanism.key, mechanism.audience, Purpose.SHARE, now, mandate.key)
    return DisclosureLevel.L1 if shared else DisclosureLevel.L0


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
    return replace(found, recipients=here, told_through=elsewhere, level=level)


def _reply_by(priority: Priority, knowledge: Knowledge, now: datetime) -> datetime | None:
    return next((now + c.duration for c in knowledge.clocks.values() if c.priority is priority), None)
