"""Events made with no library of ours: signed and sealed with plain primitives, as the contract and the RFCs say."""

import base64
import itertools
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from builders import a_report_json
from receiving import Receiver
from tocsin.runtime.jws import signing_key

PUBLISHER, KEY_ID, SEED = "NGO-MARVELLE", "ngo-marvelle-1", bytes(range(32))
ATTRIBUTES = [
    ("ce_specversion", "1.0"),
    ("ce_id", "marvelle-1"),
    ("ce_type", "org.tocsin.report.submitted"),
    ("ce_source", "//marvelle.example"),
    ("content-type", "application/json"),
]
Pairs = Sequence[tuple[str, str]]
_numbers = itertools.count(1)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with closing(Receiver(tmp_path)) as receiver:
        receiver.register(PUBLISHER, signing_key(KEY_ID, SEED))
        yield receiver


def url64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def sign(headers: Pairs, body: bytes, algorithm: str = "Ed25519", **over: object) -> list[tuple[str, bytes]]:
    """RFC 7515, 5.1, with what is signed detached (appendix F); Ed25519 as in RFC 8032."""
    lines = sorted(f"{name.lower()}:{value}\n".encode() for name, value in headers)
    octets = b"tocsin.event.1\n" + b"".join(lines) + b"\n" + body
    fields = {"alg": algorithm, "kid": KEY_ID, "seq": next(_numbers), "iat": int(time.time())} | over
    protected = url64(json.dumps(fields).encode())
    made = Ed25519PrivateKey.from_private_bytes(SEED).sign(f"{protected}.{url64(octets)}".encode())
    token = f"{protected}..{url64(made)}".encode()
    return [*((name, value.encode()) for name, value in headers), ("tocsin_signature", token)]


def seal(body: bytes, public: dict[str, str], **over: object) -> bytes:
    """RFC 7516, compact; the key by RFC 7518, 4.6 (ECDH-ES, direct) over X25519 (RFC 8037, 3.2)."""
    ephemeral = X25519PrivateKey.generate()
    theirs = X25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public["x"] + "="))
    epk = {"kty": "OKP", "crv": "X25519", "x": url64(ephemeral.public_key().public_bytes_raw())}
    head = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": public["kid"], "epk": epk} | over
    protected = url64(json.dumps(head).encode())
    algorithm, nobody = len("A256GCM").to_bytes(4, "big") + b"A256GCM", bytes(4)
    other_info = algorithm + nobody + nobody + (256).to_bytes(4, "big")
    key = ConcatKDFHash(SHA256(), 32, other_info).derive(ephemeral.exchange(theirs))
    nonce = os.urandom(12)
    made = AESGCM(key).encrypt(nonce, body, protected.encode())
    return f"{protected}..{url64(nonce)}.{url64(made[:-16])}.{url64(made[-16:])}".encode()


def a_body(number: int = 1) -> bytes:
    return a_report_json(publisher=PUBLISHER, publisher_reference=f"M-{number}")


def with_type(media_type: str, name: str = "content-type") -> Pairs:
    return [*ATTRIBUTES[:4], (name, media_type)]


def structured(body: bytes) -> bytes:
    attributes = {name.removeprefix("ce_"): value for name, value in ATTRIBUTES if name.startswith("ce_")}
    return json.dumps({**attributes, "data": json.loads(body)}, indent=1).encode() + b"\n"


@pytest.mark.parametrize("algorithm", ["Ed25519", "EdDSA"])
def test_a_signature_made_with_plain_primitives_is_accepted_under_both_names_of_its_algorithm(
    receiver: Receiver, algorithm: str
) -> None:
    assert receiver.take(sign(ATTRIBUTES, a_body(), algorithm), a_body()) == "opened"


def test_a_body_sealed_with_plain_primitives_is_accepted(receiver: Receiver) -> None:
    sealed = seal(a_body(), receiver.deployment.keys.opening.public())
    assert receiver.take(sign(with_type("application/jose"), sealed), sealed) == "opened"
    assert b"Mensahvi" not in sealed


@pytest.mark.parametrize(
    "change", [{"zip": "DEF"}, {"enc": "A128GCM"}, {"epk": {"kty": "OKP"}}], ids=["zip", "enc", "epk"]
)
def test_a_body_sealed_otherwise_than_the_contract_says_is_refused(
    receiver: Receiver, change: dict[str, object]
) -> None:
    sealed = seal(a_body(), receiver.deployment.keys.opening.public(), **change)
    assert receiver.take(sign(with_type("application/jose"), sealed), sealed) == "sealed-unopenable"


def test_the_order_of_headers_and_the_case_of_their_names_change_no_signature(receiver: Receiver) -> None:
    given = sign(ATTRIBUTES, a_body())
    capitals = [("Content-Type" if name == "content-type" else name, value) for name, value in given]
    shuffled = [random.Random(seed).sample(each, len(each)) for seed in range(20) for each in (given, capitals)]
    assert {receiver.take(headers, a_body()) for headers in shuffled[:1]} == {"opened"}
    assert {receiver.take(headers, a_body()) for headers in shuffled[1:]} == {"repeat"}


STRUCTURED = ["application/cloudevents+json", "Application/CloudEvents+JSON; charset=UTF-8"]


@pytest.mark.parametrize("media_type", STRUCTURED)
@pytest.mark.parametrize("name", ["content-type", "Content-Type"])
def test_structured_mode_is_known_by_its_media_type_however_it_is_written(
    receiver: Receiver, media_type: str, name: str
) -> None:
    body = structured(a_body())
    assert receiver.take(sign([(name, media_type)], body), body) == "opened"


GIVEN = sign(ATTRIBUTES, a_body(9))
TWICE = [*ATTRIBUTES, ("ce_id", "marvelle-1")]
SPOILT = [
    ("a line break added behind the body", GIVEN, a_body(9) + b"\n", "signature-false"),
    ("the body written anew", GIVEN, json.dumps(json.loads(a_body(9)), indent=2).encode(), "signature-false"),
    ("a header added", [*GIVEN, ("ce_subject", b"x")], a_body(9), "signature-false"),
    ("a header taken away", GIVEN[1:], a_body(9), "signature-false"),
    ("a header changed", [("ce_specversion", b"1.0 "), *GIVEN[1:]], a_body(9), "signature-false"),
    ("a header twice, and signed so", sign(TWICE, a_body(9)), a_body(9), "envelope-attribute-repeated"),
    ("two signatures", [*GIVEN, GIVEN[-1]], a_body(9), "signature-unreadable"),
    ("no signature", GIVEN[:-1], a_body(9), "signature-missing"),
    ("a signature padded with =", [*GIVEN[:-1], ("tocsin_signature", GIVEN[-1][1] + b"==")], a_body(9), "signature-unreadable"),
    ("another form of JWS", [*GIVEN[:-1], ("tocsin_signature", GIVEN[-1][1].replace(b"..", b".e30."))], a_body(9), "signature-unreadable"),
    ("the signature in capitals", [*GIVEN[:-1], ("Tocsin_Signature", GIVEN[-1][1])], a_body(9), "signature-missing"),
    ("no key id", sign(ATTRIBUTES, a_body(9), kid=""), a_body(9), "signature-unreadable"),
    ("a number in quotes", sign(ATTRIBUTES, a_body(9), seq="1"), a_body(9), "signature-unreadable"),
    ("a critical extension", sign(ATTRIBUTES, a_body(9), crit=["b64"], b64=False), a_body(9), "signature-unreadable"),
    ("no signature by key at all", sign(ATTRIBUTES, a_body(9), "none"), a_body(9), "signature-unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "body", "code"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_what_is_not_sent_as_it_was_signed_is_refused_with_its_code(
    receiver: Receiver, headers: list[tuple[str, bytes]], body: bytes, code: str
) -> None:
    assert receiver.take(headers, body) == code
    assert receiver.take(GIVEN, a_body(9)) == "opened"
