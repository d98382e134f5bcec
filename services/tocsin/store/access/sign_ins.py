"""Sign-ins to the console that were begun in a browser: what was asked there, until it is answered, once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select

from tocsin.domain.identifiers import Identities
from tocsin.store.database import lock_keys
from tocsin.store.tables.access import operator_sign_ins as begun

PATIENCE = timedelta(minutes=10)
"""How long somebody may take."""
OF_CLIENT = 60
"""Sign-ins that one network address may have begun in that time; an office stands behind one."""
_FORGET = delete(begun).where(begun.c.expires_at <= bindparam("at"))
_OF_BROWSER = begun.c.browser_digest == bindparam("of")
_COUNT = select(func.count()).where(begun.c.client_digest == bindparam("of"), begun.c.expires_at > bindparam("at"))


class TooMany(RuntimeError):
    """From one address too many sign-ins were begun."""


def begin(
    connection: Connection,
    identities: Identities,
    purpose: str,
    browser: str,
    client: str,
    content: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep ``content`` until it is taken; what this browser had begun for the same purpose is forgotten.

    browser: the secret of its cookie. client: its network address. Raises TooMany.
    """
    connection.execute(_FORGET, {"at": now})
    of_client = identities.digest(f"sign-in-client.1\x1f{client}".encode())
    if connection.execute(_COUNT, {"of": of_client, "at": now}).scalar_one() >= OF_CLIENT:
        raise TooMany
    of_browser = _digest(identities, purpose, browser)
    lock_keys(connection, [of_browser])
    connection.execute(delete(begun).where(_OF_BROWSER), {"of": of_browser})
    row = {"browser_digest": of_browser, "client_digest": of_client, "content": dict(content)}
    connection.execute(begun.insert(), row | {"begun_at": now, "expires_at": now + PATIENCE})


def take(
    connection: Connection, identities: Identities, purpose: str, browser: str, now: datetime
) -> dict[str, str] | None:
    """What was begun in this browser, which nobody can take again; None if there is nothing, or no longer."""
    of_browser = _digest(identities, purpose, browser)
    taken = delete(begun).where(_OF_BROWSER).returning(begun.c.content, begun.c.expires_at)
    row = connection.execute(taken, {"of": of_browser}).first()
    return None if row is None or row.expires_at <= now else dict(row.content)


def _digest(identities: Identities, purpose: str, browser: str) -> str:
    return identities.digest(f"sign-in.1\x1f{purpose}\x1f{browser}".encode())
