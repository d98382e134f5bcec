"""How long to leave a provider alone, from what its answers say. What they say may be absent, past or absurd."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=10)
_NO_EPOCH = 1_000_000
"""Numbers below are seconds from now; others are seconds since 1970."""


def resume_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """After a 429: the later of ``Retry-After`` and ``X-RateLimit-Reset``, within reason."""
    said = [_retry_after(headers.get("Retry-After"), now), _reset(headers.get("X-RateLimit-Reset"), now)]
    latest = max((at for at in said if at is not None), default=now)
    return min(max(latest, now + SHORTEST), now + LONGEST)


def exhausted_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """After any answer: until when the allowance is used up; None while something is left of it."""
    if _number(headers.get("X-RateLimit-Remaining")) != 0:
        return None
    reset = _reset(headers.get("X-RateLimit-Reset"), now)
    return None if reset is None or reset <= now else min(reset, now + LONGEST)


def _retry_after(said: str | None, now: datetime) -> datetime | None:
    if (seconds := _number(said)) is not None:
        return _later(now, seconds)
    try:
        at = parsedate_to_datetime(said or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _reset(said: str | None, now: datetime) -> datetime | None:
    number = _number(said)
    if number is None:
        return None
    if number < _NO_EPOCH:
        return _later(now, number)
    try:
        return datetime.fromtimestamp(number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _later(now: datetime, seconds: int) -> datetime:
    return now + min(timedelta(seconds=min(seconds, 10**6)), LONGEST)


def _number(said: str | None) -> int | None:
    """Plain digits only: ``int`` takes more than HTTP does."""
    said = (said or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None
