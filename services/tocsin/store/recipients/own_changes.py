"""A person changes how they are told: at once, on record, and told to every address of theirs.

Whoever uses a session of somebody else is found out by the mail. What needs two administrators is asked of them.
"""

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from tocsin.store.auditing import audit
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries, notices, preferences
from tocsin.store.directory.notices import OWN, About
from tocsin.store.matching import reviews
from tocsin.store.recipients.given_answers import CHAIN
from tocsin_schemas.directory import Preferences

WANTED = "directory_change_wanted"
"""The kind of review that asks administrators to propose a change for somebody."""
_FIELDS = {
    "language": "languages",
    "digest": "digest_at",
    "coded_facts_only": "level",
    "absences": "absences",
}
"""What each wish is called in an entry."""


def change(
    connection: Connection,
    deployment: Deployment,
    recipient_id: str,
    alter: Callable[[Preferences], Preferences],
    now: datetime,
) -> bool:
    """Keep what ``alter`` makes of the wishes as they stand; tells whether anything differs. Raises Altered, Erased."""
    lock_keys(connection, [recipient_id])
    found = entries.find_sound(connection, deployment, recipient_id)
    if found is None:
        return False
    wishes = alter(preferences.of(connection, deployment.identities, recipient_id))
    differing = preferences.keep(connection, deployment.identities, recipient_id, wishes, now)
    if not differing:
        return False
    person = entries.wished(connection, deployment, found.recipient)
    about = About(person, uuid.uuid4().hex, [_FIELDS[name] for name in differing], now, OWN)
    addresses = entries.entry_of(connection, deployment, found).addresses
    notices.request(connection, deployment, about, {}, {str(c): a for c, a in addresses.items()})
    detail = {"fields": list(differing), "wishes": preferences.dumped(wishes)}
    audit.append(connection, CHAIN, "preferences-changed", recipient_id, detail, now)
    return True


def ask_administrators(connection: Connection, recipient_id: str, field: str, now: datetime) -> bool:
    """Ask for another address, mandate or the like; tells whether that was not asked already.

    What exactly is wanted is not said here: administrators ask the person by another way, propose it and approve it.
    """
    reason = f"recipient {recipient_id}: asks to change {field}"
    is_new = reviews.request_of(connection, WANTED, f"{recipient_id} {field}", reason, now, None)
    if is_new:
        audit.append(connection, CHAIN, "directory-change-wanted", recipient_id, {"field": field}, now)
    return is_new
