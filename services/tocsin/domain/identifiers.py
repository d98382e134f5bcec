"""Identities. The same thing always gets the same id, and no id tells an outsider anything.

Keyed ids are HMAC-SHA-256 under a secret of the deployment, cut to 128 bits; each kind carries the version of its
algorithm, so that a new version cannot collide with an old one.
"""

import hashlib
import hmac
import uuid
from dataclasses import dataclass

_REPORTS = uuid.UUID("5f0f2a63-8f57-5d5e-9a35-2c5d1cfd9b11")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def report_id(publisher: str, reference: str) -> str:
    """UUIDv5 of publisher and reference: a repeat is the same report."""
    return str(uuid.uuid5(_REPORTS, f"{publisher}\x1f{reference}"))


@dataclass(frozen=True, slots=True, repr=False)
class Identities:
    """Makes the keyed ids of one deployment.

    secret: 32 bytes, never shown.
    """

    secret: bytes

    def case(self, founding_report_id: str) -> str:
        return self._keyed("case.1", founding_report_id)

    def alert(self, case_id: str, mandate: str, revision: int) -> str:
        """``revision``: the material revision at which the mandate became competent."""
        return self._keyed("alert.1", case_id, mandate, str(revision))

    def delivery(self, alert_id: str, recipient_id: str, channel: str, round_: int) -> str:
        return self._keyed("delivery.1", alert_id, recipient_id, channel, str(round_))

    def carrier(self, kind: str, recipient_id: str, mark: str) -> str:
        """The delivery of a mail that no single alert asks for. mark: tells several of a kind to one person apart."""
        return self._keyed("carrier.1", kind, recipient_id, mark)

    def recipient(self, key: str) -> str:
        """``key``: of the directory's entry. The id stays when the address changes."""
        return self._keyed("recipient.2", key)

    def blocking_key(self, kind: str, value: str) -> str:
        """A candidate key of matching: equal values give equal keys, and nobody can read the value back."""
        return self._keyed("blocking-key.1", kind, value)

    def due_time(self, kind: str, subject: str, mark: str) -> str:
        """``mark``: tells several due times of one kind and subject apart."""
        return self._keyed("due-time.1", kind, subject, mark)

    def action(self, kind: str, content: bytes) -> str:
        """An action, a reply or a recommendation: the same content is the same."""
        return self._keyed("action.1", kind, hashlib.sha256(content).hexdigest())

    def event(self, event_type: str, *parts: str) -> str:
        """The id of an outgoing event, so that a replayed transaction makes the same event again."""
        return self._keyed("event.1", event_type, *parts)

    def digest(self, content: bytes) -> str:
        """Tells whether two contents are equal without keeping either."""
        return hmac.new(self.secret, b"digest.1\x1f" + content, hashlib.sha256).hexdigest()

    def _keyed(self, kind: str, *parts: str) -> str:
        payload = "\x1f".join((kind, *parts)).encode()
        return hmac.new(self.secret, payload, hashlib.sha256).hexdigest()[:32]


def case_reference(case_id: str, attempt: int = 0) -> str:
    """What people read and say aloud, for example ``HRD-7F3K-22Q``: 35 bits in Crockford's base 32.

    attempt: 0, or how many earlier candidates were already taken by other cases.
    """
    number = int.from_bytes(hashlib.sha256(f"{case_id}:{attempt}".encode()).digest()[:5], "big") >> 5
    digits = "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(30, -1, -5))
    return f"HRD-{digits[:4]}-{digits[4:]}"
