"""Receipts: what a publisher asks with. Sealed, so that no row is needed and nothing can be read, guessed or altered.

A receipt tells where the broker has the event and when it came. Every receipt has the same length, and looks random.
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tocsin.domain.identifiers import Identities
from tocsin.store.streams.inbox import Place
from tocsin_schemas.topics import TOPICS

LENGTH = 60
"""Characters of a receipt."""
WAIT, TICK = timedelta(seconds=60), timedelta(seconds=30)
"""What became of an event is told at the first whole tick after the wait, whatever it was and however soon."""
_FORM = struct.Struct(">BHqq10s")
_NAMES = [topic.name for topic in TOPICS]


class UnknownReceipt(LookupError):
    """Not a receipt of ours, or not this publisher's."""


@dataclass(frozen=True, slots=True)
class Receipt:
    place: Place
    received_at: datetime

    @property
    def told_from(self) -> datetime:
        """When its outcome may be told."""
        earliest = (self.received_at + WAIT).timestamp()
        ticks = -(-earliest // TICK.total_seconds())
        return datetime.fromtimestamp(ticks * TICK.total_seconds(), UTC)


class Receipts:
    """Of one deployment."""

    def __init__(self, identities: Identities) -> None:
        derived = HKDF(algorithm=SHA256(), length=64, salt=None, info=b"tocsin receipts 1").derive(identities.secret)
        self._cipher = AESSIV(derived)

    def make(self, publisher_id: str, place: Place, received_at: datetime) -> str:
        """The same receipt for the same event, without a place for anything that a publisher could tell apart."""
        topic, partition, offset = place
        micros = round(received_at.timestamp() * 1_000_000)
        plain = _FORM.pack(_NAMES.index(topic), partition, offset, micros, _owner(publisher_id))
        return base64.urlsafe_b64encode(self._cipher.encrypt(plain, None)).decode()

    def open(self, receipt: str, publisher_id: str) -> Receipt:
        """Raises UnknownReceipt, alike for what was never given out and for another publisher's."""
        try:
            sealed = base64.urlsafe_b64decode(receipt.encode("ascii")) if len(receipt) == LENGTH else b""
            number, partition, offset, micros, owner = _FORM.unpack(self._cipher.decrypt(sealed, None))
        except (InvalidTag, ValueError, binascii.Error):
            raise UnknownReceipt from None
        if owner != _owner(publisher_id):
            raise UnknownReceipt
        return Receipt((_NAMES[number], partition, offset), datetime.fromtimestamp(micros / 1_000_000, UTC))


def _owner(publisher_id: str) -> bytes:
    return hashlib.sha256(publisher_id.encode()).digest()[:10]
