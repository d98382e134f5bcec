"""Publishes a drill report time and again, and follows it to the canary mailbox."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.domain import canary
from tocsin.publisher import PublishError
from tocsin.runtime import drill_metrics
from tocsin.store.auditing.passages import Passage
from tocsin_schemas.reports import Report

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The drill that is followed."""

    drill_id: str
    published_at: datetime
    is_delivered: bool = False


@dataclass(slots=True)
class Drilling:
    """publish: raises PublishError. read: how far a drill has come; None if the database does not tell.

    period: from one drill to the next. patience: after which a drill that did not arrive is late.
    """

    publish: Callable[[Report], object]
    read: Callable[[str], Passage | None]
    period: timedelta
    patience: timedelta
    current: UnderWay | None = None
    is_taken: bool = True
    """Whether the broker took the last drill."""
    suspect: str | None = None
    """The component that keeps a drill which is late. It stays under suspicion until a drill has come through."""
    delivered_at: datetime | None = None
    """When a drill came through last."""

    def step(self, now: datetime) -> None:
        """Follow the drill that is under way; begin the next one if it is time."""
        if self.current is not None and not self.current.is_delivered:
            self._follow(self.current, now)
        if self.current is None or not self.is_taken or now - self.current.published_at >= self.period:
            self._begin(now)

    def _begin(self, now: datetime) -> None:
        reference = f"drill-{secrets.token_hex(8)}"
        try:
            self.publish(canary.drill_report(reference, now))
        except PublishError as error:
            log.warning("the drill was not published", extra={"code": error.code})
            drill_metrics.drill("unpublished")
            self.is_taken = False
            return
        self.is_taken = True
        self.current = UnderWay(canary.drill_id(reference), now)

    def _follow(self, drill: UnderWay, now: datetime) -> None:
        passage = self.read(drill.drill_id)
        if passage is None:
            return
        if passage.delivered_at is None:
            if now - drill.published_at > self.patience and self.suspect != passage.suspect:
                self.suspect = passage.suspect
                log.error("the drill is late", extra={"kind": self.suspect or ""})
                drill_metrics.drill("late")
            return
        self.current = UnderWay(drill.drill_id, drill.published_at, is_delivered=True)
        self.suspect, self.delivered_at = None, passage.delivered_at
        accepted = passage.accepted_at or passage.delivered_at
        drill_metrics.drill("delivered")
        drill_metrics.passed(
            (accepted - drill.published_at).total_seconds(),
            (passage.delivered_at - drill.published_at).total_seconds(),
            passage.delivered_at,
        )
