"""How often codes to sign in may be asked for, and what keeps strangers from using up what a person needs.

Whoever knows an address may ask for codes until its limit is used up. A browser in which a code of that address was
good has a token of it, and a share of its own beside the one that anybody may use; operators are told in any case.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Connection, Select, bindparam, func, select

from tocsin.domain import asking
from tocsin.domain.identifiers import Identities
from tocsin.store.matching import reviews
from tocsin.store.tables import sign_in_codes

REVIEW = "sign_in_refused"
TRUSTED = timedelta(days=90)
"""How long a browser is known after a code was good in it."""
_NONCE, _MAC = 11, 32


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests at most in this time."""

    requests: int
    within: timedelta


OF_ADDRESS = (Limit(3, timedelta(minutes=10)), Limit(20, timedelta(days=1)))
"""By whatever browser."""
OF_KNOWN_BROWSER = (Limit(6, timedelta(minutes=10)), Limit(40, timedelta(days=1)))
"""Of an address, asked in a browser that has a token of it: what others ask for leaves half of this."""
OF_CLIENT = (Limit(30, timedelta(minutes=10)), Limit(200, timedelta(days=1)))
"""An office stands behind one network address."""
_COUNT = select(func.count()).where(sign_in_codes.c.requested_at > bindparam("since"))
_OF_ADDRESS = _COUNT.where(sign_in_codes.c.address_digest == bindparam("of"))
_OF_CLIENT = _COUNT.where(sign_in_codes.c.client_digest == bindparam("of"))
_WHO = select(sign_in_codes.c.recipient_id).where(sign_in_codes.c.address_digest == bindparam("of")).distinct()


def is_address_used_up(connection: Connection, digest: str, is_known_browser: bool, now: datetime) -> bool:
    limits = OF_KNOWN_BROWSER if is_known_browser else OF_ADDRESS
    return any(_asked(connection, _OF_ADDRESS, digest, limit, now) for limit in limits)


def is_client_used_up(connection: Connection, digest: str, now: datetime) -> bool:
    return any(_asked(connection, _OF_CLIENT, digest, limit, now) for limit in OF_CLIENT)


def tell_operators(connection: Connection, digest: str, now: datetime) -> None:
    """Somebody can get no code. Of an address that nobody has it costs the same work."""
    for recipient_id in connection.execute(_WHO, {"of": digest}).scalars().all():
        reason = asking.CODES_OF_ONE(person=recipient_id) if recipient_id else asking.CODES_OF_NOBODY()
        reviews.request_of(connection, REVIEW, recipient_id, reason, now, None)


def token_for(identities: Identities, address_digest: str) -> str:
    """For a browser in which a code of this address was good: 43 characters, which tell nobody the address."""
    nonce = secrets.token_urlsafe(8)
    return nonce + _mac(identities, nonce, address_digest)


def is_known(identities: Identities, token: str, address_digest: str) -> bool:
    """Whether the token was made for this address."""
    made = _mac(identities, token[:_NONCE], address_digest)
    return compare_digest(token[_NONCE:].encode(), made.encode())


def _asked(connection: Connection, query: Select[int], digest: str, limit: Limit, now: datetime) -> bool:
    found = connection.execute(query, {"of": digest, "since": now - limit.within}).scalar_one()
    return bool(found >= limit.requests)


def _mac(identities: Identities, nonce: str, address_digest: str) -> str:
    return identities.digest(f"known-browser.1\x1f{nonce}\x1f{address_digest}".encode())[:_MAC]
