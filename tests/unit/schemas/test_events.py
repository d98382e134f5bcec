"""The envelope: CloudEvents in binary and in structured mode."""

import json
from datetime import UTC, datetime

import pytest

from builders import a_report, a_report_json
from tocsin_schemas.events import decode_event, encode_headers
from tocsin_schemas.problems import InvalidEvent

NOW = datetime(2026, 11, 21, tzinfo=UTC)
HEADERS = encode_headers("e1", "report.submitted", "//fld.example", NOW)
STRUCTURED = [("content-type", b"application/cloudevents+json; charset=utf-8")]


def _envelope(**over: object) -> bytes:
    whole = {
        "specversion": "1.0",
        "id": "e1",
        "type": "org.tocsin.report.submitted",
        "source": "//fld.example",
        "time": NOW.isoformat(),
        "datacontenttype": "application/json",
        "data": json.loads(a_report_json()),
    }
    return json.dumps({k: v for k, v in (whole | over).items() if v is not ...}).encode()


def _refusal(headers: list[tuple[str, bytes]], body: bytes | None) -> tuple[str, str]:
    with pytest.raises(InvalidEvent) as caught:
        decode_event(headers, body, NOW)
    return caught.value.problems[0].code, caught.value.problems[0].path


def test_both_modes_give_the_same_event() -> None:
    binary = decode_event(HEADERS, a_report_json(), NOW)
    assert binary == decode_event(STRUCTURED, _envelope(), NOW)
    assert binary.data == a_report()


def test_without_a_time_the_time_of_the_broker_counts() -> None:
    assert decode_event([h for h in HEADERS if h[0] != "ce_time"], a_report_json(), NOW).time == NOW


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_specversion"])
def test_each_required_header_is_missed_by_name(name: str) -> None:
    headers = [h for h in HEADERS if h[0] != name]
    assert _refusal(headers, a_report_json()) == ("envelope-attribute-missing", f"/{name}")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ce_specversion", b"0.3", "envelope-version-unknown"),
        ("ce_time", b"yesterday", "envelope-time-invalid"),
        ("ce_time", b"2026-11-21T08:00:00", "envelope-time-invalid"),
        ("ce_time", b"0001-01-01T00:00:00+14:00", "envelope-time-invalid"),
        ("ce_id", b"\xff", "envelope-not-utf8"),
        ("ce_id", b"a\nb", "envelope-attribute-invalid"),
        ("ce_id", "a\u202eb".encode(), "envelope-attribute-invalid"),
        ("ce_id", b"a" * 257, "envelope-attribute-invalid"),
    ],
)
def test_a_bad_header_is_refused_at_its_name(name: str, value: bytes, code: str) -> None:
    headers = [(n, value if n == name else v) for n, v in HEADERS]
    assert _refusal(headers, a_report_json()) == (code, f"/{name}")


def test_a_header_given_twice_is_refused() -> None:
    assert _refusal([*HEADERS, HEADERS[1]], a_report_json()) == ("envelope-attribute-repeated", "/ce_id")


def test_a_message_without_body_is_refused() -> None:
    assert _refusal(HEADERS, None) == ("body-empty", "")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (_envelope(data=...), ("body-empty", "/data")),
        (_envelope(id=...), ("envelope-attribute-missing", "/id")),
        (_envelope(id=7), ("envelope-attribute-invalid", "")),
        (_envelope(data={}), ("missing", "/data/publisher")),
        (b"[]", ("object-type", "")),
        (b"", ("body-empty", "")),
        (_envelope(id="\ud800"), ("envelope-not-utf8", "/id")),
        (_envelope(zyxwquill="\u0000"), ("envelope-attribute-invalid", "")),
    ],
)
def test_a_bad_structured_event_is_refused(body: bytes, refusal: tuple[str, str]) -> None:
    assert _refusal(STRUCTURED, body) == refusal
