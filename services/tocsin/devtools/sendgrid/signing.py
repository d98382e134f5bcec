"""The signature of the provider's posts: events, and mail that comes in."""

import base64
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.mailer.evidence.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Signs posts as SendGrid does: ECDSA over the timestamp and the raw body, for events and for mail alike."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, public_key_file: Path) -> "Signer":
        """A new key pair; the public half is left where the webhook looks for it."""
        signer = cls(ec.generate_private_key(ec.SECP256R1()))
        public_key_file.parent.mkdir(parents=True, exist_ok=True)
        draft = public_key_file.with_suffix(".draft")
        draft.write_bytes(signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        draft.replace(public_key_file)
        return signer

    @property
    def public_key(self) -> str:
        """As the API gives it: base64 without lines around it."""
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        signature = self.key.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
        return {SIGNATURE_HEADER: base64.b64encode(signature).decode(), TIMESTAMP_HEADER: timestamp}

    def wrong_headers(self, body: bytes) -> dict[str, str]:
        """A signature that is well formed, and of something else."""
        return self.headers(body + b" ")
