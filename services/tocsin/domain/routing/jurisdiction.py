"""Competence: the State responsible for the act, on the day of the event, decides; never the victim's nationality."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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


def rule_on(mechanism: Mechanism, claim: Claim, knowledge: Knowledge) -> Ruling:
    """Judge one mechanism for one claim: competent if it is for any of the States concerned (union)."""
    day = parse_edtf(claim.date).earliest
    rulings = [rule_on_state(mechanism, state, day, knowledge) for state in _states(claim)]
    return next((r for r in rulings if r.competent), rulings[0])


def rule_on_all(claims: Iterable[Claim], knowledge: Knowledge) -> dict[str, Ruling]:
    """For every mechanism, the first ruling that makes it competent, or else the reason why it is not."""
    claims = sorted(claims, key=lambda c: c.report_id)
    rulings: dict[str, Ruling] = {}
    for mechanism in knowledge.mechanisms.values():
        found = [rule_on(mechanism, claim, knowledge) for claim in claims]
        if found:
            rulings[mechanism.key] = next((r for r in found if r.competent), found[0])
    return rulings


def _states(claim: Claim) -> list[str]:
    return list(dict.fromkeys([claim.country, *sorted(claim.further_states)]))


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
