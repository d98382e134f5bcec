"""The webhook takes only the provider's own events, each once, in any order, and answers after they are stored."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from mailing import an_office
from tocsin.devtools.sendgrid.events import Signer
from tocsin.mailer.evidence.provider_events import parse
from tocsin.mailer.evidence.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, load_key
from tocsin.mailer.webhook import MAX_BODY, create_app
from tocsin.runtime.settings import Settings
from tocsin_schemas.deliveries import DeliveryState
from web_client import ask

PATH = "/webhooks/sendgrid"


def an_event(delivery_id: str, event: str = "delivered", event_id: str = "e1", **over: Any) -> dict[str, Any]:
    return {
        "d": delivery_id,
        "event": event,
        "sg_event_id": event_id,
        "timestamp": 1795510800,
        "email": "a@b.c",
        **over,
    }


class Hook:
    def __init__(self, home: Path) -> None:
        self.office = an_office(home)
        self.signer = Signer.create(home / "webhook-public.pem")
        self.app = create_app(Settings(home=home))

    def post(self, events: Any, **over: Any) -> int:
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        headers = over.get("headers", self.signer.headers(body))
        return ask(self.app, PATH, "POST", content=body, headers=headers).status_code


@pytest.fixture
def hook(tmp_path: Path) -> Hook:
    return Hook(tmp_path)


def test_a_signed_event_moves_the_delivery(hook: Hook) -> None:
    delivery_id = hook.office.request("desk@mechanism.example")
    assert hook.post([an_event(delivery_id, "processed", "e1"), an_event(delivery_id, "delivered", "e2")]) == 200
    assert hook.office.find(delivery_id).state is DeliveryState.DELIVERED


def test_events_may_come_twice_and_in_any_order(hook: Hook) -> None:
    delivery_id = hook.office.request("desk@mechanism.example")
    for event, event_id in [("bounce", "e3"), ("delivered", "e2"), ("processed", "e1"), ("bounce", "e3")]:
        assert hook.post([an_event(delivery_id, event, event_id)]) == 200
    assert hook.office.find(delivery_id).state is DeliveryState.BOUNCED


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SIGNATURE_HEADER: "%%%", TIMESTAMP_HEADER: "1795510800"},
        {SIGNATURE_HEADER: base64.b64encode(b"x" * 70).decode(), TIMESTAMP_HEADER: "1795510800"},
        {SIGNATURE_HEADER: "AAAA", TIMESTAMP_HEADER: "yesterday"},
    ],
)
def test_without_a_good_signature_nothing_is_believed(hook: Hook, headers: dict[str, str]) -> None:
    delivery_id = hook.office.request("desk@mechanism.example")
    assert hook.post([an_event(delivery_id)], headers=headers) == 403
    assert hook.office.find(delivery_id).state is DeliveryState.REQUESTED


def test_a_body_changed_on_its_way_is_refused(hook: Hook) -> None:
    signed = hook.signer.headers(b"[]")
    assert hook.post(b"[ ]", headers=signed) == 403
    assert hook.post(b"[]", headers=signed) == 200


def test_without_a_public_key_everything_is_refused(hook: Hook, tmp_path: Path) -> None:
    (tmp_path / "webhook-public.pem").unlink()
    assert hook.post([]) == 403


def test_a_body_above_the_limit_is_refused_unread(hook: Hook) -> None:
    assert hook.post(b"[" + b" " * MAX_BODY + b"]") == 413
    signed = hook.signer.headers(b"[]")
    for announced in (str(MAX_BODY + 1), "9" * 40):
        assert hook.post(b"[]", headers={**signed, "content-length": announced}) == 413


def test_events_of_others_are_counted_and_left(hook: Hook) -> None:
    assert hook.post([an_event("ff" * 16), {"event": "open"}, 3, an_event("no id")]) == 200
    assert hook.office.states() == {}


def test_a_post_that_is_no_list_is_refused(hook: Hook) -> None:
    assert hook.post(b"{}") == 400
    assert hook.post(b"\xff") == 400


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_body_whatever_raises(body: bytes) -> None:
    parse(body)


NAMES = st.sampled_from(["d", "event", "sg_event_id", "timestamp", "status"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text()


@settings(deadline=None)
@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)))
def test_no_list_whatever_raises(item: Any) -> None:
    parse(json.dumps([item]).encode())


@settings(deadline=None)
@given(st.text(max_size=100), st.text(max_size=20), st.binary(max_size=50))
def test_no_malformed_signature_raises(signature: str, timestamp: str, body: bytes) -> None:
    key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    assert not is_signed(key, signature, timestamp, body)


def test_the_key_may_be_given_as_the_providers_page_shows_it(tmp_path: Path) -> None:
    Signer.create(tmp_path / "key.pem")
    pem = (tmp_path / "key.pem").read_bytes()
    bare = b"".join(pem.strip().splitlines()[1:-1])
    assert load_key(pem).public_numbers() == load_key(bare).public_numbers()
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
        load_key(b"no key")
