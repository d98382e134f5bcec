"""The Event Webhook's signature: ECDSA P-256 with SHA-256 over the timestamp and the raw body."""

import base64
import binascii
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"
AHEAD, OLDEST = timedelta(minutes=5), timedelta(hours=25)
"""How far clocks may differ, and how long the provider repeats a post that was not taken: a day."""
_MOST_DIGITS = 12


def load_key(pem: bytes) -> EllipticCurvePublicKey:
    """The provider's public key, as PEM or as the bare base64 of its settings page. Raises ValueError if it is none."""
    if not pem.lstrip().startswith(b"-----"):
        pem = b"-----BEGIN PUBLIC KEY-----\n" + pem.strip() + b"\n-----END PUBLIC KEY-----\n"
    key = load_pem_public_key(pem)
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("the webhook's key is no elliptic curve key")
    return key


def is_signed(key: EllipticCurvePublicKey, signature: str, timestamp: str, body: bytes) -> bool:
    """Whether the body is the provider's. False for whatever is malformed, too."""
    if _seconds(timestamp) is None:
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def is_signed_digest(key: EllipticCurvePublicKey, signature: str, digest: bytes) -> bool:
    """As ``is_signed``, of what was too long to hold. digest: SHA-256 over the timestamp and the raw body."""
    try:
        key.verify(base64.b64decode(signature, validate=True), digest, ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def is_of_its_time(timestamp: str, now: datetime) -> bool:
    """Whether a post was signed at a time that a genuine one may have.

    Whether the provider signs a retry anew is not documented, and it tries for a day: until then age decides nothing.
    Ids of events tell repeats, however old they are.
    """
    seconds = _seconds(timestamp)
    return seconds is not None and -AHEAD.total_seconds() <= now.timestamp() - seconds <= OLDEST.total_seconds()


def _seconds(timestamp: str) -> int | None:
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MOST_DIGITS
    return int(timestamp) if is_number else None
