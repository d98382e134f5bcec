"""Who asks: by the API key, checked against the database at each request, so that a revoked one ends at once."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import Request
from sqlalchemy import Engine

from tocsin.intake.ledger import Ledger, Used
from tocsin.intake.pace import Pace
from tocsin.intake.refusing import Refused
from tocsin.intake.rounds import Rounds
from tocsin.runtime.addresses import neighbourhood
from tocsin.runtime.browsers import client_of
from tocsin.store.database import reading
from tocsin.store.deployment import Deployment
from tocsin.store.publishing import api_keys
from tocsin.store.publishing.api_keys import ApiKey, KeyRefused, Scope

FAILURES, FAILURES_A_SECOND = 20, 0.2
"""How many bad keys an address may show at once, and then: each further one is told to wait."""
BURST_SECONDS = 10


class Door:
    """rate: requests a second of one publisher; ten seconds' worth may come at once.

    A good key is let in wherever others fail: behind one address there may be a whole organisation, or a proxy.
    """

    def __init__(
        self, engine: Engine, deployment: Deployment, ledger: Ledger, clock: Callable[[], datetime], rate: float
    ) -> None:
        self._engine, self._identities, self._ledger, self._clock = engine, deployment.identities, ledger, clock
        self._pace = Pace(rate, rate * BURST_SECONDS)
        self._failures = Pace(FAILURES_A_SECOND, FAILURES)
        self._checks: Rounds[tuple[str, str], ApiKey] = Rounds(self._check)

    async def enter(self, request: Request, scope: Scope | None) -> ApiKey:
        """scope: what the key must open; None: any key will do. Raises Refused."""
        address = client_of(request)
        try:
            key = await self._checks.join((_presented(request), address))
        except KeyRefused as refused:
            raise self._failed(refused.code, address) from None
        if scope is not None and not key.opens(scope):
            raise Refused("scope-missing")
        if wait := self._pace.take(key.publisher_id, time.monotonic()):
            raise Refused("rate-limited", wait=wait)
        if key.is_use_due(self._clock()):
            await self._ledger.write(Used(key.key_id))
        return key

    def _failed(self, code: str, address: str) -> Refused:
        wait = self._failures.take(neighbourhood(address), time.monotonic())
        return Refused("too-many-failures", wait=wait) if wait else Refused(code)

    def _check(self, presented: Sequence[tuple[str, str]]) -> list[ApiKey | Exception]:
        """What comes twice in a round is checked once."""
        now, found = self._clock(), dict[tuple[str, str], ApiKey | Exception]()
        with reading(self._engine) as connection:
            for token, address in dict.fromkeys(presented):
                try:
                    if not token:
                        raise KeyRefused("api-key-missing")
                    found[token, address] = api_keys.check(connection, self._identities, token, address, now)
                except KeyRefused as refused:
                    found[token, address] = refused
        return [found[each] for each in presented]


def _presented(request: Request) -> str:
    """The Bearer token (RFC 6750, 2.1); "" if there is none. The address of a request never carries it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip()[: api_keys.LONGEST_PRESENTED] if scheme.lower() == "bearer" else ""
