"""What is said of each component, from whether it answers and from the drill that goes through all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

COMPONENTS = (
    "broker",
    "database",
    "resolver",
    "relay",
    "dispatcher",
    "mailer",
    "provider",
    "webhook",
    "pages",
    "intake",
    "console",
    "auditor",
)
"""All that is watched, in the order in which it is shown."""
ON_THE_WAY = frozenset({"resolver", "relay", "dispatcher", "mailer", "provider", "webhook"})
"""Those through which a drill goes after the broker has it."""


class Standing(StrEnum):
    """What is said of a component."""

    WORKING = "working"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(slots=True)
class Judge:
    """Remembers since when each component has not answered. patience: how long that may be a start or a hiccup."""

    patience: timedelta
    _silent: dict[str, datetime] = field(default_factory=dict)

    def judge(
        self, answers: Mapping[str, bool], suspect: str | None, has_passed: bool, now: datetime
    ) -> dict[str, Standing]:
        """The standing of everything that is known.

        answers: by component. suspect: the one that keeps a drill which is late. has_passed: whether any drill has come
        through, so that something is known of those on its way that cannot be asked.
        """
        self._silent = {name: self._silent.get(name, now) for name, well in answers.items() if not well}
        known = answers.keys() | ({suspect} if suspect else set()) | (ON_THE_WAY if has_passed else set())
        return {name: self._standing(name, suspect, now) for name in COMPONENTS if name in known}

    def _standing(self, name: str, suspect: str | None, now: datetime) -> Standing:
        since = self._silent.get(name)
        if name == suspect or (since is not None and now - since >= self.patience):
            return Standing.DOWN
        return Standing.WORKING if since is None else Standing.DEGRADED
