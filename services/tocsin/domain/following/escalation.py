"""Escalation: nobody answered, so the next in the chain are told."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from tocsin.domain.routing.chain import Tier
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.knowledge import Clock, ClockKind
from tocsin_schemas.vocabulary import Priority


class Step(NamedTuple):
    """recipients: of the tier, those who have not been told. is_last: nobody is left after them."""

    tier: str
    recipients: tuple[str, ...]
    is_last: bool


def next_step(chain: Sequence[Tier], told: Collection[str]) -> Step | None:
    """The first tier in which somebody has not been told; None if everybody has.

    chain: as it is now, so that who has left, is away or is off duty is not told, and who came is.
    """
    fresh = [(tier.step, tuple(p for p in tier.recipients if p not in told)) for tier in chain]
    waiting = [(step, people) for step, people in fresh if people]
    if not waiting:
        return None
    tier, people = waiting[0]
    return Step(tier, people, is_last=len(waiting) == 1)


def interval(priority: Priority, clocks: Iterable[Clock]) -> timedelta | None:
    """The time that each tier has to answer: the escalation clock of the priority, or else its acknowledgement clock.

    None if there is neither, and so no escalation.
    """
    by_kind = {clock.kind: clock.duration for clock in clocks if clock.priority is priority}
    return by_kind.get(ClockKind.ESCALATION, by_kind.get(ClockKind.ACKNOWLEDGEMENT))


def level_for(route: DisclosureLevel, wishes: Iterable[DisclosureLevel]) -> DisclosureLevel:
    """No more than the route discloses, nor than the most careful of the persons wishes."""
    return min([route, *wishes])
