"""A breaker opens on failures alone, is probed while it is not closed, and closes only by a mail that went."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.mailer.providers.breaker import DOUBTFUL_PAUSE, FAILURES, OPEN_PAUSE, PATIENCE, Breaker, State

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def _opened() -> Breaker:
    breaker = Breaker()
    breaker.failed(NOW, for_sure=True)
    return breaker


def test_failures_in_a_row_open_it_and_an_answer_between_them_does_not() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(NOW)
    breaker.succeeded()
    for _ in range(FAILURES - 1):
        breaker.failed(NOW)
    assert breaker.state is State.CLOSED
    breaker.failed(NOW)
    assert breaker.state is State.OPEN
    assert not breaker.admits(NOW)


def test_two_failures_far_apart_with_nothing_good_between_open_it() -> None:
    breaker = Breaker()
    breaker.failed(NOW)
    breaker.failed(NOW + PATIENCE)
    assert breaker.state is State.OPEN


def test_a_refused_key_opens_it_at_once() -> None:
    assert _opened().state is State.OPEN


def test_one_failure_is_looked_into_soon_by_one_caller() -> None:
    breaker = Breaker()
    assert not breaker.wants_probe(NOW)
    breaker.failed(NOW)
    assert not breaker.wants_probe(NOW)
    later = NOW + DOUBTFUL_PAUSE
    assert [breaker.wants_probe(later) for _ in range(3)] == [True, False, False]


def test_probes_that_fail_open_it_without_a_mail() -> None:
    breaker, now = Breaker(), NOW
    breaker.failed(now)
    while breaker.state is State.CLOSED:
        now += timedelta(seconds=1)
        if breaker.wants_probe(now):
            breaker.probed(False, now)
    assert now - NOW <= timedelta(seconds=15)


def test_after_an_answered_probe_one_mail_tries_at_a_time() -> None:
    breaker = _opened()
    breaker.probed(True, NOW)
    assert breaker.state is State.HALF_OPEN
    assert [breaker.admits(NOW) for _ in range(3)] == [True, False, False]
    assert breaker.admits(NOW + OPEN_PAUSE), "whoever was let in never told what came of it"
    breaker.succeeded()
    assert breaker.state is State.CLOSED
    assert not breaker.wants_probe(NOW + timedelta(hours=1))


def test_a_mail_that_fails_on_trial_opens_it_again() -> None:
    breaker = _opened()
    breaker.probed(True, NOW)
    breaker.admits(NOW)
    breaker.failed(NOW)
    assert breaker.state is State.OPEN


def test_a_late_answer_to_an_earlier_mail_does_not_close_it() -> None:
    breaker = _opened()
    breaker.succeeded()
    assert breaker.state is State.OPEN


@given(st.lists(st.sampled_from(["failed", "sure", "succeeded", "answered", "unanswered", "admits", "wants"])))
def test_whatever_happens_an_open_breaker_asks_for_a_probe_within_its_pause(events: list[str]) -> None:
    breaker, now = Breaker(), NOW
    for event in events:
        now += timedelta(seconds=1)
        {
            "failed": lambda at: breaker.failed(at),
            "sure": lambda at: breaker.failed(at, for_sure=True),
            "succeeded": lambda _: breaker.succeeded(),
            "answered": lambda at: breaker.probed(True, at),
            "unanswered": lambda at: breaker.probed(False, at),
            "admits": breaker.admits,
            "wants": breaker.wants_probe,
        }[event](now)
        assert breaker.admits(now) or breaker.state is not State.CLOSED
    if breaker.state is State.OPEN:
        assert breaker.wants_probe(now + OPEN_PAUSE)
