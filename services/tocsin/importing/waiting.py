"""How long to wait before a request is tried again."""

import random

MAX_TRIES = 7
_FIRST, _LONGEST = 0.5, 30.0


def is_passing(status: int) -> bool:
    """Too many requests, or a failure that may be over at the next try."""
    return status == 429 or status in (500, 502, 503, 504)


def pause(attempt: int, retry_after: str | None) -> float:
    """Seconds before the next try: what the server asks for, else full jitter on a doubling bound."""
    if retry_after is not None and retry_after.strip().isdigit():
        return min(float(retry_after), _LONGEST * 4)
    bound = min(_LONGEST, _FIRST * float(2**attempt))
    return bound / 2 + random.random() * bound / 2  # noqa: S311 - no secret depends on it
