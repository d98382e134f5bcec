"""The committed JSON Schemas and AsyncAPI are those that the models say."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tocsin_schemas import export
from tocsin_schemas.topics import EVENT_MODELS, TOPICS

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


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
