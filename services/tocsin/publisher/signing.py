"""Signatures for thousands of events a second: what ``SigningKey.sign`` makes, octet for octet, in half the time.

A detached JWS is two texts in base64 and one Ed25519 signature; joserfc checks the same header anew for every event.
"""

import json
from base64 import urlsafe_b64encode
from datetime import datetime

from tocsin.runtime.jws import SigningKey
from tocsin_schemas.signing import SIGNATURE_TYPE

_ALGORITHM = "Ed25519"


class Pen:
    """Signs with one key."""

    def __init__(self, key: SigningKey) -> None:
        self._sign = key.private_key.sign
        header = json.dumps({"alg": _ALGORITHM, "kid": key.key_id, "typ": SIGNATURE_TYPE}, separators=(",", ":"))
        self._head = header.removesuffix("}") + ',"seq":'

    def sign(self, octets: bytes, sequence: int, issued_at: datetime) -> bytes:
        """A detached JWS (RFC 7515, appendix F)."""
        header = f'{self._head}{sequence},"iat":{int(issued_at.timestamp())}}}'
        protected = urlsafe_b64encode(header.encode()).rstrip(b"=")
        made = self._sign(protected + b"." + urlsafe_b64encode(octets).rstrip(b"="))
        return protected + b".." + urlsafe_b64encode(made).rstrip(b"=")
