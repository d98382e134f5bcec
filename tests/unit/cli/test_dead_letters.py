"""A dead letter is shown without its content unless asked, and replayed byte for byte to where it came from."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from databases import NOW, a_database, a_deployment
from tocsin.cli import letters
from tocsin.cli.dead_letters import dead_letters
from tocsin.cli.letters import Letter, letter_from, republish
from tocsin.store import outbox, tables
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.problems import Problem

ORIGIN = "tocsin.reports.v1-3-41"
BODY = b'{"alleged_victims": "Amina Benkhelifa"}'
HEADERS = (("ce_type", b"org.tocsin.report.submitted"), ("tocsin_code", b"forged"), ("note", b"a\x1b[2Jb"))
PROBLEM = Problem("list-type", "/alleged_victims", "write a list")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def letter(engine: Engine, tmp_path: Path) -> Letter:
    """Through the outbox, as the services write it and the relay publishes it."""
    vault = a_deployment(tmp_path).vault
    origin = outbox.Origin("tocsin.reports.v1", 3, 41, b"key", HEADERS, BODY)
    with unit_of_work(engine) as connection:
        outbox.enqueue_dead_letter(connection, vault, "0" * 32, origin, [PROBLEM], NOW)
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
        "write a list",
    )
    assert letter.problems == [("list-type", "/alleged_victims", "write a list")]
    assert (letter.key, tuple(letter.headers), letter.body, letter.at) == (b"key", HEADERS, BODY, NOW)
    assert not letter.erased


@pytest.mark.parametrize("headers", [[], [("tocsin_problems", b"{")], [("tocsin_problems", b"[[1]]")], [("x", None)]])
def test_a_stranger_on_the_topic_does_no_harm(headers: list[tuple[str, Any]]) -> None:
    letter = letter_from(headers, None, 0)
    assert (letter.origin, letter.problems, letter.body, letter.erased) == ("", [], b"", True)


@pytest.mark.usefixtures("topic")
def test_the_list_says_nothing_of_the_content() -> None:
    output = run("list").output
    assert all(word in output for word in (ORIGIN, "list-type", "write a list", "2026-11-24"))
    assert "Amina" not in output
    assert json.loads(run("list", "--json").output)[0]["origin"] == ORIGIN


@pytest.mark.usefixtures("topic")
def test_headers_and_body_are_shown_only_when_asked_and_control_characters_never_reach_the_terminal() -> None:
    shown = run("show", ORIGIN).output
    assert "list-type at /alleged_victims: write a list" in shown
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
    assert run("replay", ORIGIN).output == "Published again to tocsin.reports.v1.\n"
    assert [letter.origin for letter in sent] == [ORIGIN]
    with reading(engine) as connection:
        row = connection.execute(select(tables.audit)).one()
    assert (row.chain, row.action, row.subject) == ("operators", "dead-letter-replayed", ORIGIN)


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
