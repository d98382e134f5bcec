"""Sealed bodies: compact JWE (RFC 7516), ECDH-ES with X25519 (RFC 8037) and AES-256-GCM.

joserfc opens. What seals writes the same form itself: joserfc copies and checks the same header four times for each.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

_ALGORITHM, _ENCRYPTION = "ECDH-ES", "A256GCM"
_NONCE, _TAG = 12, 16
_OTHER_INFO = len(_ENCRYPTION).to_bytes(4) + _ENCRYPTION.encode() + bytes(4) + bytes(4) + (256).to_bytes(4)
"""For the key derivation: what the key is for, that the parties are unnamed, and its bits (RFC 7518, §4.6.2)."""
_JSON = json.JSONEncoder(separators=(",", ":"))
_UNUSED = frozenset({"zip", "crit"})
"""Compressed content may be a bomb; extensions that must be understood we know none of."""


class _Registry(JWERegistry):
    max_ciphertext_length = 512 * 1024
    """The library's own limit, 64 KiB, is below that of a report; what is too large the broker refuses."""


_REGISTRY = _Registry(algorithms=[_ALGORITHM, _ENCRYPTION], strict_check_header=False)


class Unopenable(ValueError):
    """Not a JWE to this key, or altered."""


@dataclass(frozen=True, slots=True, repr=False)
class OpeningKey:
    """The private half of a deployment's key for sealed bodies."""

    key_id: str
    private_key: OKPKey

    def public(self) -> dict[str, str]:
        """As JWK (RFC 7517), to be given to publishers."""
        members: Mapping[str, Any] = self.private_key.as_dict(private=False)
        return {name: str(members[name]) for name in ("kty", "crv", "x")} | {"kid": self.key_id, "use": "enc"}

    def open(self, sealed: bytes) -> bytes:
        """Raises Unopenable. Compressed content is refused: it may be a bomb."""
        try:
            if not _is_usual(_protected(sealed)):
                raise Unopenable
            opened = jwe.decrypt_compact(sealed, self.private_key, registry=_REGISTRY)
        except (JoseError, ValueError, KeyError, TypeError, RecursionError):
            raise Unopenable from None
        return opened.plaintext or b""


def opening_key(key_id: str, seed: bytes) -> OpeningKey:
    """seed: 32 bytes."""
    return OpeningKey(key_id, OKPKey.import_key(X25519PrivateKey.from_private_bytes(seed)))


def seal(plaintext: bytes, public: Mapping[str, str]) -> bytes:
    """public: the deployment's key as JWK."""
    assert "d" not in public, "this is the private key"
    ours = X25519PrivateKey.generate()
    epk = {"kty": "OKP", "crv": "X25519", "x": urlsafe_b64encode(ours.public_key().public_bytes_raw()).decode()}
    header = {"alg": _ALGORITHM, "enc": _ENCRYPTION, "kid": public["kid"], "cty": "json", "epk": epk}
    protected, nonce = urlsafe_b64encode(_JSON.encode(header).encode()), os.urandom(_NONCE)
    secret = ours.exchange(_recipient(public["x"]))
    sealed = AESGCM(ConcatKDFHash(SHA256(), 32, _OTHER_INFO).derive(secret)).encrypt(nonce, plaintext, protected)
    parts = (b"", nonce, sealed[:-_TAG], sealed[-_TAG:])  # no encrypted key: it was agreed upon
    return b".".join((protected, *map(urlsafe_b64encode, parts)))


@lru_cache(maxsize=16)
def _recipient(x: str) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(urlsafe_b64decode(x.encode()))


def _protected(sealed: bytes) -> Mapping[str, Any]:
    found = json.loads(urlsafe_b64decode(sealed.partition(b".")[0]).decode())
    return found if isinstance(found, dict) else {}


def _is_usual(header: Mapping[str, Any]) -> bool:
    """What is not exactly the one form that we ask for is not given to the library at all."""
    sender = header.get("epk")
    if not isinstance(sender, dict) or (sender.get("kty"), sender.get("crv")) != ("OKP", "X25519"):
        return False
    if not isinstance(sender.get("x"), str) or len(sender["x"]) != 43 or not _UNUSED.isdisjoint(header):
        return False
    return (header.get("alg"), header.get("enc")) == (_ALGORITHM, _ENCRYPTION)
