"""Codes to sign in: six digits, mailed, typed in by hand, good once, and only in the browser that asked for them.

Nobody learns who is in the directory: an address that is not in it costs the same work and gets the same rows, whose
code nobody has. Nothing of what was asked is kept in clear.
"""

import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import Connection, bindparam, delete, update

from tocsin.domain.identifiers import Identities
from tocsin.domain.routing.preferences import applied
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, entries, notices, preferences
from tocsin.store.directory import rows as directory_rows
from tocsin.store.directory.notices import CODE_LIFE, CodeNotice
from tocsin.store.directory.rows import Row
from tocsin.store.directory.seals import Altered, address_digest
from tocsin.store.recipients import sign_in_limits
from tocsin.store.tables import sign_in_codes
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import Preferences, Recipient

TRIES = 5
"""How often one may be mistaken."""
KEPT = timedelta(days=1)
_NOBODY = ""
_MAILED = (Channel.EMAIL, Channel.BACKUP_EMAIL)
_DIGITS = 6


@dataclass(frozen=True, slots=True, repr=False)
class Asking:
    """Who wants to sign in. browser: the secret of its cookie. client: the network address. known: the token that the
    browser was given when somebody signed in. All as they came.
    """

    browser: str
    address: str
    client: str
    known: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Redeemed:
    """Whose code was good. known: a token for the browser."""

    recipient_id: str
    known: str


_OPEN = (
    sign_in_codes.c.browser_digest == bindparam("b"),
    sign_in_codes.c.used_at.is_(None),
    sign_in_codes.c.expires_at > bindparam("at"),
    sign_in_codes.c.tries < TRIES,
)
_TRY = (
    update(sign_in_codes)
    .where(*_OPEN)
    .values(tries=sign_in_codes.c.tries + 1)
    .returning(*(sign_in_codes.c[name] for name in ("code_id", "recipient_id", "code_digest", "address_digest")))
)
_USE = (
    update(sign_in_codes)
    .where(sign_in_codes.c.code_id == bindparam("c"), sign_in_codes.c.used_at.is_(None))
    .values(used_at=bindparam("at"))
)
_SUPERSEDE = (
    update(sign_in_codes)
    .where(sign_in_codes.c.browser_digest == bindparam("b"), sign_in_codes.c.expires_at > bindparam("at"))
    .values(expires_at=bindparam("at"))
)
_FORGET = delete(sign_in_codes).where(sign_in_codes.c.requested_at < bindparam("before"))


def request(connection: Connection, deployment: Deployment, asking: Asking, now: datetime) -> bool:
    """Mail a code to whoever has this address; tells whether the request was within the limits.

    Never tell the caller's caller: all that is known afterwards is that a code was sent if there is anybody.
    """
    identities = deployment.identities
    digests = {
        "browser_digest": _browser(identities, asking.browser),
        "address_digest": _digest(identities, "address", asking.address.strip().casefold()),
        "client_digest": _digest(identities, "client", asking.client),
    }
    lock_keys(connection, digests.values())  # many at once get no more codes than one after the other
    connection.execute(_FORGET, {"before": now - KEPT})
    notices.forget_codes(connection, now - KEPT)
    if _is_too_much(connection, identities, asking, digests, now):
        return False
    connection.execute(_SUPERSEDE, {"b": digests["browser_digest"], "at": now})
    for notice in _notices(connection, deployment, asking.address.strip(), now):
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        known = notice.recipient_id != _NOBODY
        fitting = _code(identities, notice.code_id, asking.browser, code) if known else secrets.token_hex(32)
        row = {"code_id": notice.code_id, "recipient_id": notice.recipient_id, "code_digest": fitting}
        times = {"requested_at": now, "expires_at": now + CODE_LIFE, "tries": 0, "used_at": None}
        connection.execute(sign_in_codes.insert(), row | digests | times)
        notices.request_code(connection, deployment.vault, notice, code)
    return True


def redeem(connection: Connection, identities: Identities, browser: str, code: str, now: datetime) -> Redeemed | None:
    """The person whose code this browser was given; None if the code is wrong, used, or too old.

    The try is counted before anything is compared, so that many at once have no more tries than one after the other.
    """
    tried = connection.execute(_TRY, {"b": _browser(identities, browser), "at": now}).all()
    fits = [row for row in tried if compare_digest(row.code_digest, _code(identities, row.code_id, browser, code))]
    found = next((row for row in fits if row.recipient_id != _NOBODY), None)
    if found is None or connection.execute(_USE, {"c": found.code_id, "at": now}).rowcount != 1:
        return None
    connection.execute(_SUPERSEDE, {"b": _browser(identities, browser), "at": now})
    return Redeemed(found.recipient_id, sign_in_limits.token_for(identities, found.address_digest))


def _is_too_much(
    connection: Connection, identities: Identities, asking: Asking, digests: Mapping[str, str], now: datetime
) -> bool:
    address = digests["address_digest"]
    is_known = sign_in_limits.is_known(identities, asking.known, address)
    if sign_in_limits.is_address_used_up(connection, address, is_known, now):
        sign_in_limits.tell_operators(connection, address, now)
        return True
    return sign_in_limits.is_client_used_up(connection, digests["client_digest"], now)


def _notices(connection: Connection, deployment: Deployment, typed: str, now: datetime) -> list[CodeNotice]:
    """One for each person who has the address; one that goes nowhere if there is nobody."""
    found = list(holders(connection, deployment, typed, now))
    if not found:
        return [CodeNotice(uuid.uuid4().hex, _NOBODY, "", "", [], "", now)]
    return [
        CodeNotice(
            code_id=uuid.uuid4().hex,
            recipient_id=person.recipient_id,
            role=person.role,
            language=person.language,
            mandates=person.mandates if len(found) > 1 else [],  # which of the codes is whose
            address=address,
            at=now,
        )
        for person, address in found
    ]


def holders(
    connection: Connection, deployment: Deployment, typed: str, now: datetime
) -> Iterator[tuple[Recipient, str]]:
    """Who has this address and is in office, with the address as the entry has it.

    Every row is compared, and one is verified even if none fits: how long it takes tells nothing.
    """
    rows, wishes = directory_rows.every(connection), preferences.read(connection, deployment.identities)
    people = administrators.load(connection, deployment.identities)
    fitting = [(row, written) for row in rows if (written := _fitting(deployment.identities, row, typed))]
    for row, written in fitting or [(row, "") for row in _any(rows, typed)]:
        try:
            sound = directory_rows.check(row, deployment.identities, people)
        except Altered as altered:
            entries.queue_altered(connection, altered, now)
            continue
        if written and is_in_office(sound.recipient, now):
            yield applied(sound.recipient, wishes.get(sound.recipient.recipient_id, Preferences())), written


def _fitting(identities: Identities, row: Row, typed: str) -> str:
    """The address as the row has it, if it is what was typed, in capitals or not."""
    local, _, domain = typed.rpartition("@")
    forms = (typed, f"{local}@{domain.lower()}", typed.lower())
    matched = [
        form
        for channel in _MAILED
        for form in forms
        if address_digest(identities, row.recipient_id, channel, form) in row.address_digests
    ]
    return matched[0] if matched else ""


def is_in_office(person: Recipient, now: datetime) -> bool:
    """Whether the person's term is not over."""
    return person.valid_to is None or now.date() < person.valid_to


def _any(rows: list[Row], typed: str) -> list[Row]:
    return [rows[int(sha256(typed.encode()).hexdigest(), 16) % len(rows)]] if rows else []


def _browser(identities: Identities, browser: str) -> str:
    return _digest(identities, "browser", browser)


def _code(identities: Identities, code_id: str, browser: str, code: str) -> str:
    return _digest(identities, "code", code_id, browser, code)


def _digest(identities: Identities, kind: str, *parts: str) -> str:
    return identities.digest("\x1f".join((f"sign-in-{kind}.1", *parts)).encode())
