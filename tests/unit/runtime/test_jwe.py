"""Sealed bodies, opened as they come from strangers: what cannot be opened is refused as such, and nothing else happens."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe as library
from joserfc.jwe import JWERegistry
from joserfc.jwk import OKPKey

from tocsin.runtime.jwe import Unopenable, opening_key, seal

KEY, OTHER = opening_key("tocsin-1", b"1" * 32), opening_key("tocsin-1", b"2" * 32)
CONTENT = b'{"publisher": "NGO-OBS"}'
SEALED = seal(CONTENT, KEY.public())


def header_of(sealed: bytes) -> dict[str, Any]:
    head = sealed.partition(b".")[0]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    return found


def with_header(header: object) -> bytes:
    head = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    return head + b"." + SEALED.partition(b".")[2]


def changed(**values: object) -> bytes:
    return with_header(header_of(SEALED) | values)


def by_the_library(header: dict[str, str], plaintext: bytes = CONTENT) -> bytes:
    """As other software could seal, in ways that we do not take."""
    public = {name: KEY.public()[name] for name in ("kty", "crv", "x")}
    algorithms = ["ECDH-ES", "ECDH-ES+A256KW", "A256GCM", "A128CBC-HS256", "DEF"]
    registry = JWERegistry(algorithms=algorithms, strict_check_header=False)
    return library.encrypt_compact(header, plaintext, OKPKey.import_key(public), registry=registry).encode()


EPK = header_of(SEALED)["epk"]
UNOPENABLE = {
    "nothing": b"",
    "no parts": b"x",
    "too few parts": SEALED.rpartition(b".")[0],
    "too many parts": SEALED + b".AAAA",
    "to another key": seal(CONTENT, OTHER.public()),
    "JSON in clear": CONTENT,
    "no JSON in the header": b"e30x." + SEALED.partition(b".")[2],
    "a header that is no object": with_header([1]),
    "a deep header": urlsafe_b64encode(b"[" * 100_000).rstrip(b"=") + b"....",
    "compressed": by_the_library({"alg": "ECDH-ES", "enc": "A256GCM", "kid": "tocsin-1", "zip": "DEF"}, b"\0" * 10**6),
    "said to be compressed": changed(zip="DEF"),
    "another way of agreeing on a key": by_the_library({"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}),
    "another cipher": by_the_library({"alg": "ECDH-ES", "enc": "A128CBC-HS256"}),
    "the key in clear": changed(alg="dir"),
    "a password": changed(alg="PBES2-HS256+A128KW", p2c=2**31 - 1, p2s="AAAA"),
    "an extension that must be understood": changed(crit=["exp"]),
    "no sender's key": with_header({n: v for n, v in header_of(SEALED).items() if n != "epk"}),
    "a sender's key that is no object": changed(epk="x"),
    "a sender's key on another curve": changed(epk={"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}),
    "a sender's key that is a list": changed(epk=EPK | {"x": ["A"]}),
    "a sender's key of noughts": changed(epk=EPK | {"x": "A" * 43}),
    "a sender's key too short": changed(epk=EPK | {"x": "AA"}),
    "a tag too short": SEALED[:-6],
    "party names that are no base64": changed(apu="*", apv=7),
}


@pytest.mark.parametrize("case", UNOPENABLE)
def test_what_is_not_sealed_to_us_as_we_ask_cannot_be_opened(case: str) -> None:
    with pytest.raises(Unopenable):
        KEY.open(UNOPENABLE[case])


def test_what_is_sealed_opens_and_differs_each_time() -> None:
    assert KEY.open(SEALED) == KEY.open(seal(CONTENT, KEY.public())) == CONTENT
    assert KEY.open(seal(b"", KEY.public())) == b""
    assert seal(CONTENT, KEY.public()) != SEALED
    assert by_the_library({"alg": "ECDH-ES", "enc": "A256GCM", "apu": "QWxpY2U", "apv": "Qm9i"}).count(b".") == 4
    assert KEY.open(by_the_library({"alg": "ECDH-ES", "enc": "A256GCM", "apu": "QWxpY2U"})) == CONTENT


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=5_000))
def test_whatever_is_sealed_the_library_opens_and_finds_the_header_that_it_would_have_written(content: bytes) -> None:
    sealed = seal(content, KEY.public())
    opened = library.decrypt_compact(sealed, KEY.private_key, registry=JWERegistry(algorithms=["ECDH-ES", "A256GCM"]))
    assert opened.plaintext == content
    written = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": "tocsin-1", "cty": "json"}
    theirs = header_of(by_the_library(written))
    assert header_of(sealed) | {"epk": None} == theirs | {"epk": None}
    assert header_of(sealed)["epk"].keys() == theirs["epk"].keys()


def test_the_public_key_holds_nothing_private() -> None:
    assert KEY.public().keys() == {"kty", "crv", "x", "kid", "use"}
    assert b"1" * 32 not in repr(KEY).encode()


_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just({}) | st.just(EPK)
_CHANGES = st.dictionaries(st.sampled_from(["alg", "enc", "epk", "zip", "apu", "p2c", "iv", "tag", "kid"]), _VALUES)


@settings(max_examples=600, deadline=None)
@given(
    st.binary(max_size=300) | _CHANGES.map(lambda c: changed(**c)) | st.binary(max_size=60).map(lambda b: b + SEALED)
)
def test_nothing_that_a_stranger_writes_does_more_than_not_open(hostile: bytes) -> None:
    with suppress(Unopenable):
        assert KEY.open(hostile) == CONTENT


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_change_of_one_octet_closes_it_for_good(at: int, flipped: int) -> None:
    with pytest.raises(Unopenable):
        KEY.open(SEALED[:at] + bytes([SEALED[at] ^ flipped]) + SEALED[at + 1 :])


def test_a_bomb_is_not_even_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib, "decompressobj", lambda *_: pytest.fail("inflated"))
    with pytest.raises(Unopenable):
        KEY.open(UNOPENABLE["compressed"])
