"""Competence: the State responsible for the act, on the days of the event, decides; never the victim's nationality.

A mechanism is competent if its condition held on any day that the date may mean; and for what still goes on, from the
day on which it came to hold (a continuing violation: Articles on State Responsibility, A/RES/56/83, art. 14.2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from tocsin.domain.claims import Claim
from tocsin.domain.forms import Form
from tocsin.domain.routing import wording
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.knowledge import BINDING, Competence, Knowledge, Mechanism, Membership, MembershipStatus

_NEXT = timedelta(days=1)
_AS = {MembershipStatus.ASSOCIATE: wording.ASSOCIATE, MembershipStatus.OBSERVER: wording.OBSERVER}


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a mechanism is competent, by which rule, and the facts behind it in words."""

    mechanism: str
    competent: bool
    rule: str
    detail: str
    state: str
    """The State responsible that decided."""
    membership: Membership | None = None
    """The period that decided, if one did."""


class Event(NamedTuple):
    """Where and when: all of a claim that competence depends on. Reports of one event are judged once."""

    states: tuple[str, ...]
    first: date
    last: date
    """With ``first``: the days that the date may mean."""
    until: date
    """Up to when it went on, as far as is known; not before ``last``."""


def event_of(claim: Claim, today: date) -> Event:
    """The States concerned, that of the act first, and when. What is ongoing goes on until ``today``."""
    states = dict.fromkeys([claim.country, *sorted(claim.further_states)])
    days = parse_edtf(claim.date)
    until = max(days.latest, today) if claim.ongoing else days.latest
    return Event(tuple(states), days.earliest, days.latest, until)


def rule_on(mechanism: Mechanism, claim: Claim, knowledge: Knowledge, today: date) -> Ruling:
    """Judge one mechanism for one claim: competent if it is for any of the States concerned (union)."""
    return rule_on_event(mechanism, event_of(claim, today), knowledge)


def rule_on_all(claims: Iterable[Claim], knowledge: Knowledge, today: date) -> dict[str, Ruling]:
    """For every mechanism, the first ruling that makes it competent, or else the reason why it is not."""
    events = [event_of(claim, today) for claim in sorted(claims, key=lambda c: c.report_id)]
    return {
        mechanism.key: prevailing([rule_on_event(mechanism, event, knowledge) for event in events])
        for mechanism in knowledge.mechanisms.values()
    }


def prevailing(rulings: Sequence[Ruling]) -> Ruling:
    """The first that finds competence, or else the first."""
    for ruling in rulings:
        if ruling.competent:
            return ruling
    return rulings[0]


def rule_on_event(mechanism: Mechanism, event: Event, knowledge: Knowledge) -> Ruling:
    """Judge one mechanism for one event."""
    return prevailing([_rule_on_state(mechanism, state, event, knowledge) for state in event.states])


def rule_on_state(mechanism: Mechanism, country: str, day: date, knowledge: Knowledge) -> Ruling:
    """Judge one mechanism for one State on one day."""
    return rule_on_event(mechanism, Event((country,), day, day, day), knowledge)


class _Bond(NamedTuple):
    """How a State stands to an organisation."""

    organisation: str
    state: str
    name: str
    """In sentences: with the territory that it is responsible for, where the act was there."""
    binding: list[Membership]
    loose: list[Membership]
    """As an associate or observer, which does not bind."""

    def said(self, form: Form, **facts: object) -> str:
        return form(country=self.name, organisation=self.organisation, **facts)


class _Answer(NamedTuple):
    competent: bool
    rule: str
    words: str
    membership: Membership | None = None


def _rule_on_state(mechanism: Mechanism, country: str, event: Event, knowledge: Knowledge) -> Ruling:
    if mechanism.competence is Competence.ALL_STATES:
        words = wording.EVERY_STATE(mechanism=mechanism.key, country=country)
        return Ruling(mechanism.key, True, "all-states", words, country)
    bond = _bond(mechanism.organisation or mechanism.key, country, knowledge)
    answer = (_if_bound if mechanism.competence is Competence.MEMBERS else _if_not_bound)(bond, event)
    unverified = answer.membership is not None and answer.membership.verified_on is None
    words = wording.UNVERIFIED(sentence=answer.words) if unverified else answer.words
    return Ruling(mechanism.key, answer.competent, answer.rule, words, bond.state, answer.membership)


def _bond(organisation: str, country: str, knowledge: Knowledge) -> _Bond:
    territory = knowledge.territories.get(country)
    state = territory.state if territory and territory.state else country
    name = state if state == country else wording.RESPONSIBLE(country=state, territory=country)
    periods = knowledge.memberships.get((organisation, state), ())
    binding = [p for p in periods if p.status in BINDING]
    return _Bond(organisation, state, name, binding, [p for p in periods if p.status not in BINDING])


def _if_bound(bond: _Bond, event: Event) -> _Answer:
    """For mechanisms of an organisation's members."""
    _states, first, last, until = event
    for period in bond.binding:
        if day := _first_covered(period, first, last):
            said = _maybe(event, bond.said(wording.BOUND, day=day))
            if period.status is not MembershipStatus.MEMBER:
                said = wording.STATUS(sentence=said, status=period.status)
            return _Answer(True, "member-state", said, period)
    for period in bond.binding:
        if day := _first_covered(period, last + _NEXT, until):
            said = bond.said(wording.CAME, day=day, last=last)
            return _Answer(True, "continuing-violation", said, period)
    for period in bond.loose:
        if day := _first_covered(period, first, until):
            return _Answer(False, f"{period.status}-only", bond.said(_AS[period.status], day=day), period)
    return _Answer(False, *_why_not_bound(bond, first))


def _if_not_bound(bond: _Bond, event: Event) -> _Answer:
    """For missions to third countries."""
    _states, first, last, until = event
    if day := _first_uncovered(bond.binding, first, last):
        _, said, period = _why_not_bound(bond, day)
        return _Answer(True, "third-country", _maybe(event, said) if bond.binding else said, period)
    holding = next(p for p in bond.binding if p.covers(first))
    if day := _first_uncovered(bond.binding, last + _NEXT, until):
        return _Answer(True, "third-country", bond.said(wording.CEASED, day=day, last=last), holding)
    return _Answer(False, "own-member", bond.said(wording.BOUND, day=first), holding)


def _why_not_bound(bond: _Bond, day: date) -> tuple[str, str, Membership | None]:
    ended = [(p.valid_to, p) for p in bond.binding if p.valid_to is not None and p.valid_to <= day]
    if ended:
        left, period = max(ended, key=lambda end: end[0])
        return "no-longer-a-member", bond.said(wording.NO_LONGER, day=left), period
    if bond.binding:
        return "not-yet-a-member", bond.said(wording.NOT_YET, day=day), bond.binding[0]
    return "not-a-member", bond.said(wording.NEVER), None


def _first_covered(period: Membership, first: date, last: date) -> date | None:
    day = max(first, period.valid_from or first)
    return day if day <= last and period.covers(day) else None


def _first_uncovered(periods: Sequence[Membership], first: date, last: date) -> date | None:
    ends = [p.valid_to for p in periods if p.valid_to is not None and first < p.valid_to <= last]
    days = [first, *sorted(ends)] if first <= last else []
    return next((day for day in days if not any(p.covers(day) for p in periods)), None)


def _maybe(event: Event, said: str) -> str:
    return said if event.first == event.last else wording.MAYBE(sentence=said)
