"""Addresses for answers: one for each delivery, so that an answer names what it answers and nobody can make one up.

``reply+<delivery>.<mac>@domain`` is for people, ``bounce+<delivery>.<mac>@domain`` for mail servers (the envelope's
sender). Automatic answers go to either. The same token may stand as the envelope's id (ENVID, RFC 3461). A mail server
may write an address in capitals, so case means nothing.
"""

import hmac
import re
from collections.abc import Iterable

from tocsin.domain.identifiers import Identities

_MAC = 20
"""Hexadecimal digits: 80 bits, and the local part stays below the 64 characters that RFC 5321 allows."""
_TOKEN = re.compile(rf"(?<![0-9a-f])([0-9a-f]{{32}})\.([0-9a-f]{{{_MAC}}})(?![0-9a-f])", re.IGNORECASE)
_MOST = 50
"""Tokens that are looked at in one text."""


def reply_address(identities: Identities, reply_domain: str, delivery_id: str) -> str | None:
    """The address for answers to a mail; None where no domain takes them. reply_domain: "" if there is none."""
    return f"reply+{token_of(identities, delivery_id)}@{reply_domain}" if reply_domain else None


def bounce_of(address: str | None) -> str | None:
    """The envelope's sender beside an address for answers, with the same token; None if it is none of ours."""
    prefix, _, rest = (address or "").partition("+")
    return f"bounce+{rest}" if prefix == "reply" and _TOKEN.match(rest) else None


def token_of(identities: Identities, delivery_id: str) -> str:
    """The delivery's id and what proves that we wrote it."""
    return f"{delivery_id}.{_mac(identities, delivery_id)}"


def delivery_of(identities: Identities, texts: Iterable[str]) -> str | None:
    """The first delivery that a token of ours in ``texts`` names; None if there is none. Compared in constant time."""
    for text in texts:
        for found, _ in zip(_TOKEN.finditer(text), range(_MOST), strict=False):
            delivery_id, mac = found[1].lower(), found[2].lower()
            if hmac.compare_digest(mac, _mac(identities, delivery_id)):
                return delivery_id
    return None


def _mac(identities: Identities, delivery_id: str) -> str:
    return identities.digest(b"reply-address.1\x1f" + delivery_id.encode())[:_MAC]
