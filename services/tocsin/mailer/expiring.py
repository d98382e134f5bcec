"""Certificates that are about to expire: operators are asked for new ones a month ahead, for nothing warns the reader.

Without one, its holder is told coded facts alone; full text is never sent in clear instead.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from tocsin.domain import asking
from tocsin.runtime.openpgp import UnfitCertificate, read_certificate
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.matching import reviews
from tocsin_schemas.directory import RecipientEntry

REVIEW = "certificate_expiring"
"""The kind of review that is queued for each person."""
AHEAD = timedelta(days=30)
_EVERY = timedelta(hours=1)


@dataclass(slots=True)
class Expiring:
    """Looks at the certificates of the directory."""

    engine: Engine
    deployment: Deployment
    clock: Callable[[], datetime]
    _due_at: datetime | None = None

    def look(self) -> None:
        """Look, if an hour has passed since."""
        now = self.clock()
        if self._due_at is None or now >= self._due_at:
            self._due_at = now + _EVERY
            with unit_of_work(self.engine) as connection:
                compare(connection, self.deployment, now)


def compare(connection: Connection, deployment: Deployment, now: datetime) -> int:
    """Ask for each certificate that ends within a month, or cannot be used; returns how many there are.

    Each is asked for once: who has closed the review is not asked again until something else is wrong.
    """
    troubled = 0
    for sound in entries.read(connection, deployment).sound:
        if sound.recipient.openpgp_fingerprint is None:
            continue
        with suppress(entries.Altered, entries.Erased):
            why = _trouble(sound.recipient.key, entries.entry_of(connection, deployment, sound), now)
            troubled += why is not None
            if why is not None:
                reviews.request(connection, REVIEW, why, now)
    return troubled


def _trouble(key: str, entry: RecipientEntry, now: datetime) -> str | None:
    try:
        expires_at = read_certificate(entry.openpgp or "", now).expires_at
    except UnfitCertificate as unfit:
        return asking.CERTIFICATE_UNFIT(entry=key, unfit=unfit.reason)
    if expires_at is None or expires_at - now >= AHEAD:
        return None
    return asking.CERTIFICATE_ENDS(entry=key, day=f"{expires_at:%Y-%m-%d}")
