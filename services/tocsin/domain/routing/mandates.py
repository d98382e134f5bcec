"""Subject matter: which facts of a claim make a mandate competent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tocsin.domain.claims import Claim
from tocsin_schemas.directory import Recipient
from tocsin_schemas.knowledge import Flag, Mandate

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


def trigger(mandate: Mandate, claim: Claim) -> Trigger | None:
    """The strongest reason why this mandate is competent for this claim, or None if it is not."""
    flags = flags_of(claim)
    if not set(mandate.requires) <= flags:
        return None
    if mandate.countries and not _common(mandate.countries, [claim.country, *claim.further_states]):
        return None
    return next(_triggers(mandate, claim, flags), None)


def holds_on(seat: Mandate | Recipient, day: date) -> bool:
    """Whether the mandate exists, or its holder is in office, on this day; ``valid_to`` is the first day after."""
    return (seat.valid_from is None or seat.valid_from <= day) and (seat.valid_to is None or day < seat.valid_to)


def flags_of(claim: Claim) -> set[Flag]:
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
    return {flag for flag, is_present in present.items() if is_present}


def _triggers(mandate: Mandate, claim: Claim, flags: set[Flag]) -> Iterator[Trigger]:
    """Every reason, the strongest first."""
    if _protects_cooperation(mandate, claim):
        yield Trigger("mandate-by-reprisal", f"reprisal for cooperation with {claim.reprisal_mechanism}")
    if mandate.always:
        yield Trigger("mandate-always", "competent for every case of its mechanism")
    subjects: tuple[tuple[str, Sequence[StrEnum | str], Iterable[StrEnum | str]], ...] = (
        ("mandate-by-country", mandate.countries, [claim.country, *claim.further_states]),
        ("mandate-by-violation", mandate.violations, claim.violations),
        ("mandate-by-flag", mandate.flags, flags),
        ("mandate-by-occupation", mandate.occupations, claim.occupations),
        ("mandate-by-topic", mandate.topics, claim.topics),
    )
    for rule, wanted, present in subjects:
        common = _common(wanted, present)
        if common:
            yield Trigger(rule, ", ".join(common))


def _protects_cooperation(mandate: Mandate, claim: Claim) -> bool:
    """``UN`` in the mandate covers cooperation with ``UN`` and with every ``UN-…`` mechanism."""
    if not claim.strict_reprisal or claim.reprisal_mechanism is None:
        return False
    family = claim.reprisal_mechanism.partition("-")[0]
    return not {claim.reprisal_mechanism, family}.isdisjoint(mandate.reprisal_mechanisms)


def _common(wanted: Sequence[StrEnum | str], present: Iterable[StrEnum | str]) -> list[str]:
    found = set(present)
    return [str(value) for value in wanted if value in found]
