"""Subject matter: which facts of a claim make a mandate competent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tocsin.domain.claims import Claim
from tocsin_schemas.directory import Recipient
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


@dataclass(frozen=True, slots=True)
class Trigger:
    """Why a mandate is competent for a claim: the rule, and the facts that matched."""

    rule: str
    detail: str


_ALWAYS = Trigger("mandate-always", "competent for every case of its mechanism")


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
    if not subject.flags.issuperset(mandate.requires):
        return None
    if mandate.countries and subject.states.isdisjoint(mandate.countries):
        return None
    return next(_triggers(mandate, subject), None)


def holds_on(seat: Mandate | Recipient, day: date) -> bool:
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
        Flag.RISK_TO_PERSON: claim.risk_to_life or claim.risk_to_integrity or claim.risk_to_health,
    }
    return frozenset(flag for flag, is_present in present.items() if is_present)


def _triggers(mandate: Mandate, subject: Subject) -> Iterator[Trigger]:
    """Every reason, the strongest first."""
    if mandate.reprisal_mechanisms and _protects_cooperation(mandate, subject.cooperation):
        yield Trigger("mandate-by-reprisal", f"reprisal for cooperation with {subject.cooperation}")
    if mandate.always:
        yield _ALWAYS
    pairs: tuple[tuple[str, Sequence[str], frozenset[str]], ...] = (
        ("mandate-by-country", mandate.countries, subject.states),
        ("mandate-by-violation", mandate.violations, subject.violations),
        ("mandate-by-flag", mandate.flags, subject.flags),
        ("mandate-by-occupation", mandate.occupations, subject.occupations),
        ("mandate-by-topic", mandate.topics, subject.topics),
    )
    for rule, wanted, present in pairs:
        if not present.isdisjoint(wanted):
            yield Trigger(rule, ", ".join(value for value in wanted if value in present))


def _protects_cooperation(mandate: Mandate, mechanism: str | None) -> bool:
    """``UN`` in the mandate covers cooperation with ``UN`` and with every ``UN-…`` mechanism."""
    if mechanism is None:
        return False
    return not {mechanism, mechanism.partition("-")[0]}.isdisjoint(mandate.reprisal_mechanisms)
