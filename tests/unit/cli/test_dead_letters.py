"""A dead letter is shown without its content unless asked, and replayed byte for byte to where it came from."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from builders import a_report_json
from databases import NOW, a_database, a_deployment
from tocsin.cli.dead_letters import dead_letters
from tocsin.runtime.settings import Settings
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.streams import letters, outbox
from tocsin.store.streams.again import refused_again
from tocsin.store.streams.letters import Letter, letter_from, republish
from tocsin_schemas.events import encode_headers
from tocsin_schemas.problems import Problem, problem

ORIGIN = "tocsin.reports.v1-3-41"
BODY = b'{"alleged_victims": "Amina Benkhelifa"}'
HEADERS = (("ce_type", b"org.tocsin.report.submitted"), ("tocsin_code", b"forged"), ("note", b"a\x1b[2Jb"))
PROBLEM = problem("list-type", "/alleged_victims", hint="text", of="Report.alleged_victims")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def letter(engine: Engine, tmp_path: Path) -> Letter:
    """Through the outbox, as the services write it and the relay publishes it."""
    vault = a_deployment(tmp_path).vault
    origin = outbox.Origin("tocsin.reports.v1", 3, 41, b"key", HEADERS, BODY)
    with unit_of_work(engine) as connection:
        outbox.enqueue_dead_letter(connection, vault, "0" * 32, origin, [PROBLEM], NOW, "FLD")
        published = outbox.unpublished(connection, vault, 1)[0]
    return letter_from(published.headers, published.body, int(NOW.timestamp() * 1000))


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch, letter: Letter, tmp_path: Path) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("tocsin.cli.dead_letters.read_letters", lambda bootstrap: [letter])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(dead_letters, arguments)


def test_a_letter_keeps_the_original_and_says_why(letter: Letter) -> None:
    assert (letter.origin, letter.topic, letter.code, letter.reason) == (
        ORIGIN,
        "tocsin.reports.v1",
        "list-type",
        "this must be a list",
    )
    assert letter.problems == [PROBLEM]
    assert letter.publisher == "FLD"
    assert (letter.key, tuple(letter.headers), letter.body, letter.at) == (b"key", HEADERS, BODY, NOW)
    assert not letter.erased


@pytest.mark.parametrize("headers", [[], [("tocsin_problems", b"{")], [("tocsin_problems", b"[[1]]")], [("x", None)]])
def test_a_stranger_on_the_topic_does_no_harm(headers: list[tuple[str, Any]]) -> None:
    letter = letter_from(headers, None, 0)
    assert (letter.origin, letter.problems, letter.body, letter.erased) == ("", [], b"", True)


@pytest.mark.usefixtures("topic")
def test_the_list_says_nothing_of_the_content() -> None:
    output = run("list").output
    assert all(word in output for word in (ORIGIN, "list-type", "this must be a list", "2026-11-24", "FLD"))
    assert "Amina" not in output
    [told] = json.loads(run("list", "--json").output)
    assert (told["origin"], told["publisher"], told["problems"][0]["path"]) == (ORIGIN, "FLD", "/alleged_victims")
    assert told["problems"][0]["remedy"].startswith("write a list of objects")


@pytest.mark.usefixtures("topic")
def test_the_list_fits_a_terminal_of_80_columns_and_cuts_no_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("list", "--language", "fr").output.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(ORIGIN in line for line in lines)
    assert "il faut ici une liste" in " ".join(" ".join(lines).split())


@pytest.mark.usefixtures("topic")
@pytest.mark.parametrize("command", ["show", "replay"])
def test_a_publisher_sees_its_own_letters_and_no_others(command: str) -> None:
    assert ORIGIN in run("list", "--publisher", "FLD").output
    assert ORIGIN not in run("list", "--publisher", "UN-WGAD").output
    assert json.loads(run("list", "--publisher", "UN-WGAD", "--json").output) == []
    assert run(command, ORIGIN, "--publisher", "UN-WGAD").exit_code == 1


@pytest.mark.usefixtures("topic")
def test_how_to_mend_it_is_said_in_french_too() -> None:
    output = " ".join(run("show", ORIGIN, "--language", "fr").output.split())
    assert "list-type at /alleged_victims il faut ici une liste → écrivez une liste d’objets" in output
    assert json.loads(run("show", ORIGIN, "--json").output)["code"] == "list-type"


@pytest.mark.parametrize(
    "row", [["list-type", "/x", "as it was"], ["list-type", "/x", "as it was", "", "", "", "from a later version"]]
)
def test_problems_of_earlier_versions_are_read_and_those_of_later_ones(row: list[str]) -> None:
    read = letter_from([("tocsin_problems", json.dumps([row]).encode())], b"", 0).problems
    assert read == [Problem("list-type", "/x", "as it was")]


@pytest.mark.usefixtures("topic")
def test_headers_and_body_are_shown_only_when_asked_and_control_characters_never_reach_the_terminal() -> None:
    shown = run("show", ORIGIN).output
    assert "list-type at /alleged_victims" in shown
    assert "→ write a list of objects in square brackets" in shown
    assert "Amina" not in shown
    assert "ce_type" not in shown
    whole = run("show", ORIGIN, "--body").output
    assert "ce_type: org.tocsin.report.submitted" in whole
    assert "Amina" in whole
    assert "\x1b" not in whole


@pytest.mark.usefixtures("topic")
@pytest.mark.parametrize("command", ["show", "replay"])
def test_an_unknown_origin_is_refused(command: str) -> None:
    assert run(command, "tocsin.reports.v1-0-0").exit_code == 1


@pytest.mark.usefixtures("topic")
def test_a_replay_is_recorded_in_the_audit_log(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Letter] = []
    monkeypatch.setattr("tocsin.cli.dead_letters.republish", lambda bootstrap, letter: sent.append(letter))
    assert run("replay", ORIGIN, "--anyway").output == "Published again to tocsin.reports.v1.\n"
    assert [letter.origin for letter in sent] == [ORIGIN]
    with reading(engine) as connection:
        row = connection.execute(select(tables.audit)).one()
    assert (row.chain, row.action, row.subject) == ("operators", "dead-letter-replayed", ORIGIN)


GOOD = encode_headers("e1", "report.submitted", "//fld.example", NOW)
BAD_BODY = (
    a_report_json()
    .replace(b'"alleged_victims":[', b'"alleged_victims":{"x":[')
    .replace(b'}],"violation"', b'}]},"violation"')
)


@pytest.mark.parametrize(
    ("headers", "body", "code", "again"),
    [
        (GOOD, BAD_BODY, "list-type", "list-type"),
        (GOOD, a_report_json(), "revision-conflict", None),
        (GOOD, BAD_BODY, "key-unknown", None),
        (encode_headers("e1", "case.opened", "//fld.example", NOW), a_report_json(), "missing", "missing"),
        ([("content-type", b"application/jose")], b"not sealed", "sealed-unopenable", "sealed-unopenable"),
    ],
)
def test_what_would_be_refused_for_the_same_reason_is_not_replayed_unless_asked(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    headers: list[tuple[str, bytes]],
    body: bytes,
    code: str,
    again: str | None,
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    settings = Settings()
    load_deployment(settings.key_file)
    marks = [("tocsin_origin", ORIGIN.encode()), ("tocsin_code", code.encode()), ("tocsin_origin_key", b"key")]
    letter, sent = letter_from([*marks, *headers], body, int(NOW.timestamp() * 1000)), []
    monkeypatch.setattr("tocsin.cli.dead_letters.read_letters", lambda bootstrap: [letter])
    monkeypatch.setattr("tocsin.cli.dead_letters.republish", lambda broker, letter: sent.append(letter))
    problem = refused_again(letter, load_deployment(settings.key_file).keys.opening)
    assert (problem and problem.code) == again
    result = run("replay", ORIGIN)
    assert (result.exit_code, len(sent)) == ((1, 0) if again else (0, 1))
    assert not again or "It would be refused again" in result.output
    assert run("replay", ORIGIN, "--anyway").exit_code == 0


class Producer:
    """Stands for kafka-python's: keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def send(self, topic: str, **message: Any) -> "Producer":
        self.sent.append((topic, message))
        return self

    def get(self, timeout: float) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize("before", [(), (("tocsin_replayed", b"earlier"),)], ids=["first time", "second time"])
def test_a_replay_is_the_original_byte_for_byte(
    letter: Letter, monkeypatch: pytest.MonkeyPatch, before: tuple[tuple[str, bytes], ...]
) -> None:
    producer = Producer()
    monkeypatch.setattr(letters.kafka, "producer", lambda bootstrap: producer)
    marks = [("tocsin_origin", ORIGIN.encode()), ("tocsin_origin_key", b"key")]
    republish("broker:9092", letter_from([*marks, *HEADERS, *before], BODY, 0))
    [(topic, message)] = producer.sent
    assert topic == "tocsin.reports.v1"
    assert (message["key"], message["value"]) == (b"key", BODY)
    assert tuple(message["headers"]) == (*HEADERS, ("tocsin_replayed", ORIGIN.encode()))


def test_an_erased_message_cannot_be_replayed(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    erased = letter_from([("tocsin_origin", ORIGIN.encode())], b"", 0)
    monkeypatch.setattr("tocsin.cli.dead_letters.read_letters", lambda bootstrap: [erased])
    result = run("replay", ORIGIN)
    assert result.exit_code == 1
    assert "erased" in result.output
