"""Caps hold before parsing, and every refusal is one stable code."""

import json
import re
import time
from pathlib import Path

import pytest

from builders import a_report_json
from tocsin_schemas.decoding import decode
from tocsin_schemas.problems import SENTENCES, InvalidEvent, Problem, code_of, pointer
from tocsin_schemas.topics import MAX_EVENT_BYTES


def _codes(body: bytes, event_type: str = "report.submitted") -> list[str]:
    with pytest.raises(InvalidEvent) as caught:
        decode(body, event_type)
    return [p.code for p in caught.value.problems]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b" " * (MAX_EVENT_BYTES + 1), "body-too-large"),
        (b"\xff\xfe{\x00}\x00", "body-not-utf8"),
        (b"\xed\xa0\x80", "body-not-utf8"),
        (b"[" * 200_000, "json-too-deep"),
        (b'{"a":' * 40_000, "json-too-deep"),
        (b'"' + b'\\"' * 131_000, "json-malformed"),
        (b'"\\' * 80_000, "json-malformed"),
        (b"9" * 200_000, "json-number-too-long"),
        (b"1e400", "object-type"),
        (b"{" + b",".join(b'"k%d":0' % i for i in range(20_000)) + b"}", "json-too-many-keys"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_hostile_body_is_refused_in_little_time(body: bytes, code: str) -> None:
    started = time.process_time()
    assert _codes(body) == [code]
    assert time.process_time() - started < 0.5


def test_brackets_inside_a_text_do_not_count_as_nesting() -> None:
    body = json.loads(a_report_json())
    body["narratives"][0]["text"] = '[{"\\' * 50
    decode(json.dumps(body).encode(), "report.submitted")


def test_an_event_type_outside_the_contract_is_refused() -> None:
    assert _codes(b"{}", "report.invented") == ["event-type-unknown"]


def test_at_most_twenty_problems_are_told() -> None:
    body = json.loads(a_report_json())
    body["violation"]["types"] = ["x"] * 36
    assert len(_codes(json.dumps(body).encode())) == 20


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("model_type", "object-type"), ("date_from_datetime_parsing", "date-impossible"), ("invented", "value-invalid")],
)
def test_names_of_pydantic_become_stable_codes(theirs: str, ours: str) -> None:
    assert code_of(theirs) == ours


def test_a_pointer_escapes_as_rfc_6901_says() -> None:
    assert pointer(["a/b", 0, "c~d"]) == "/a~1b/0/c~0d"


def test_an_invalid_event_reads_as_code_place_and_remedy() -> None:
    assert str(InvalidEvent(Problem("missing", "", "this field is required"))) == "missing at /: this field is required"


def test_the_readme_lists_every_code() -> None:
    folder = Path(__file__).resolve().parents[3] / "schemas"
    written = set(
        re.findall(r"^\| `([a-z0-9-]+)` \|", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    raised = {
        code
        for path in (folder / "tocsin_schemas").glob("*.py")
        for code in re.findall(r'Problem\(\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert written == set(SENTENCES) | raised
