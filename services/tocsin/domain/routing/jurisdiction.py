"""Competence: the State responsible for the act, on the day of the event, decides; never the victim's nationality."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tocsin.domain.claims import Claim
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.knowledge import Competence, Knowledge, Mechanism


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a mechanism is competent, by which rule, and the facts behind it in words."""

    mechanism: str
    competent: bool
    rule: str
    detail: str


class Event(NamedTuple):
    """Where and when: all of a claim that competence depends on. Reports of one event are judged once."""

    states: tuple[str, ...]
    day: date


def event_of(claim: Claim) -> Event:
    """The States concerned, that of the act first, and the earliest day that the date may mean."""
    states = dict.fromkeys([claim.country, *sorted(claim.further_states)])
    return Event(tuple(states), parse_edtf(claim.date).earliest)


def rule_on(mechanism: Mechanism, claim: Claim, knowledge: Knowledge) -> Ruling:
    """Judge one mechanism for one claim: competent if it is for any of the States concerned (union)."""
    return _rule_on_event(mechanism, event_of(claim), knowledge)


def rule_on_all(claims: Iterable[Claim], knowledge: Knowledge) -> dict[str, Ruling]:
    """For every mechanism, the first ruling that makes it competent, or else the reason why it is not."""
    events = [event_of(claim) for claim in sorted(claims, key=lambda c: c.report_id)]
    return {key: prevailing(rulings) for key, rulings in rule_on_events(events, knowledge).items() if rulings}


def rule_on_events(events: Sequence[Event], knowledge: Knowledge) -> dict[str, list[Ruling]]:
    """For every mechanism, its ruling on each event, in the order of the events."""
    distinct = set(events)
    rulings: dict[str, list[Ruling]] = {}
    for mechanism in knowledge.mechanisms.values():
        found = {event: _rule_on_event(mechanism, event, knowledge) for event in distinct}
        rulings[mechanism.key] = [found[event] for event in events]
    return rulings


def prevailing(rulings: Sequence[Ruling]) -> Ruling:
    """The first that finds competence, or else the first."""
    for ruling in rulings:
        if ruling.competent:
            return ruling
    return rulings[0]


def _rule_on_event(mechanism: Mechanism, event: Event, knowledge: Knowledge) -> Ruling:
    return prevailing([rule_on_state(mechanism, state, event.day, knowledge) for state in event.states])


def rule_on_state(mechanism: Mechanism, country: str, day: date, knowledge: Knowledge) -> Ruling:
    """Judge one mechanism for one State on one day."""
    if mechanism.competence is Competence.ALL_STATES:
        return Ruling(
            mechanism.key, True, "all-states", f"{mechanism.key} is competent for every State, here {country}"
        )
    organisation = mechanism.organisation or mechanism.key
    bound, rule, detail = _membership(organisation, country, day, knowledge)
    if mechanism.competence is Competence.MEMBERS:
        return Ruling(mechanism.key, bound, rule, detail)
    return Ruling(mechanism.key, not bound, "own-member" if bound else "third-country", detail)


def _membership(organisation: str, country: str, day: date, knowledge: Knowledge) -> tuple[bool, str, str]:
    territory = knowledge.territories.get(country)
    state = territory.state if territory and territory.state else country
    name = state if state == country else f"{state}, responsible for {country},"
    periods = knowledge.memberships.get((organisation, state), ())
    for period in periods:
        if period.covers(day):
            status = "" if period.status == "member" else f" ({period.status.replace('_', ' ')})"
            return True, "member-state", f"{name} was bound by {organisation} on {day}{status}"
    left = [p.valid_to for p in periods if p.valid_to is not None and p.valid_to <= day]
    if left:
        return False, "no-longer-a-member", f"{name} has not been bound by {organisation} since {max(left)}"
    if periods:
        return False, "not-yet-a-member", f"{name} was not yet bound by {organisation} on {day}"
    return False, "not-a-member", f"{name} is not bound by {organisation}"
