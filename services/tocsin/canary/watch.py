"""One round of the watch, from drill to status page."""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tocsin.canary.drilling import Drilling
from tocsin.canary.telling import Duty
from tocsin.domain.watching import Judge, Standing
from tocsin.runtime import drill_metrics, heartbeats

_PING_SECONDS = 5.0


@dataclass(slots=True)
class Watch:
    """look: by component, whether it is well. find: keeps findings, if the database lets it. show: the status page.

    ping: tells somebody outside that all is well; silence is what alarms them.
    """

    drilling: Drilling
    look: Callable[[datetime], Mapping[str, bool]]
    judge: Judge
    duty: Duty
    find: Callable[[set[str], datetime], object]
    show: Callable[[Mapping[str, Standing], datetime | None, datetime], None]
    ping: Callable[[], object]
    home: Path

    def round(self, now: datetime) -> Mapping[str, Standing]:
        """Look, and tell of it. What is told first needs least: the mail neither the database nor the broker."""
        self.drilling.step(now)
        answers = dict(self.look(now))
        answers["broker"] = answers.get("broker", True) and self.drilling.is_taken
        passed = self.drilling.delivered_at
        standings = self.judge.judge(answers, self.drilling.suspect, passed is not None, now)
        down = {name for name, standing in standings.items() if standing is Standing.DOWN}
        drill_metrics.components(standings)
        self.duty.tell(down, now)
        self.show(standings, passed, now)
        self.find(down, now)
        if not down:
            self.ping()
        told = {"standings": dict(standings), "delivered_at": passed.isoformat() if passed else None}
        heartbeats.beat(self.home, heartbeats.CANARY, now, told)
        return standings


def ping(url: str) -> bool:
    """Ask for ``url``, as services that watch over periodic work want it; False if it did not answer."""
    try:
        with urllib.request.urlopen(url, timeout=_PING_SECONDS) as answer:  # noqa: S310 - checked at the start
            return bool(200 <= answer.status < 300)
    except (urllib.error.URLError, OSError, ValueError):
        return False
