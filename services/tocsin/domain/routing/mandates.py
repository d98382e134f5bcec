"""Subject matter: which facts of a claim make a mandate competent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tocsin.domain.claims import Claim
from tocsin.domain.routing import wording
from tocsin.domain.routing.severities import is_at_risk, is_detained, is_incommunicado
from tocsin_schemas.directory import Seat
from tocsin_schemas.knowledge import Flag, Mandate
from tocsin_schemas.vocabulary import Occupation, Topic, ViolationType

STRENGTHS = (
    "mandate-by-reprisal",
    "mandate-always",
    "mandate-by-country",
    "mandate-by-violation",
    "mandate-by-flag",
    "mandate-by-occupation",
    "mandate-by-topic",
)
"""The rules of triggers, the strongest first."""
_BY_FACT = STRENGTHS[2:]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Why a mandate is competent for a claim: the rule, and the facts that matched."""

    rule: str
    detail: str


_ALWAYS = Trigger("mandate-always", wording.ALWAYS())


class Subject(NamedTuple):
    """All of a claim that can trigger a mandate. Reports on the same subject are judged once."""

    flags: frozenset[Flag]
    states: frozenset[str]
    violations: frozenset[ViolationType]
    occupations: frozenset[Occupation]
    topics: frozenset[Topic]
    cooperation: str | None
    """The mechanism with which somebody cooperated, if there was a strict reprisal for it."""


def subject_of(claim: Claim) -> Subject:
    return Subject(
        flags_of(claim),
        frozenset((claim.country, *claim.further_states)),
        frozenset(claim.violations),
        frozenset(claim.occupations),
        frozenset(claim.topics),
        claim.reprisal_mechanism if claim.strict_reprisal else None,
    )


def trigger(mandate: Mandate, claim: Claim) -> Trigger | None:
    """The strongest reason why this mandate is competent for this claim, or None if it is not."""
    return triggered_by(mandate, subject_of(claim))


def triggered_by(mandate: Mandate, subject: Subject) -> Trigger | None:
    """As ``trigger``."""
    if mandate.requires and not subject.flags.issuperset(mandate.requires):
        return None
    if mandate.countries and subject.states.isdisjoint(mandate.countries):
        return None
    if mandate.reprisal_mechanisms and _protects_cooperation(mandate, subject.cooperation):
        return Trigger("mandate-by-reprisal", wording.COOPERATION(mechanism=subject.cooperation))
    if mandate.always:
        return _ALWAYS
    return _by_fact(mandate, subject)


def holds_on(seat: Mandate | Seat, day: date) -> bool:
    """Whether the mandate exists, or its holder is in office, on this day; ``valid_to`` is the first day after."""
    return (seat.valid_from is None or seat.valid_from <= day) and (seat.valid_to is None or day < seat.valid_to)


def flags_of(claim: Claim) -> frozenset[Flag]:
    """The facts of a claim that are neither a violation, a topic nor an occupation."""
    present = {
        Flag.DEFENDER: claim.defender,
        Flag.STRICT_REPRISAL: claim.strict_reprisal,
        Flag.BROAD_REPRISAL: claim.broad_reprisal,
        Flag.WHEREABOUTS_UNKNOWN: claim.whereabouts_unknown,
        Flag.CARE_DENIED: claim.care_denied,
        Flag.TERRORISM_CHARGE: claim.terrorism_charge,
        Flag.COMPANY_INVOLVED: claim.company_involved,
        Flag.WOMAN: claim.woman,
        Flag.MINOR: claim.minor,
        Flag.RISK_TO_PERSON: is_at_risk(claim),
        Flag.DETAINED: is_detained(claim),
        Flag.INCOMMUNICADO: is_incommunicado(claim),
        Flag.ELDERLY: claim.elderly,
    }
    return frozenset(flag for flag, is_present in present.items() if is_present)


def _by_fact(mandate: Mandate, subject: Subject) -> Trigger | None:
    """The strongest kind of fact that the mandate names, with the facts in the mandate's order."""
    wanted: tuple[Sequence[str], ...] = (
        mandate.countries,
        mandate.violations,
        mandate.flags,
        mandate.occupations,
        mandate.topics,
    )
    present = (subject.states, subject.violations, subject.flags, subject.occupations, subject.topics)
    for rule, these, those in zip(_BY_FACT, wanted, present, strict=True):
        if these and not those.isdisjoint(these):
            return Trigger(rule, ", ".join(fact for fact in these if fact in those))
    return None


def _protects_cooperation(mandate: Mandate, mechanism: str | None) -> bool:
    """``UN`` in the mandate covers cooperation with ``UN`` and with every ``UN-…`` mechanism."""
    if mechanism is None:
        return False
    return not {mechanism, mechanism.partition("-")[0]}.isdisjoint(mandate.reprisal_mechanisms)
