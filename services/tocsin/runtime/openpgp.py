"""OpenPGP (RFC 9580) through Sequoia, and no more of it than is needed: read a certificate, encrypt to it.

The library's names are still moving, and its errors print the whole stack: both stay in here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pysequoia
from pysequoia.packet import PacketPile, Tag

_SECRET = (Tag.SecretKey, Tag.SecretSubkey)
_PROBE = b"probe"


class Unfit(StrEnum):
    """Why a certificate cannot be encrypted to: a closed set, shown to administrators."""

    UNREADABLE = "certificate-unreadable"
    SECRET = "certificate-secret"  # noqa: S105 - a code
    """It holds secret keys: whoever sent it must make new ones."""
    REVOKED = "certificate-revoked"
    EXPIRED = "certificate-expired"
    NO_ENCRYPTION = "certificate-not-for-encryption"


class UnfitCertificate(ValueError):
    """``reason`` says why. Nothing of the certificate is repeated."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Certificate:
    """A public key with what belongs to it.

    fingerprint: hexadecimal, in capitals. expires_at: None if never. armour: as ASCII.
    """

    fingerprint: str
    expires_at: datetime | None
    armour: str

    def encrypt(self, content: bytes) -> str:
        """``content`` as an OpenPGP message in ASCII armour. Raises UnfitCertificate."""
        return _encrypt(_read(self.armour), content)


def read_certificate(armour: str, now: datetime) -> Certificate:
    """A certificate to which something can be encrypted at ``now``. Raises UnfitCertificate."""
    found = _read(armour)
    if any(part.tag in _SECRET for part in PacketPile.from_bytes(armour.encode())):
        raise UnfitCertificate(Unfit.SECRET)
    if found.is_revoked:
        raise UnfitCertificate(Unfit.REVOKED)
    if found.expiration is not None and found.expiration <= now:
        raise UnfitCertificate(Unfit.EXPIRED)
    _encrypt(found, _PROBE)
    return Certificate(found.fingerprint.upper(), found.expiration, armour)


def _read(armour: str) -> pysequoia.Cert:
    try:
        certificates = pysequoia.Cert.split_bytes(armour.encode())
    except RuntimeError:
        raise UnfitCertificate(Unfit.UNREADABLE) from None
    if len(certificates) != 1:
        raise UnfitCertificate(Unfit.UNREADABLE)
    return certificates[0]


def _encrypt(certificate: pysequoia.Cert, content: bytes) -> str:
    try:
        return pysequoia.encrypt(content, recipients=[certificate]).decode("ascii")
    except RuntimeError:
        raise UnfitCertificate(Unfit.NO_ENCRYPTION) from None
