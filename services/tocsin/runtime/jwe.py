"""Sealed bodies: compact JWE (RFC 7516), ECDH-ES with X25519 (RFC 8037) and AES-256-GCM. A wrapper around joserfc."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

_ALGORITHM, _ENCRYPTION = "ECDH-ES", "A256GCM"
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
    header = {"alg": _ALGORITHM, "enc": _ENCRYPTION, "kid": public["kid"], "cty": "json"}
    assert "d" not in public, "this is the private key"
    key = _recipient(*(public[name] for name in ("kty", "crv", "x")))
    return jwe.encrypt_compact(header, plaintext, key, registry=_REGISTRY).encode()


@lru_cache(maxsize=16)
def _recipient(kty: str, crv: str, x: str) -> OKPKey:
    return OKPKey.import_key({"kty": kty, "crv": crv, "x": x})


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
