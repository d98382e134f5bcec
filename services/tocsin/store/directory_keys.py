"""The keys of administrators: Ed25519, the private one in a file that its owner alone can read."""

import os
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class UnusableKey(ValueError):
    """The file holds no Ed25519 key, is readable by others, or the passphrase is wrong."""


class PassphraseNeeded(UnusableKey):
    """The private key is encrypted."""


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


def public_hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


@lru_cache(maxsize=8192)
def is_signed(public_key: str, message: bytes, signature: str) -> bool:
    """Whether ``signature`` is of ``message`` by ``public_key``. Pure: what was verified once need not be again."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def write_key_pair(file: Path, passphrase: str | None = None) -> Path:
    """Make a key pair: the private key in ``file``, mode 0600, and the public one beside it; returns the latter's path.

    Raises FileExistsError rather than replace a key.
    """
    key, public_file = Ed25519PrivateKey.generate(), file.with_name(f"{file.name}.pub")
    protection: KeySerializationEncryption = NoEncryption()
    if passphrase:
        protection = BestAvailableEncryption(passphrase.encode())
    if public_file.exists():
        raise FileExistsError(public_file)
    _write_new(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection), 0o600)
    _write_new(public_file, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    return public_file


def read_public_key(file: Path) -> str:
    """The public key of a PEM file, in hexadecimal. Raises UnusableKey."""
    try:
        key = load_pem_public_key(file.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey("the file holds no public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UnusableKey("the key is not an Ed25519 key")
    return public_hex(key)


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


def _write_new(file: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as target:
        target.write(content)
