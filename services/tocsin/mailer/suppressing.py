"""Whose mail the provider drops: its lists are read every hour, and a duty-holder found on one is told to operators.

SendGrid accepts mail to an address on its lists and drops it. Without this nobody would know before an alert is lost.
Addresses are opened in memory only; what is kept is who is on which list.
"""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from tocsin.mailer.providers.account import LISTS, Account, NotTold
from tocsin.runtime import metrics
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import suppressions
from tocsin.store.mail.suppressions import Place

EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=5)
"""When a list could not be read."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Suppressing:
    """Compares the provider's lists with the directory."""

    engine: Engine
    deployment: Deployment
    account: Account
    clock: Callable[[], datetime]
    _due_at: datetime | None = None

    def look(self) -> None:
        """Read the lists, if an hour has passed since they were last read."""
        now = self.clock()
        if self._due_at is None or now >= self._due_at:
            self._due_at = now + (EVERY if self.compare() else AGAIN)

    def compare(self) -> bool:
        """Bring what is kept up to date with each list that can be read; False if one cannot."""
        with reading(self.engine) as connection:
            places = _places(connection, self.deployment)
        complete = sum(self._compare(name, places) for name in LISTS) == len(LISTS)
        now = self.clock()
        with reading(self.engine) as connection:
            standing = Counter(row.list for row in suppressions.standing(connection))
        metrics.suppressed({name: standing[name] for name in LISTS}, now if complete else None)
        return complete

    def _compare(self, name: str, places: dict[str, list[Place]]) -> bool:
        try:
            listed = {row.address.casefold(): row.since for row in self.account.suppressed(name)}
        except NotTold as reason:
            log.warning("suppression list cannot be read", extra={"list": name, "code": str(reason)})
            return False
        found = {place: listed[address] for address in places.keys() & listed.keys() for place in places[address]}
        with unit_of_work(self.engine) as connection:
            if new := suppressions.update(connection, name, found, self.clock()):
                log.error("the provider drops mail to duty-holders", extra={"list": name, "count": new})
        return True


def _places(connection: Connection, deployment: Deployment) -> dict[str, list[Place]]:
    """Every address of the entries, folded, and whose it is: two people may share one."""
    places: dict[str, list[Place]] = {}
    for sound in entries.read(connection, deployment).sound:
        with suppress(entries.Altered, entries.Erased):
            for channel, address in entries.entry_of(connection, deployment, sound).addresses.items():
                places.setdefault(address.casefold(), []).append(Place(sound.recipient.recipient_id, channel))
    return places
