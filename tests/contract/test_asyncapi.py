"""The AsyncAPI document: valid under its own schema, and true of the messages that are really sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from sqlalchemy import select

from builders import RECEIVED_AT as AT
from builders import a_report_json
from databases import a_deployment
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from receiving import Receiver
from tocsin.cli import main
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin_schemas.events import decode_event
from tocsin_schemas.topics import ACTIONS, EVENT_MODELS, REPORTS

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
OFFICIAL = Draft7Validator(json.loads(Path(__file__).with_name("asyncapi-3.0.0.json").read_text(encoding="utf-8")))
BASE = "https://tocsin.example/schemas/"
Json = dict[str, Any]
ACCEPTED = [
    path
    for path in sorted((SCHEMAS / "examples").glob("*/accepted/*.json"))
    if path.parts[-3] in {**REPORTS.events, **ACTIONS.events} and path.parts[-3] != "follow-up.due"
]


@pytest.fixture(scope="module")
def document() -> Json:
    content: Json = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def schemas(document: Json) -> Registry[Any]:
    """What the document refers to: itself, and the files beside it."""
    files = {f"jsonschema/{name}.json": _read(SCHEMAS / "jsonschema" / f"{name}.json") for name in EVENT_MODELS}
    found = {BASE + name: DRAFT202012.create_resource(content) for name, content in files.items()}
    return Registry().with_resources([*found.items(), (BASE + "asyncapi.yaml", DRAFT202012.create_resource(document))])


def test_the_document_is_valid_under_the_official_schema_of_asyncapi_3(document: Json) -> None:
    assert [error.json_path for error in OFFICIAL.iter_errors(document)] == []


PLANTED: list[tuple[str, Callable[[Json], object]]] = [
    ("an operation that neither sends nor receives", lambda d: d["operations"]["publish-reports"].update(action="say")),
    ("an operation without a channel", lambda d: d["operations"]["publish-reports"].pop("channel")),
    ("a server without a protocol", lambda d: d["servers"]["broker"].pop("protocol")),
    ("a security scheme that does not exist", lambda d: d["components"]["securitySchemes"]["scram"].update(type="x")),
    ("a key of a message that is no schema", lambda d: _message(d)["bindings"]["kafka"].update(key=7)),
    ("a member that the standard does not know", lambda d: d["channels"][REPORTS.name].update(owner="x")),
    ("a message whose headers are no schema", lambda d: _message(d).update(headers=[])),
]


@pytest.mark.parametrize("plant", [plant for _, plant in PLANTED], ids=[what for what, _ in PLANTED])
def test_a_planted_fault_is_found(document: Json, plant: Callable[[Json], object]) -> None:
    spoilt = json.loads(json.dumps(document))
    plant(spoilt)
    assert not OFFICIAL.is_valid(spoilt)


def test_every_reference_within_the_document_leads_somewhere(document: Json) -> None:
    for reference in _references(document):
        place: Any = document
        if reference.startswith("./"):
            assert (SCHEMAS / reference).is_file()
            continue
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_publishers_send_reports_and_actions_and_nothing_else(document: Json) -> None:
    sent = {name for name, operation in document["operations"].items() if operation["action"] == "send"}
    assert sent == {"publish-reports", "publish-actions"}
    messages = [m["$ref"].split("/")[-1] for m in document["operations"]["publish-actions"]["messages"]]
    assert "action.taken" in messages
    assert "follow-up.due" not in messages


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
@pytest.mark.parametrize("form", ["binary", "structured", "sealed"])
def test_what_a_publisher_signs_is_what_the_document_describes(
    document: Json, schemas: Registry[Any], keys: tuple[Path, Path], path: Path, form: str
) -> None:
    private, public = keys
    options = {"structured": ["--structured"], "sealed": ["--sealed-to", str(public)], "binary": []}[form]
    event_type = path.parts[-3]
    arguments = ["sign", str(path), "--key", str(private), "--key-id", "x-1", "--type", event_type, "--json", *options]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    sent = json.loads(done.output)
    name = event_type if form == "binary" else f"{sent['topic'].split('.')[1]}.{form}"
    assert name in document["channels"][sent["topic"]]["messages"]
    message = document["components"]["messages"][name]
    assert message["contentType"] == sent["headers"]["content-type"]
    assert _problems(schemas, name, "headers", sent["headers"]) == []
    body = sent["body"] if form == "sealed" else json.loads(sent["body"])
    assert _problems(schemas, name, "payload" if form == "sealed" else "payload/schema", body) == []


BAD_HEADERS: list[tuple[str, dict[str, str | None]]] = [
    ("no signature", {"tocsin_signature": None}),
    ("a signature that is not detached", {"tocsin_signature": "a.b." + 86 * "c"}),
    ("no content type", {"content-type": None}),
    ("another type of event", {"ce_type": "org.tocsin.alert.raised"}),
    ("no id", {"ce_id": None}),
]


@pytest.mark.parametrize("change", [change for _, change in BAD_HEADERS], ids=[what for what, _ in BAD_HEADERS])
def test_headers_that_would_be_refused_do_not_fit_the_document(
    schemas: Registry[Any], change: dict[str, str | None]
) -> None:
    good: dict[str, str | None] = {
        "ce_specversion": "1.0",
        "ce_id": "1",
        "ce_type": "org.tocsin.report.submitted",
        "ce_source": "/x",
        "content-type": "application/json",
        "tocsin_signature": "a.." + 86 * "c",
    }
    assert _problems(schemas, "report.submitted", "headers", good) == []
    spoilt = {name: value for name, value in (good | change).items() if value is not None}
    assert _problems(schemas, "report.submitted", "headers", spoilt) != []


def test_a_structured_event_that_the_models_refuse_is_refused_by_the_document_too(schemas: Registry[Any]) -> None:
    envelope = {"specversion": "1.0", "id": "1", "source": "/x", "type": "org.tocsin.report.submitted"}
    data = json.loads(a_report_json())
    assert _problems(schemas, "reports.structured", "payload/schema", envelope | {"data": data}) == []
    decode_event({"content-type": b"application/cloudevents+json"}, json.dumps(envelope | {"data": data}).encode(), AT)
    for spoilt in (envelope, envelope | {"data": {}}, envelope | {"data": data, "type": "x"}, {"data": data}):
        assert _problems(schemas, "reports.structured", "payload/schema", spoilt) != []


def test_a_dead_letter_carries_the_headers_that_the_document_names(document: Json, tmp_path: Path) -> None:
    described = document["components"]["messages"]["dead-letter"]["headers"]["properties"]
    with closing(Receiver(tmp_path)) as receiver:
        assert receiver.take([], b"{}") == "signature-missing"
        with reading(receiver.engine) as connection:
            [headers] = connection.execute(select(tables.outbox.c.headers)).scalars()
    names = [name for name, _ in headers]
    assert names
    assert set(names) <= set(described)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A publisher's private key, and a deployment's public one."""
    folder = tmp_path_factory.mktemp("keys")
    private, public = folder / "key.pem", folder / "tocsin.jwk"
    private.touch(0o600)
    made = Ed25519PrivateKey.from_private_bytes(bytes(32))
    private.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_text(json.dumps(a_deployment(folder).keys.opening.public()))
    return private, public


def _problems(schemas: Registry[Any], message: str, part: str, value: object) -> list[str]:
    """part: of the message ``message``, as the rest of a JSON Pointer."""
    schema = {"$ref": f"{BASE}asyncapi.yaml#/components/messages/{message}/{part}"}
    validator = Draft202012Validator(schema, registry=schemas, format_checker=FormatChecker())
    return [error.json_path for error in validator.iter_errors(value)]


def _message(document: Json) -> Json:
    message: Json = document["components"]["messages"]["report.submitted"]
    return message


def _references(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _references(item)
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield value["$ref"]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
