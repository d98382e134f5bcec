"""Requests to somebody else's server, tried again with patience while a failure may pass."""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from tocsin.importing.sending.doors import Forbidden, Unavailable

_MAX_TRIES = 7
_FIRST, _LONGEST = 0.5, 30.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PASSING = (429, 500, 502, 503, 504)
"""Too many requests, or a failure that may be over at the next try."""
Sleep = Callable[[float], None]


class Server:
    """What is asked; ``close`` it in the end.

    name: in what people are told, such as ``the intake``. base: its address; only ``https``, unless it is on this
    machine. sleep: seconds between tries. transport: of httpx, in place of the network. Raises Forbidden.
    """

    def __init__(
        self,
        name: str,
        base: str,
        headers: Mapping[str, str],
        timeout: httpx.Timeout,
        sleep: Sleep = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        address = httpx.URL(base)
        if address.scheme != "https" and address.host not in _LOOPBACK:
            raise Forbidden(f"{name} must be reached by https")
        self.client = httpx.Client(base_url=address, headers=dict(headers), timeout=timeout, transport=transport)
        self._name, self._sleep = name, sleep

    def ask(
        self, method: str, path: str, passes: Callable[[httpx.Response], bool] = lambda _: False, **what: Any
    ) -> httpx.Response:
        """The answer. passes: which other answers are worth another try. what: of httpx. Raises Unavailable."""
        for attempt in range(_MAX_TRIES):
            try:
                answer = self.client.request(method, path, **what)
            except httpx.TransportError:
                self._sleep(_pause(attempt, None))
                continue
            if answer.status_code not in _PASSING and not passes(answer):
                return answer
            self._sleep(_pause(attempt, answer.headers.get("retry-after")))
        raise Unavailable(f"{self._name} does not answer, or asks for patience")

    def close(self) -> None:
        self.client.close()


def _pause(attempt: int, retry_after: str | None) -> float:
    """Seconds before the next try: what the server asks for, else full jitter on a doubling bound."""
    if retry_after is not None and retry_after.strip().isdigit():
        return min(float(retry_after), _LONGEST * 4)
    bound = min(_LONGEST, _FIRST * float(2**attempt))
    return bound / 2 + random.random() * bound / 2  # noqa: S311 - no secret depends on it
