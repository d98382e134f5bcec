"""Pairs of Ed25519 keys in files: the private one for its owner's eyes alone, the public one beside it."""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)


class UnusableKey(ValueError):
    """The file holds no Ed25519 key, is readable by others, or the passphrase is wrong."""


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
    return public_key_in(file.read_bytes())


def public_key_in(pem: bytes) -> str:
    """As ``read_public_key``, of what such a file holds. Raises UnusableKey."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey("the file holds no public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UnusableKey("the key is not an Ed25519 key")
    return public_hex(key)


def public_hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def usual_key_id(publisher: str, public_key: str) -> str:
    """The id under which a publisher's key is registered unless it says otherwise: it tells successors apart.

    public_key: 32 bytes in hexadecimal.
    """
    return f"{publisher[:55]}.{hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:8]}"


def _write_new(file: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as target:
        target.write(content)
