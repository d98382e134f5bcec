"""The committed JSON Schemas and AsyncAPI are those that the models say."""

import json
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from jsonschema import Draft202012Validator, FormatChecker
from tocsin_schemas import export
from tocsin_schemas.topics import EVENT_MODELS, TOPICS

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
REJECTED = sorted((SCHEMAS / "examples").glob("*/rejected/*.json"))
FORMATS = FormatChecker()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for part in ("jsonschema", "examples"):
        shutil.copytree(SCHEMAS / part, tmp_path / part)
    shutil.copy(SCHEMAS / "asyncapi.yaml", tmp_path / "asyncapi.yaml")
    return tmp_path


def test_the_committed_files_are_up_to_date() -> None:
    assert export.main(["--check"]) == 0


@pytest.mark.parametrize("name", ["jsonschema/report.submitted.json", "asyncapi.yaml"])
def test_a_planted_change_is_caught_and_repaired(copy: Path, name: str) -> None:
    (copy / name).write_text((copy / name).read_text(encoding="utf-8").replace("alert", "alarm"), encoding="utf-8")
    (copy / "jsonschema" / "report.forgotten.json").write_text("{}", encoding="utf-8")
    assert export.main(["--check", "--folder", str(copy)]) == 1
    assert export.differences(copy) == ["jsonschema/report.forgotten.json", name]
    assert export.main(["--folder", str(copy)]) == 0
    assert export.main(["--check", "--folder", str(copy)]) == 0


def test_each_event_type_has_a_described_schema_under_its_own_address() -> None:
    for name in EVENT_MODELS:
        schema = export.json_schema(name)
        assert schema["$id"] == f"https://tocsin.example/schemas/{name}.json"
        assert schema["description"], name


def test_asyncapi_names_every_topic_and_points_at_schemas_that_exist() -> None:
    document = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert list(document["channels"]) == [topic.name for topic in TOPICS]
    for name in EVENT_MODELS:
        message = document["components"]["messages"][name]
        assert (SCHEMAS / message["payload"]["schema"]["$ref"]).is_file()
        assert message["examples"], name


def test_the_rules_written_in_python_show_in_the_json_schema() -> None:
    text = json.dumps(export.json_schema("report.submitted"))
    for rule in ('"date-time"', "An EDTF date", '"anyOf"', '"then"', "without invisible characters"):
        assert rule in text


@FORMATS.checks("date-time", ValueError)
def _is_instant(value: object) -> bool:
    """RFC 3339, which the validator leaves to a package of its own."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@pytest.mark.parametrize("name", EVENT_MODELS)
def test_each_schema_is_valid_under_its_metaschema_and_refers_only_to_itself(name: str) -> None:
    schema = json.loads((SCHEMAS / "jsonschema" / f"{name}.json").read_text(encoding="utf-8"))
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)
    assert all(reference.startswith("#/$defs/") for reference in _references(schema))


BEYOND_JSON_SCHEMA = {
    "date-not-in-calendar",
    "interval-backwards",
    "name-blank",
    "name-of-fillers",
    "name-with-piled-marks",
    "name-with-tag-character",
    "received-in-year-one",
    "without_reason",
}
"""What only the models see: the schema is the wider of the two."""


def test_what_the_models_reject_the_json_schema_rejects_too_as_far_as_it_can_be_said_in_it() -> None:
    accepted = {path.stem for path in REJECTED if _is_json(path) and _problems(path) == []}
    assert accepted == BEYOND_JSON_SCHEMA
    assert sum(map(_is_json, REJECTED)) > 60


def _is_json(path: Path) -> bool:
    try:
        _body(path)
    except ValueError:
        return False
    return True


def _problems(path: Path) -> list[str]:
    return [error.json_path for error in _validator(path.parts[-3]).iter_errors(_body(path))]


@cache
def _validator(event_type: str) -> Draft202012Validator:
    return Draft202012Validator(export.json_schema(event_type), format_checker=FORMATS)


def _body(path: Path) -> Any:
    example = json.loads(path.read_text(encoding="utf-8"))
    return json.loads(example["raw"]) if "raw" in example else example["body"]


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for item in value.values() for found in _references(item)]
