"""After an outage of the webhook: what the events would have told is read from the provider's log instead.

A pass goes through the mails that the provider took and that are at no end yet, a few in a second, the oldest first.
It may be cut short anywhere: what it has learned is in the deliveries, and the next pass finds only the others.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from tocsin.mailer.evidence.looking import Looking
from tocsin.mailer.sender import LogUnavailable
from tocsin.runtime import metrics
from tocsin.store.database import reading
from tocsin.store.mail import copies, provider_silence
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.mail.provider_silence import Place

QUIET = timedelta(minutes=15)
"""So long without any event, while mails are awaited: the webhook, or the way to it, has failed."""
_QUIET_AT_START = timedelta(minutes=5)
_STRAGGLERS = timedelta(hours=1)
"""How often mails are looked for though events do come: some were lost, or given up by the provider after a day."""
MEMORY = timedelta(days=7)
"""The provider's log does not reach back further."""
_REST = timedelta(minutes=1)
_AT_ONCE = 5
_MEASURE_EVERY = _CHECK_EVERY = timedelta(seconds=30)
_COUNT_EVERY = timedelta(minutes=5)
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Backfill:
    """Looks whether events are missing, and goes through the log if so.

    at_once: most mails that are looked for in one step; a step is taken every second.
    """

    looking: Looking
    clock: Callable[[], datetime]
    at_once: int = _AT_ONCE
    outcomes: Counter[str] = field(default_factory=Counter)
    """Of all steps: changed, known, absent."""
    _is_passing: bool = False
    _place: Place | None = None
    _since: datetime | None = None
    _grace: timedelta = QUIET
    _checked_at: datetime | None = None
    _last_pass: datetime | None = None
    _rests_until: datetime | None = None
    _measured_at: datetime | None = None
    _counted_at: datetime | None = None

    def step(self) -> int:
        """Take the next step of a pass, or begin one if it is time; returns how many deliveries changed."""
        now = self.clock()
        if self._rests_until is not None and now < self._rests_until:
            return 0
        self._rests_until = None
        if not self._is_passing:
            self._begin_if_due(now)
        return self._advance(now) if self._is_passing else 0

    def begin(self, since: datetime, grace: timedelta = QUIET) -> None:
        """Begin a pass over what was asked for since ``since``, and taken longer than ``grace`` ago."""
        self._is_passing, self._place, self._since, self._grace = True, None, since, grace

    @property
    def is_over(self) -> bool:
        return not self._is_passing

    def measure(self) -> None:
        """Publish the age of the newest event, how many mails wait for any, and the twins."""
        now = self.clock()
        if self._measured_at is not None and now - self._measured_at < _MEASURE_EVERY:
            return
        self._measured_at = now
        with reading(self._engine) as connection:
            newest = provider_silence.newest_event_at(connection)
            silent = provider_silence.without_event(connection, now - MEMORY, now - QUIET)
        metrics.provider_evidence(None if newest is None else (now - newest).total_seconds(), silent)
        self._count_twins(now)

    def _count_twins(self, now: datetime) -> None:
        """Less often, for it goes through all copies."""
        if self._counted_at is not None and now - self._counted_at < _COUNT_EVERY:
            return
        self._counted_at = now
        with reading(self._engine) as connection:
            twins = copies.twins(connection)
        labelled = sum(twin.labelled for twin in twins)
        metrics.mail_twins(labelled, len(twins) - labelled)

    @property
    def is_resting(self) -> bool:
        """Whether the log could not be asked at the last step."""
        return self._rests_until is not None

    @property
    def _engine(self) -> Engine:
        return self.looking.engine

    def _begin_if_due(self, now: datetime) -> None:
        if self._checked_at is not None and now - self._checked_at < _CHECK_EVERY:
            return
        quiet = _QUIET_AT_START if self._checked_at is None else QUIET
        self._checked_at = now
        with reading(self._engine) as connection:
            grace = quiet if self._is_quiet(connection, now, quiet) else _STRAGGLERS
            if self._last_pass is not None and now - self._last_pass < grace:
                return
            found = provider_silence.unfinished(connection, now - MEMORY, now - grace, None, 1)
        if found:
            log.warning("looking for the end of mails in the provider's log", extra={"after": str(grace)})
            self._last_pass = now
            self.begin(now - MEMORY, grace)

    def _is_quiet(self, connection: Connection, now: datetime, quiet: timedelta) -> bool:
        newest = provider_silence.newest_event_at(connection)
        return newest is None or now - newest >= quiet

    def _advance(self, now: datetime) -> int:
        assert self._since is not None, "a pass has a beginning"
        with reading(self._engine) as connection:
            found = provider_silence.unfinished(connection, self._since, now - self._grace, self._place, self.at_once)
        self._is_passing = len(found) == self.at_once
        before = self.outcomes["changed"]
        for delivery in found:
            if not self._look(delivery, now):
                break
        return self.outcomes["changed"] - before

    def _look(self, delivery: Delivery, now: datetime) -> bool:
        """Look for one mail; False if the log cannot be asked: the pass goes on from here, later."""
        try:
            sent = self.looking.look(delivery)
        except LogUnavailable as failure:
            log.warning("provider log unavailable", extra={"failure": str(failure)})
            metrics.backfilled("unavailable")
            self._rests_until, self._is_passing = now + _REST, True
            return False
        word = "absent" if not sent else "changed" if self.looking.note(delivery, sent) else "known"
        self.outcomes[word] += 1
        metrics.backfilled(word)
        assert delivery.requested_at is not None, "every delivery was asked for"
        self._place = Place(delivery.requested_at, delivery.delivery_id)
        return True
