"""Signatures, read as they come from strangers: what is not one is refused as such, and nothing else ever happens."""

import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from tocsin.runtime.jws import (
    FalseSignature,
    Signature,
    UnreadableSignature,
    UnusableSigningKey,
    read_signature,
    read_signing_key,
    signing_key,
    verify,
)
from tocsin_schemas.signing import MAX_SIGNATURE, SIGNATURE_TYPE

KEY = signing_key("a.key", b"7" * 32)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HEADER = {"alg": "Ed25519", "kid": "a.key", "seq": 3, "iat": 1_795_000_000}
MADE = b"A" * 86
_REGISTRY = JWSRegistry(algorithms=["Ed25519"], strict_check_header=False)


def token(header: object) -> bytes:
    return raw(json.dumps(header).encode())


def raw(header: bytes) -> bytes:
    return urlsafe_b64encode(header).rstrip(b"=") + b".." + MADE


def without(name: str) -> dict[str, Any]:
    return {n: value for n, value in HEADER.items() if n != name}


UNREADABLE = {
    "nothing": b"",
    "no dots": b"x" * 90,
    "not detached": token(HEADER).replace(b"..", b".e30."),
    "one dot": token(HEADER).replace(b"..", b"."),
    "three dots": token(HEADER).replace(b"..", b"..."),
    "no header": b".." + MADE,
    "no signature": token(HEADER)[: -len(MADE)],
    "a signature too short": token(HEADER)[:-1],
    "a signature too long": token(HEADER) + b"A",
    "padding": token(HEADER) + b"==",
    "the other alphabet": raw(b'{"alg":"Ed25519","kid":"??>>"}').replace(b"_", b"/").replace(b"-", b"+"),
    "octets that are no ASCII": b"\xff" + token(HEADER)[1:],
    "octets that a lenient reader drops": token(HEADER)[:9] + b"\n" + token(HEADER)[9:],
    "octets beyond ASCII that a lenient reader drops": token(HEADER)[:9] + b"\xff" + token(HEADER)[9:],
    "too long": raw(json.dumps(HEADER | {"x": "y" * MAX_SIGNATURE}).encode()),
    "no JSON": raw(b"{"),
    "JSON in UTF-16": raw(json.dumps(HEADER).encode("utf-16")),
    "octets that are no UTF-8": raw(b'{"alg":"Ed25519","kid":"\xff"}'),
    "deep": raw(b"[" * 700),
    "a list": token([HEADER]),
    "a number": token(7),
    "a name twice": raw(json.dumps(HEADER).encode()[:-1] + b',"kid":"another"}'),
    "no algorithm": token(without("alg")),
    "none": token(HEADER | {"alg": "none"}),
    "a shared secret": token(HEADER | {"alg": "HS256"}),
    "another curve": token(HEADER | {"alg": "ES256"}),
    "an algorithm that is a list": token(HEADER | {"alg": ["Ed25519"]}),
    "an extension that must be understood": token(HEADER | {"crit": ["exp"]}),
    "a payload that is not encoded": token(HEADER | {"b64": False}),
    "no key": token(without("kid")),
    "an empty key": token(HEADER | {"kid": ""}),
    "a key of another type": token(HEADER | {"kid": 1}),
    "a key too long": token(HEADER | {"kid": "k" * 65}),
    "a key in other letters": token(HEADER | {"kid": "кey"}),
    "a key with a nought": token(HEADER | {"kid": "a\x00"}),
    "a key that is half a character": raw(b'{"alg":"Ed25519","kid":"\\ud800","seq":1,"iat":1}'),
    "no number": token(without("seq")),
    "a negative number": token(HEADER | {"seq": -1}),
    "a number too large for others": token(HEADER | {"seq": 2**53}),
    "true for a number": token(HEADER | {"seq": True}),
    "a fraction": token(HEADER | {"seq": 1.0}),
    "a number as text": token(HEADER | {"seq": "1"}),
    "no time": token(without("iat")),
    "a time after all time": token(HEADER | {"iat": 2**53 - 1}),
    "not a number for a time": raw(b'{"alg":"Ed25519","kid":"k","seq":1,"iat":NaN}'),
    "a publisher of another type": token(HEADER | {"pub": 1}),
    "a publisher that is half a character": raw(b'{"alg":"Ed25519","kid":"k","seq":1,"iat":1,"pub":"\\ud800"}'),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_signature_of_the_contract_is_unreadable(case: str) -> None:
    with pytest.raises(UnreadableSignature):
        read_signature(UNREADABLE[case])


def test_a_signature_says_by_which_key_under_which_number_and_when() -> None:
    made = Signature("a.key", 2**53 - 1, NOW, "NGO-OBS")
    assert read_signature(KEY.sign(b"octets", made)) == made
    assert read_signature(token(HEADER)).publisher is None


@given(st.binary(max_size=300), st.integers(0, 2**53 - 1), st.integers(0, 2**32), st.none() | st.just("NGO-OBS"))
@example(b"x", 1, 1, 'a"b\\c')
def test_a_signature_is_octet_for_octet_what_joserfc_would_write(
    octets: bytes, sequence: int, seconds: int, publisher: str | None
) -> None:
    header: dict[str, Any] = {"alg": "Ed25519", "kid": "a.key", "typ": SIGNATURE_TYPE, "seq": sequence, "iat": seconds}
    header |= {} if publisher is None else {"pub": publisher}
    compact = jws.serialize_compact(header, octets, OKPKey.import_key(KEY.private_key), registry=_REGISTRY)
    head, _, made = compact.split(".")
    signature = Signature("a.key", sequence, datetime.fromtimestamp(seconds, UTC), publisher)
    assert KEY.sign(octets, signature) == f"{head}..{made}".encode()


def test_the_example_of_rfc_8037_is_verified_and_no_other_octets_are() -> None:
    """Appendix A.4, made by nobody here."""
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    made = b"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    example_token = b"eyJhbGciOiJFZERTQSJ9.." + made
    verify(example_token, b"Example of Ed25519 signing", public)
    for octets, key in ((b"Example of Ed25519 signing.", public), (b"Example of Ed25519 signing", KEY.public_key)):
        with pytest.raises(FalseSignature):
            verify(example_token, octets, key)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(["alg", "kid", "seq", "iat", "pub", "crit", "b64", "typ", "jwk", "x5u"]) | st.text(max_size=4)
_HEADERS = st.dictionaries(_NAMES, _VALUES, max_size=8).map(lambda extra: token(HEADER | extra))


@settings(max_examples=800, deadline=None)
@given(st.binary(max_size=200) | _HEADERS | st.binary(max_size=200).map(raw))
@example(b"\xff..\xff")
def test_nothing_that_a_stranger_writes_does_more_than_be_refused(hostile: bytes) -> None:
    with suppress(UnreadableSignature):
        read_signature(hostile)
    with pytest.raises(FalseSignature):
        verify(hostile, b"octets", KEY.public_key)


@pytest.mark.parametrize("public_key", ["", "zz", "00" * 31, "ff" * 32, "00" * 32])
def test_a_public_key_that_is_none_verifies_nothing(public_key: str) -> None:
    with pytest.raises(FalseSignature):
        verify(KEY.sign(b"octets", Signature("a.key", 1, NOW)), b"octets", public_key)


def test_a_private_key_is_read_from_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (
        b"",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        generate_private_key(SECP256R1()).private_bytes(*pem),
    ):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(UnusableSigningKey):
            read_signing_key("a.key", file)
    file.write_bytes(KEY.private_key.private_bytes(*pem))
    assert read_signing_key("a.key", file).public_key == KEY.public_key
    file.chmod(0o640)
    with pytest.raises(UnusableSigningKey, match="chmod 600"):
        read_signing_key("a.key", file)


def test_a_key_is_not_shown() -> None:
    assert b"7" * 8 not in repr(KEY).encode()
    assert (b"7" * 32).hex() not in repr(KEY)
