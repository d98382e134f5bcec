"""The deployment's secret: one file of 32 random bytes, from which every other key is derived."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tocsin.domain.identifiers import Identities
from tocsin.runtime.jwe import OpeningKey, opening_key
from tocsin.runtime.jws import SigningKey, signing_key
from tocsin.store.vault import Vault

OWN_KEY, INTAKE_KEY = "tocsin", "tocsin-intake"
"""Ids of the keys by which our own relay, and the intake on behalf of publishers, sign."""
_SEALED_TO = "tocsin-1"


class UnsafeKeyFile(PermissionError):
    """The key file can be read by others, or does not hold a key."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """own: signs what the relay publishes. intake: signs on behalf of publishers. opening: opens sealed bodies."""

    own: SigningKey
    intake: SigningKey
    opening: OpeningKey


@dataclass(frozen=True, slots=True, repr=False)
class Deployment:
    vault: Vault
    identities: Identities
    keys: Keys


def load_deployment(key_file: Path) -> Deployment:
    """Read the deployment's secret, making it on first start with mode 0600.

    Raises UnsafeKeyFile if others may read the file or if it does not hold 32 bytes in hexadecimal.
    """
    _create_if_absent(key_file)
    if stat.S_IMODE(key_file.stat().st_mode) & 0o077:
        raise UnsafeKeyFile(f"{key_file.name} must be readable by its owner alone (chmod 600)")
    try:
        secret = bytes.fromhex(key_file.read_text().strip())
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise UnsafeKeyFile(f"{key_file.name} does not hold 32 bytes in hexadecimal")
    keys = Keys(
        own=signing_key(OWN_KEY, _derive(secret, b"tocsin signing 1")),
        intake=signing_key(INTAKE_KEY, _derive(secret, b"tocsin intake signing 1")),
        opening=opening_key(_SEALED_TO, _derive(secret, b"tocsin sealed bodies 1")),
    )
    vault, identities = _derive(secret, b"tocsin vault 1"), _derive(secret, b"tocsin identities 1")
    return Deployment(Vault(vault), Identities(identities), keys)


def _create_if_absent(key_file: Path) -> None:
    """Written whole under another name, then linked: two first starts at once agree on one key."""
    if key_file.exists():
        return
    key_file.parent.mkdir(parents=True, exist_ok=True)
    draft = key_file.with_name(f".{key_file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(os.urandom(32).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, key_file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
