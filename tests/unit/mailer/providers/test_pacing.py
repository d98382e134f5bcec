"""A provider is left alone as long as its headers say, within reason, whatever they say."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.mailer.providers.pacing import LONGEST, SHORTEST, exhausted_until, resume_at

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def _epoch(seconds: float) -> str:
    return str(int(NOW.timestamp() + seconds))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 1),
        ({"X-RateLimit-Reset": _epoch(30)}, 30),
        ({"X-RateLimit-Reset": "30"}, 30),
        ({"Retry-After": "45"}, 45),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=50), usegmt=True)}, 50),
        ({"Retry-After": "10", "X-RateLimit-Reset": _epoch(20)}, 20),
        ({"Retry-After": "40", "X-RateLimit-Reset": _epoch(20)}, 40),
        ({"X-RateLimit-Reset": _epoch(-500)}, 1),
        ({"Retry-After": format_datetime(NOW - timedelta(days=9), usegmt=True)}, 1),
        ({"X-RateLimit-Reset": _epoch(10**6)}, 600),
        ({"Retry-After": "99999999"}, 600),
        ({"X-RateLimit-Reset": "9" * 19}, 1),
        ({"X-RateLimit-Reset": "9" * 4000}, 1),
        ({"Retry-After": "-5"}, 1),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "٣٠"}, 1),
    ],
)
def test_the_later_of_two_headers_counts_between_one_second_and_ten_minutes(
    headers: dict[str, str], seconds: float
) -> None:
    assert resume_at(headers, NOW) == NOW + timedelta(seconds=seconds)


@given(st.dictionaries(st.sampled_from(["Retry-After", "X-RateLimit-Reset", "X-RateLimit-Remaining"]), st.text()))
def test_no_header_can_stop_the_lane_for_longer_or_raise(headers: dict[str, str]) -> None:
    assert NOW + SHORTEST <= resume_at(headers, NOW) <= NOW + LONGEST
    until = exhausted_until(headers, NOW)
    assert until is None or NOW < until <= NOW + LONGEST


@pytest.mark.parametrize(
    ("remaining", "reset", "seconds"),
    [("0", _epoch(20), 20), ("1", _epoch(20), None), ("0", _epoch(-20), None), ("0", "", None), ("", _epoch(20), None)],
)
def test_an_allowance_that_is_used_up_is_respected_before_the_provider_refuses(
    remaining: str, reset: str, seconds: int | None
) -> None:
    until = exhausted_until({"X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": reset}, NOW)
    assert until == (None if seconds is None else NOW + timedelta(seconds=seconds))
