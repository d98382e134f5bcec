"""Escalation: nobody answered, so the next in the chain are told."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from tocsin.domain.routing.chain import Tier
from tocsin.domain.routing.levels import level_for as level_for
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


def time_to_answer(priority: Priority, clocks: Iterable[Clock]) -> timedelta | None:
    """After which an alert of this priority is late; None if nothing says so."""
    found = (c.duration for c in clocks if c.priority is priority and c.kind is ClockKind.ACKNOWLEDGEMENT)
    return next(found, None)


def is_asked_after(chain: Sequence[Tier], person: str, asked: Collection[str], inclusive: bool = False) -> bool:
    """Whether somebody who comes after this person in the chain has been asked already, and may still answer.

    Who does not stand in the chain (any more) counts with the first. inclusive: those beside the person count too.
    asked: persons who were told and have not said that it is for others.
    """
    own = next((number for number, tier in enumerate(chain) if person in tier.recipients), 0)
    later = chain[own if inclusive else own + 1 :]
    return any(other in asked for tier in later for other in tier.recipients if other != person)
