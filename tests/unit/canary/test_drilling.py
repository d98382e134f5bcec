"""The drill is followed step by step, and whoever keeps it is named in time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from databases import NOW
from tocsin.canary.drilling import Drilling
from tocsin.publisher import BrokerUnavailable
from tocsin.store.auditing.passages import Passage
from tocsin_schemas.reports import Report

PERIOD, PATIENCE = timedelta(minutes=5), timedelta(minutes=2)
TAKEN = Passage(NOW, NOW, NOW, NOW, NOW, NOW)
"""By the provider; not delivered yet."""


@dataclass
class World:
    """What the broker and the database would do. passage: of whatever drill; None: the database does not tell."""

    now: datetime = NOW
    broker: bool = True
    passage: Passage | None = field(default_factory=Passage)
    published: list[Report] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.drilling = Drilling(self._publish, lambda _: self.passage, PERIOD, PATIENCE)

    def _publish(self, report: Report) -> None:
        if not self.broker:
            raise BrokerUnavailable
        self.published.append(report)

    def step(self, after: timedelta = timedelta()) -> None:
        self.now += after
        self.drilling.step(self.now)


def test_a_drill_is_published_at_once_and_again_after_each_period() -> None:
    world = World()
    for _ in range(21):
        world.step()
        world.now += timedelta(seconds=30)
    assert [report.received_at - NOW for report in world.published] == [timedelta(), PERIOD, 2 * PERIOD]
    assert len({report.publisher_reference for report in world.published}) == 3


@pytest.mark.parametrize(
    ("passage", "suspect"),
    [
        (Passage(), "resolver"),
        (Passage(NOW), "relay"),
        (Passage(NOW, NOW), "dispatcher"),
        (Passage(NOW, NOW, NOW), "relay"),
        (Passage(NOW, NOW, NOW, NOW), "mailer"),
        (Passage(NOW, NOW, NOW, NOW, NOW), "provider"),
        (TAKEN, "webhook"),
    ],
)
def test_who_keeps_a_late_drill_is_named_and_not_before_it_is_late(passage: Passage, suspect: str) -> None:
    world = World(passage=passage)
    world.step()
    world.step(PATIENCE)
    assert world.drilling.suspect is None
    world.step(timedelta(seconds=1))
    assert world.drilling.suspect == suspect


def test_a_suspicion_stays_until_a_drill_has_come_through() -> None:
    world = World()
    world.step()
    world.step(PATIENCE + timedelta(seconds=1))
    world.step(PERIOD - PATIENCE)
    assert (len(world.published), world.drilling.suspect) == (2, "resolver")
    world.passage = Passage(NOW, NOW, NOW, NOW, NOW, NOW, world.now)
    world.step(timedelta(seconds=30))
    assert (world.drilling.suspect, world.drilling.delivered_at) == (None, NOW + timedelta(minutes=5, seconds=1))


def test_what_the_database_does_not_tell_accuses_nobody() -> None:
    world = World(passage=None)
    world.step()
    world.step(PATIENCE * 2)
    assert world.drilling.suspect is None


def test_a_broker_that_does_not_take_the_drill_is_asked_in_each_round() -> None:
    world = World(broker=False)
    world.step()
    assert not world.drilling.is_taken
    world.broker = True
    world.step(timedelta(seconds=30))
    assert (world.drilling.is_taken, len(world.published)) == (True, 1)


@pytest.mark.parametrize("starts", range(0, 300, 30))
def test_a_component_that_stops_at_any_moment_is_named_within_ten_minutes(starts: int) -> None:
    """The webhook: last on the way. Until it stops each drill comes through in a second."""
    world = World()
    stopped = NOW + PERIOD + timedelta(seconds=starts)
    while world.drilling.suspect is None:
        world.step(timedelta(seconds=30))
        current = world.drilling.current
        assert current is not None
        done = current.published_at + timedelta(seconds=1)
        world.passage = TAKEN if done > stopped else Passage(done, done, done, done, done, done, done)
        assert world.now - stopped <= timedelta(minutes=10)
    assert world.drilling.suspect == "webhook"
