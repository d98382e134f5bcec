"""What every mandate would ask of the claims of a case, worked out once: which of them concern it, and by what rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Allowed, Consents, Permission, is_credible, under_embargo, weigh
from tocsin.domain.routing.jurisdiction import Event, Ruling, event_of, prevailing, rule_on_events
from tocsin.domain.routing.mandates import Subject, Trigger, holds_on, subject_of, triggered_by
from tocsin.domain.routing.triage import Triage, judge
from tocsin_schemas.knowledge import Knowledge, Mandate, Mechanism
from tocsin_schemas.vocabulary import Purpose


class Seat(NamedTuple):
    """A mandate within its mechanism."""

    mandate: Mandate
    mechanism: Mechanism


@dataclass(frozen=True, slots=True)
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
        return self.consents.permission(seat.mechanism.audience, seat.mechanism.key, purpose, seat.mandate.key)

    def tells(self, seat: Seat, purpose: Purpose) -> bool:
        """Whether the claim may be used for this purpose towards this mandate now."""
        return self.is_credible and not self.under_embargo and isinstance(self.permission(seat, purpose), Allowed)


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


def read(claim: Claim, now: datetime) -> Reading:
    return Reading(
        claim,
        subject_of(claim),
        event_of(claim),
        weigh(claim, now.date()),
        judge(claim),
        is_credible(claim),
        under_embargo(claim, now),
    )


def concerns(readings: Sequence[Reading], knowledge: Knowledge, now: datetime) -> Iterator[Concern]:
    """Every mandate in being that the subject matter concerns, competent or not, in the order of the table."""
    subjects = {reading.subject for reading in readings}
    rulings = rule_on_events([reading.event for reading in readings], knowledge)
    for mandate in knowledge.mandates:
        found = {subject: triggered_by(mandate, subject) for subject in subjects}
        if any(found.values()) and holds_on(mandate, now.date()):
            of_mechanism = rulings[mandate.mechanism]
            grounds = [
                Ground(reading, trigger, ruling)
                for reading, ruling in zip(readings, of_mechanism, strict=True)
                if ruling.competent and (trigger := found[reading.subject]) is not None
            ]
            yield Concern(Seat(mandate, knowledge.mechanisms[mandate.mechanism]), grounds, prevailing(of_mechanism))
