"""Asks each component whether it is well, all at the same time."""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from tocsin.canary.bounded import Bounded
from tocsin.runtime import heartbeats
from tocsin.runtime.beside import beside
from tocsin.runtime.reachable import is_reachable
from tocsin.store.database import answers

SECONDS = 2.0
"""For one answer."""


def watched(listed: str) -> dict[str, str]:
    """``resolver=http://127.0.0.1:9101/health/ready,console=…`` as addresses by component. Raises ValueError."""
    pairs = [each.strip().partition("=") for each in listed.split(",") if each.strip()]
    if wrong := [url for _, _, url in pairs if not url.startswith(("http://", "https://"))]:
        raise ValueError(f"{len(wrong)} of the watched components have no http address")
    return {name: url for name, _, url in pairs}


def is_well(url: str) -> bool:
    """Whether it answers with 200 in time."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - configured, see ``watched``
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


@dataclass(slots=True)
class Looking:
    """addresses: of readiness, by component. silent: how old the auditor's sign of life may be."""

    engine: Engine
    bootstrap: str
    addresses: Mapping[str, str]
    home: Path
    silent: timedelta
    bounded: Bounded = field(default_factory=lambda: Bounded(2 * SECONDS))
    """How long an answer may take, whatever keeps it."""

    def look(self, now: datetime) -> dict[str, bool]:
        """By component, whether it is well. What has no address is not asked."""
        asked: dict[str, Callable[[], bool]] = {
            "broker": lambda: is_reachable(self.bootstrap, SECONDS),
            "database": lambda: answers(self.engine),
        }
        asked |= {name: _asking(url) for name, url in self.addresses.items()}
        found = {name: beside(f"ask-{name}", _bounded(self.bounded, name, ask)) for name, ask in asked.items()}
        told = {name: future.result() for name, future in found.items()}
        if "auditor" in told:
            told["auditor"] &= self._auditor_lives(now)
        return told

    def _auditor_lives(self, now: datetime) -> bool:
        """Its page may answer while its audits do not end. Without a sign yet, it is only asked."""
        found = heartbeats.last(self.home, heartbeats.AUDITOR)
        return found is None or now - found[0] <= self.silent


def _asking(url: str) -> Callable[[], bool]:
    return lambda: is_well(url)


def _bounded(bounded: Bounded, name: str, ask: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: bounded(name, ask) or False
