"""The keys of administrators: Ed25519, the private one in a file that its owner alone can read."""

import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tocsin.runtime.key_files import UnusableKey as UnusableKey
from tocsin.runtime.key_files import public_hex
from tocsin.runtime.key_files import read_public_key as read_public_key
from tocsin.runtime.key_files import write_key_pair as write_key_pair


class PassphraseNeeded(UnusableKey):
    """The private key is encrypted."""


class Signs(Protocol):
    """An administrator who signs a message, here or elsewhere."""

    @property
    def key_id(self) -> str: ...

    @property
    def public_key(self) -> str: ...

    def sign(self, message: bytes) -> str: ...


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """An administrator with the private key at hand."""

    key_id: str
    private_key: Ed25519PrivateKey

    def sign(self, message: bytes) -> str:
        return self.private_key.sign(message).hex()

    @property
    def public_key(self) -> str:
        return public_hex(self.private_key.public_key())


class FalseSignature(ValueError):
    """It is not of this message by this key."""


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """An administrator who has signed elsewhere: the private key never came here. public_key: as registered."""

    key_id: str
    public_key: str
    signature: str

    def sign(self, message: bytes) -> str:
        """Raises FalseSignature unless the signature that was brought is of this very message."""
        if not is_signed(self.public_key, message, self.signature):
            raise FalseSignature
        return self.signature


@lru_cache(maxsize=8192)
def is_signed(public_key: str, message: bytes, signature: str) -> bool:
    """Whether ``signature`` is of ``message`` by ``public_key``. Pure: what was verified once need not be again."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_signer(key_id: str, file: Path, passphrase: str | None = None) -> Signer:
    """An administrator's private key. Raises PassphraseNeeded if it is encrypted, UnusableKey if it cannot be used."""
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UnusableKey("the private key must be readable by its owner alone (chmod 600)")
    try:
        key = load_pem_private_key(file.read_bytes(), passphrase.encode() if passphrase else None)
    except TypeError:
        raise PassphraseNeeded("the private key is encrypted, or the passphrase is not needed") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey("the file holds no private key in PEM, or the passphrase is wrong") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey("the key is not an Ed25519 key")
    return Signer(key_id, key)
