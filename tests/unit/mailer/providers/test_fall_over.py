"""While the first provider fails, urgent mail goes by the second and the rest waits; back as soon as it recovers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from mailing import a_mail
from tocsin.mailer.providers.breaker import State
from tocsin.mailer.providers.fall_over import FallOver, Way
from tocsin.mailer.sender import Accepted, Mail, Outcome, Rejected, RetryAfter, Stops, Unknown

TWO_MINUTES = timedelta(minutes=2)
URGENT, ROUTINE = a_mail(is_urgent=True), a_mail()


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Fake:
    """A provider that is well, down, cut off from us, or refuses the key."""

    name: str
    clock: Clock
    state: str = "well"
    mails: list[Mail] = field(default_factory=list)
    probes: int = 0

    def send(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        later = self.clock() + timedelta(seconds=1)
        return {
            "well": Accepted("id", self.name),
            "down": RetryAfter(later, "unreachable"),
            "mute": Unknown("TimeoutError", self.name),
            "broken": Unknown("http-500", self.name),
            "locked": RetryAfter(self.clock() + timedelta(seconds=30), "unauthorised"),
            "busy": RetryAfter(later, "throttled"),
            "busy for long": RetryAfter(self.clock() + timedelta(minutes=9), "throttled"),
            "strict": Rejected("http-400"),
            "greylisting": RetryAfter(later, "throttled", Stops.NONE),
        }[self.state]

    def probe(self) -> bool:
        self.probes += 1
        return self.state == "well"


@dataclass
class World:
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.first, self.second = Fake("sendgrid", self.clock), Fake("smtp", self.clock)
        self.way = Way("sendgrid", self.first)
        self.sender = FallOver(self.way, Way("smtp", self.second), self.clock)

    def pass_time(self, seconds: int) -> None:
        """Second by second, as the thread that looks after the breakers does."""
        for _ in range(seconds):
            self.clock.now += timedelta(seconds=1)
            self.sender.look()

    def open(self) -> None:
        self.first.state = "down"
        while self.way.breaker.state is not State.OPEN:
            self.sender.send(ROUTINE)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("mail", [URGENT, ROUTINE], ids=["urgent", "routine"])
def test_while_the_first_is_well_the_second_gets_nothing(world: World, mail: Mail) -> None:
    assert world.sender.send(mail) == Accepted("id", "sendgrid")
    assert world.second.mails == []


@pytest.mark.parametrize("state", ["down", "locked", "busy for long"])
def test_an_urgent_mail_that_the_first_surely_did_not_take_goes_by_the_second_at_once(world: World, state: str) -> None:
    world.first.state = state
    assert world.sender.send(URGENT) == Accepted("id", "smtp")


@pytest.mark.parametrize("state", ["down", "locked", "busy for long"])
def test_what_is_not_urgent_waits_and_stops_only_its_like(world: World, state: str) -> None:
    world.first.state = state
    outcome = world.sender.send(ROUTINE)
    assert isinstance(outcome, RetryAfter)
    assert outcome.stops is Stops.ROUTINE
    assert world.second.mails == []


def test_a_provider_that_is_only_busy_is_waited_for(world: World) -> None:
    world.first.state = "busy"
    outcome = world.sender.send(URGENT)
    assert isinstance(outcome, RetryAfter)
    assert outcome.stops is Stops.ALL
    assert world.second.mails == []


@pytest.mark.parametrize("state", ["mute", "broken"])
def test_what_the_first_may_have_taken_is_never_given_to_the_second(world: World, state: str) -> None:
    world.first.state = state
    outcomes = [world.sender.send(URGENT) for _ in range(3)]
    assert all(isinstance(outcome, Unknown) and outcome.provider == "sendgrid" for outcome in outcomes)
    assert world.second.mails == []
    assert world.sender.send(URGENT) == Accepted("id", "smtp"), "another mail, once it is known to fail"


@pytest.mark.parametrize("state", ["strict", "greylisting"])
def test_an_answer_about_one_mail_says_nothing_against_the_provider(world: World, state: str) -> None:
    world.first.state = state
    for _ in range(10):
        world.sender.send(URGENT)
    assert world.way.breaker.state is State.CLOSED
    assert world.second.mails == []


def test_while_the_first_is_open_it_gets_no_mail_and_urgent_ones_are_not_held_up(world: World) -> None:
    world.open()
    before = len(world.first.mails)
    assert world.sender.send(URGENT) == Accepted("id", "smtp")
    waiting = world.sender.send(ROUTINE)
    assert isinstance(waiting, RetryAfter)
    assert waiting.stops is Stops.ROUTINE
    assert len(world.first.mails) == before


@pytest.mark.parametrize("state", ["down", "mute", "broken", "locked"])
def test_two_minutes_after_the_first_failure_urgent_mail_goes_even_if_there_was_one_mail_alone(
    world: World, state: str
) -> None:
    world.first.state = state
    began = world.clock.now
    outcome = world.sender.send(URGENT)
    while not isinstance(outcome, Accepted):
        world.pass_time(5)
        if world.way.breaker.state is State.OPEN:
            outcome = world.sender.send(URGENT)
    assert outcome.provider == "smtp"
    assert world.clock.now - began <= TWO_MINUTES


@pytest.mark.parametrize("minutes", [1, 30, 72 * 60])
def test_two_minutes_after_its_recovery_everything_goes_by_the_first_again(world: World, minutes: int) -> None:
    world.open()
    for _ in range(min(minutes * 60, 600)):
        world.pass_time(1)
    world.clock.now += timedelta(minutes=max(minutes - 10, 0))
    world.first.state, recovered = "well", world.clock.now
    outcome = world.sender.send(ROUTINE)
    while not isinstance(outcome, Accepted):
        world.pass_time(max(1, int((outcome.until - world.clock.now).total_seconds())))  # type: ignore[union-attr]
        outcome = world.sender.send(ROUTINE)
    assert outcome.provider == "sendgrid"
    assert world.sender.send(URGENT) == Accepted("id", "sendgrid")
    assert world.clock.now - recovered <= TWO_MINUTES


def test_during_an_outage_the_first_is_only_probed_and_probes_are_few(world: World) -> None:
    world.open()
    mails = len(world.first.mails)
    world.pass_time(600)
    assert len(world.first.mails) == mails
    assert 30 <= world.first.probes <= 60


def test_if_both_fail_everything_waits_and_neither_gets_a_storm(world: World) -> None:
    world.open()
    world.second.state = "down"
    for _ in range(50):
        outcome = world.sender.send(URGENT)
        assert isinstance(outcome, RetryAfter)
        assert outcome.stops is Stops.ALL
    assert len(world.second.mails) == 3
    world.second.state = "well"
    world.pass_time(16)
    assert world.sender.send(URGENT) == Accepted("id", "smtp")


def test_a_mail_that_the_second_puts_off_stops_no_other(world: World) -> None:
    world.open()
    world.second.state = "greylisting"
    outcome = world.sender.send(URGENT)
    assert isinstance(outcome, RetryAfter)
    assert outcome.stops is Stops.NONE


@pytest.mark.parametrize("mail", [URGENT, ROUTINE], ids=["urgent", "routine"])
def test_without_a_second_every_mail_is_tried_by_the_first(mail: Mail) -> None:
    clock = Clock()
    first = Fake("sendgrid", clock, "down")
    sender = FallOver(Way("sendgrid", first), None, clock)
    for _ in range(10):
        outcome = sender.send(mail)
        assert isinstance(outcome, RetryAfter)
        assert outcome.stops is Stops.ALL
    assert len(first.mails) == 10
    first.state = "well"
    assert sender.send(mail) == Accepted("id", "sendgrid")
