"""What every mandate would ask of the claims of a case, worked out once: which of them concern it, and by what rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import (
    Allowed,
    Consents,
    Permission,
    day_of,
    is_credible,
    under_embargo,
    weigh,
)
from tocsin.domain.routing.disclosure import fields_of
from tocsin.domain.routing.jurisdiction import Event, Ruling, event_of, prevailing
from tocsin.domain.routing.known import Known, Seat
from tocsin.domain.routing.mandates import Subject, Trigger, holds_on, subject_of
from tocsin.domain.routing.standing import Standing
from tocsin.domain.routing.triage import Triage, judge
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import Purpose


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One claim at one moment."""

    claim: Claim
    subject: Subject
    event: Event
    consents: Consents
    triage: Triage
    is_credible: bool
    under_embargo: bool

    def permission(self, seat: Seat, purpose: Purpose) -> Permission:
        mechanism = seat.mechanism
        return self.consents.permission(
            mechanism.audience, mechanism.key, purpose, seat.mandate.key, mechanism.informed_consent
        )

    def tells(self, seat: Seat, purpose: Purpose) -> bool:
        """Whether the claim may be used for this purpose towards this mandate now."""
        return self.is_credible and not self.under_embargo and isinstance(self.permission(seat, purpose), Allowed)

    def fields(self, level: DisclosureLevel) -> frozenset[str]:
        """What it shows at this level, where it may be shared."""
        return fields_of(self.claim, level)


class Ground(NamedTuple):
    """A claim by which a mandate is competent: for its subject matter, and for the State concerned."""

    reading: Reading
    trigger: Trigger
    ruling: Ruling


class Concern(NamedTuple):
    """A mandate that the subject matter of a case concerns."""

    seat: Seat
    grounds: list[Ground]
    """None if its mechanism is not competent."""
    ruling: Ruling
    """On the mechanism, for all claims of the case."""


def read(claim: Claim, now: datetime, standing: Standing) -> Reading:
    today = day_of(now)
    return Reading(
        claim,
        subject_of(claim),
        event_of(claim, today),
        weigh(claim, today),
        judge(claim, now, standing),
        is_credible(claim),
        under_embargo(claim, now),
    )


def concerns(readings: Sequence[Reading], known: Known, now: datetime) -> Iterator[Concern]:
    """Every mandate in being that the subject matter concerns, competent or not, in the order of the table."""
    today = day_of(now)
    triggers = [known.triggers(reading.subject) for reading in readings]
    rulings = [known.rulings(reading.event) for reading in readings]
    for place in sorted(set().union(*triggers)):
        seat = known.seat(place)
        if holds_on(seat.mandate, today):
            of_mechanism = [found[seat.mechanism.key] for found in rulings]
            yield Concern(seat, _grounds(place, readings, triggers, of_mechanism), prevailing(of_mechanism))


def _grounds(
    place: int,
    readings: Sequence[Reading],
    triggers: Sequence[Mapping[int, Trigger]],
    rulings: Sequence[Ruling],
) -> list[Ground]:
    return [
        Ground(reading, found[place], ruling)
        for reading, found, ruling in zip(readings, triggers, rulings, strict=True)
        if ruling.competent and place in found
    ]
