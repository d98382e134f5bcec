"""The Event Webhook's signature: ECDSA P-256 with SHA-256 over the timestamp and the raw body."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"


def load_key(pem: bytes) -> EllipticCurvePublicKey:
    """The provider's public key, as PEM or as the bare base64 of its settings page. Raises ValueError if it is none."""
    if not pem.lstrip().startswith(b"-----"):
        pem = b"-----BEGIN PUBLIC KEY-----\n" + pem.strip() + b"\n-----END PUBLIC KEY-----\n"
    key = load_pem_public_key(pem)
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("the webhook's key is no elliptic curve key")
    return key


def is_signed(key: EllipticCurvePublicKey, signature: str, timestamp: str, body: bytes) -> bool:
    """Whether the body is the provider's. False for whatever is malformed, too.

    A timestamp's age decides nothing: whether a retry renews it is not documented, and event ids tell repeats.
    """
    if not timestamp.isascii() or not timestamp.isdigit():
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
