"""The examples are the contract's own tests: for publishers to read, and for every implementation to agree on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jsonschema import Draft202012Validator, FormatChecker
from tocsin_schemas import contract
from tocsin_schemas.decoding import decode
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.topics import EVENT_MODELS

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
ACCEPTED = sorted((SCHEMAS / "examples").glob("*/accepted/*.json"))
REJECTED = sorted((SCHEMAS / "examples").glob("*/rejected/*.json"))
TELLING_LENGTH = 5


def _name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


@pytest.mark.parametrize("path", ACCEPTED, ids=_name)
def test_an_accepted_example_passes_the_models(path: Path) -> None:
    assert decode(path.read_bytes(), path.parts[-3]) is not None


@pytest.mark.parametrize("path", ACCEPTED, ids=_name)
def test_an_accepted_example_passes_the_json_schema(path: Path) -> None:
    schema = json.loads((SCHEMAS / "jsonschema" / f"{path.parts[-3]}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [e.json_path for e in validator.iter_errors(json.loads(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("path", REJECTED, ids=_name)
def test_a_rejected_example_fails_with_its_code_and_path_and_without_echo(path: Path) -> None:
    example = json.loads(path.read_text(encoding="utf-8"))
    body = example["raw"].encode() if "raw" in example else json.dumps(example["body"]).encode()
    with pytest.raises(InvalidEvent) as caught:
        decode(body, path.parts[-3])
    assert [(p.code, p.path) for p in caught.value.problems] == [
        (example["expected"]["code"], example["expected"]["path"])
    ]
    told = str(caught.value) + repr(caught.value.problems)
    assert [t for t in _texts(example.get("body")) if _is_telling(t) and t in told] == []


def test_every_event_type_has_an_accepted_example() -> None:
    assert {path.parts[-3] for path in ACCEPTED} == set(EVENT_MODELS)


def test_the_examples_are_in_all_six_languages_and_use_every_group_of_a_report() -> None:
    reports = [
        json.loads(path.read_text(encoding="utf-8")) for path in ACCEPTED if path.parts[-3] == "report.submitted"
    ]
    assert {report["language"] for report in reports} >= {"en", "fr", "es", "ar", "ru", "pt"}
    used = {name for report in reports for name in report}
    assert used | {"revision"} >= set(EVENT_MODELS["report.submitted"].model_fields)


def _texts(value: Any) -> Iterator[str]:
    """Every text that a sender wrote."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _is_telling(text: str) -> bool:
    """Long enough to give something away, and not a word of the contract, which an error may name."""
    return len(text) >= TELLING_LENGTH and text not in _WORDS and text not in contract.words()


_WORDS = {"UN-WGAD", "missing", "other", "2026-11", "2026", "arrest"}
