"""Sealed bodies: compact JWE (RFC 7516), ECDH-ES with X25519 (RFC 8037) and AES-256-GCM. A wrapper around joserfc."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OKPKey

_REGISTRY = JWERegistry(algorithms=["ECDH-ES", "A256GCM"], strict_check_header=False)


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
            if "zip" in _protected(sealed):
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
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": public["kid"], "cty": "json"}
    key = OKPKey.import_key({name: public[name] for name in ("kty", "crv", "x")})
    assert "d" not in public, "this is the private key"
    return jwe.encrypt_compact(header, plaintext, key, registry=_REGISTRY).encode()


def _protected(sealed: bytes) -> Mapping[str, Any]:
    head = sealed.partition(b".")[0]
    found = json.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    return found if isinstance(found, dict) else {"zip": True}
