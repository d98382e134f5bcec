"""A passkey in software: one credential on P-256, as an authenticator with a user who is verified would answer."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as text

_VERIFIED, _PRESENT, _ATTESTED = 4, 1, 64


@dataclass(slots=True)
class Authenticator:
    """flags: what it says of its user. count: how often it was used."""

    origin: str
    flags: int = _VERIFIED | _PRESENT
    count: int = 0
    credential: bytes = b"credential-of-an-invented-operator"
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """What ``navigator.credentials.create`` would answer, as JSON."""
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(cose)
        said = self._said(options["rp"]["id"], _ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(statement)})

    def get(self, options: dict[str, Any]) -> str:
        """What ``navigator.credentials.get`` would answer, as JSON."""
        self.count += 1
        said, client = self._said(options["rpId"], 0), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(said + sha256(client).digest(), ECDSA(SHA256()))
        signed = {"authenticatorData": text(said), "signature": text(signature)}
        return self._answer({"clientDataJSON": text(client), **signed})

    def _said(self, party: str, flags: int) -> bytes:
        return sha256(party.encode()).digest() + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        named = {"id": text(self.credential), "rawId": text(self.credential), "type": "public-key"}
        return json.dumps({**named, "response": response, "clientExtensionResults": {}})
