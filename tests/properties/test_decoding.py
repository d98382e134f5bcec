"""Whatever arrives, decoding either gives a checked event or says why not, and never repeats what was sent."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin_schemas.decoding import decode
from tocsin_schemas.events import Event, decode_event
from tocsin_schemas.problems import SENTENCES, InvalidEvent
from tocsin_schemas.topics import EVENT_MODELS

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
ACCEPTED = [(path.parts[-3], json.loads(path.read_bytes())) for path in sorted(EXAMPLES.glob("*/accepted/*.json"))]
RECEIVED_AT = datetime(2026, 11, 21, tzinfo=UTC)
CANARY = "Zyxwquill"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
event_types = st.sampled_from(sorted(EVENT_MODELS))
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every value inside ``value``, itself included."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in pairs for place in _places(inner, (*path, key)))]


def _with(value: Any, path: tuple[str | int, ...], planted: Any) -> Any:
    """A copy of ``value`` with ``planted`` at ``path``."""
    if not path:
        return planted
    copy = value.copy()
    copy[path[0]] = _with(copy[path[0]], path[1:], planted)
    return copy


def _refusal(body: bytes, event_type: str) -> InvalidEvent | None:
    try:
        decode(body, event_type)
    except InvalidEvent as error:
        return error
    return None


@quick
@given(body=st.binary(max_size=300), event_type=event_types)
def test_arbitrary_bytes_raise_nothing_but_invalid_event(body: bytes, event_type: str) -> None:
    _refusal(body, event_type)


@quick
@given(value=json_values, event_type=event_types)
def test_arbitrary_json_raises_nothing_but_invalid_event(value: Any, event_type: str) -> None:
    _refusal(json.dumps(value).encode(), event_type)


@quick
@given(data=st.data(), planted=json_values)
def test_an_event_with_any_value_in_any_place_raises_nothing_but_invalid_event(
    data: st.DataObject, planted: Any
) -> None:
    event_type, event = data.draw(st.sampled_from(ACCEPTED))
    place = data.draw(st.sampled_from(_places(event)))
    refusal = _refusal(json.dumps(_with(event, place, planted)).encode(), event_type)
    if refusal is not None:
        assert all(p.code in SENTENCES or p.code.startswith(("json-", "body-")) for p in refusal.problems)
        assert all(p.code != "value-invalid" for p in refusal.problems)


@quick
@given(data=st.data(), shape=st.sampled_from(["text", "key", "list", "control", "long"]))
def test_an_error_never_repeats_a_value_or_a_key(data: st.DataObject, shape: str) -> None:
    event_type, event = data.draw(st.sampled_from(ACCEPTED))
    place = data.draw(st.sampled_from(_places(event)))
    planted = {
        "text": CANARY,
        "key": {CANARY: CANARY},
        "list": [CANARY],
        "control": f"\u0000\u202e{CANARY}",
        "long": CANARY * 6000,
    }[shape]
    refusal = _refusal(json.dumps(_with(event, place, planted)).encode(), event_type)
    if refusal is not None:
        assert CANARY not in str(refusal) + repr(refusal.problems)
        assert refusal.__cause__ is None


@quick
@given(cut=st.integers(min_value=0, max_value=2000), junk=st.sampled_from([b"", b'"', b"\\", b"]", b"\xff", b"\x00"]))
def test_a_cut_body_is_refused(cut: int, junk: bytes) -> None:
    body = json.dumps({"publisher": CANARY * 300}).encode()
    refusal = _refusal(body[:cut] + junk, "report.submitted")
    assert refusal is not None
    assert CANARY not in str(refusal)


@quick
@given(
    example=st.sampled_from(ACCEPTED),
    event_id=st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=60),
    time=st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC)),
    subject=st.none() | st.just("case/0123"),
)
def test_an_encoded_event_decodes_to_itself(
    example: tuple[str, Any], event_id: str, time: datetime, subject: str | None
) -> None:
    event_type, content = example
    model = decode(json.dumps(content).encode(), event_type)
    event = Event(id=event_id, type=event_type, source="//tocsin.example/test", time=time, data=model, subject=subject)
    assert decode_event(event.headers(), event.body(), RECEIVED_AT) == event


@quick
@given(
    headers=st.lists(
        st.tuples(st.sampled_from(["ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time", "x"]), st.binary()),
        max_size=8,
    ),
    body=st.none() | st.binary(max_size=50),
)
def test_arbitrary_headers_raise_nothing_but_invalid_event(
    headers: list[tuple[str, bytes]], body: bytes | None
) -> None:
    with suppress(InvalidEvent):
        decode_event(headers, body, RECEIVED_AT)


@quick
@given(value=json_values)
def test_arbitrary_structured_envelopes_raise_nothing_but_invalid_event(value: Any) -> None:
    with suppress(InvalidEvent):
        decode_event([("content-type", b"application/cloudevents+json")], json.dumps(value).encode(), RECEIVED_AT)
