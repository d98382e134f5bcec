"""Signatures of events: detached JWS (RFC 7515, appendix F) with Ed25519.

joserfc verifies. What signs writes the same octets itself: joserfc checks the same header anew for every event.
"""

import base64
import json
import re
import stat
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from tocsin_schemas.signing import MAX_SIGNATURE, SIGNATURE_TYPE

_ALGORITHM = "Ed25519"
_REGISTRY = JWSRegistry(algorithms=[_ALGORITHM, "EdDSA"], strict_check_header=False)
"""``EdDSA`` is what libraries older than RFC 9864 write; with a key of this kind it means the same."""
_DETACHED = re.compile(rb"([A-Za-z0-9_-]+)\.\.[A-Za-z0-9_-]{86}")
"""An Ed25519 signature has 64 bytes."""
_UNKNOWN = frozenset({"crit", "b64"})
"""Extensions that would change what is signed (RFC 7797); we use none."""
_LARGEST_NUMBER = 2**53 - 1
_JSON = json.JSONEncoder(separators=(",", ":"))


class UnreadableSignature(ValueError):
    """Not a detached JWS with the header that the contract asks for."""


class FalseSignature(ValueError):
    """The signature is not of these octets by this key."""


class UnusableSigningKey(ValueError):
    """The file holds no Ed25519 key in PEM, can be read by others, or the passphrase is wrong."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What the protected header says.

    sequence: never used twice by one key, below 2**53. publisher: whom the key speaks for, if it may speak for others.
    """

    key_id: str
    sequence: int
    issued_at: datetime
    publisher: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key and the id under which its public half is registered."""

    key_id: str
    private_key: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """32 bytes in hexadecimal."""
        return self.private_key.public_key().public_bytes_raw().hex()

    def sign(self, octets: bytes, signature: Signature) -> bytes:
        """A detached JWS of ``octets``; ``signature.key_id`` must be this key's."""
        assert signature.key_id == self.key_id
        header: dict[str, Any] = {
            "alg": _ALGORITHM,
            "kid": self.key_id,
            "typ": SIGNATURE_TYPE,
            "seq": signature.sequence,
            "iat": int(signature.issued_at.timestamp()),
        }
        if signature.publisher is not None:
            header["pub"] = signature.publisher
        protected = _base64url(_JSON.encode(header).encode())
        made = self.private_key.sign(protected + b"." + _base64url(octets))
        return protected + b".." + _base64url(made)


def signing_key(key_id: str, seed: bytes) -> SigningKey:
    """seed: 32 bytes."""
    return SigningKey(key_id, Ed25519PrivateKey.from_private_bytes(seed))


def read_signing_key(key_id: str, file: Path, passphrase: str | None = None) -> SigningKey:
    """From PEM (PKCS 8), as ``tocsin publishers add --make-key`` or OpenSSL writes it. Raises UnusableSigningKey."""
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UnusableSigningKey("the private key must be readable by its owner alone (chmod 600)")
    try:
        key = load_pem_private_key(file.read_bytes(), passphrase.encode() if passphrase else None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise UnusableSigningKey("the file holds no private key in PEM, or the passphrase is wrong") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableSigningKey("the key is not an Ed25519 key")
    return SigningKey(key_id, key)


def read_signature(token: bytes) -> Signature:
    """What a signature says of itself, not yet verified. Raises UnreadableSignature."""
    header = _header(token)
    number, issued_at, publisher = header.get("seq"), header.get("iat"), header.get("pub")
    key_id = header.get("kid")
    if not _is_name(key_id):
        raise UnreadableSignature("kid")
    if not _is_number(number) or not _is_number(issued_at):
        raise UnreadableSignature("seq")
    if publisher is not None and not _is_name(publisher):
        raise UnreadableSignature("pub")
    try:
        return Signature(key_id, number, datetime.fromtimestamp(issued_at, UTC), publisher)
    except (ValueError, OverflowError, OSError):
        raise UnreadableSignature("iat") from None


def verify(token: bytes, octets: bytes, public_key: str) -> None:
    """public_key: 32 bytes in hexadecimal. Raises FalseSignature."""
    try:
        protected, _, made = token.decode("ascii").partition("..")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # of the older name of the algorithm
            jws.deserialize_compact(f"{protected}..{made}", _public(public_key), registry=_REGISTRY, payload=octets)
    except (JoseError, ValueError, TypeError):
        raise FalseSignature from None


def _header(token: bytes) -> dict[str, Any]:
    """Only what has one way of being written: a token that differs in a byte is another token, or none."""
    form = _DETACHED.fullmatch(token) if len(token) <= MAX_SIGNATURE else None
    if form is None:
        raise UnreadableSignature("form")
    try:
        header = json.loads(urlsafe_b64decode(form[1]).decode(), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise UnreadableSignature("form") from None
    if not isinstance(header, dict) or header.get("alg") not in (_ALGORITHM, "EdDSA"):
        raise UnreadableSignature("alg")
    if not _UNKNOWN.isdisjoint(header):
        raise UnreadableSignature("crit")
    return header


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 7515, section 4: a name may stand once."""
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= 64 and value.isascii() and value.isprintable()


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_NUMBER


@lru_cache(maxsize=1024)
def _public(public_key: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _base64url(bytes.fromhex(public_key)).decode()})


def _base64url(octets: bytes) -> bytes:
    """RFC 7515, appendix C."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=")
