"""A dead letter says why it was refused and how to mend it; it is opened, and published again, on record alone."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select

from databases import NOW, a_database, a_deployment
from operator_pages import OPERATOR, an_app, post, read, text_of
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.streams import outbox
from tocsin.store.streams.letters import Letter
from tocsin_schemas.events import decode_event
from tocsin_schemas.problems import InvalidEvent, Problem, problem
from tocsin_schemas.refusals import said
from web_client import ask

NAME = "Amina Benkhelifa"
BODY = f'{{"alleged_victims": "{NAME}"}}'.encode()
HEADERS = [("ce_type", b"org.tocsin.report.submitted"), ("note", "a\x1b[2J‮b".encode())]
PROBLEM = problem("list-type", "/alleged_victims", hint="text", of="Report.alleged_victims")
ORIGIN, EVENT = "tocsin.reports.v1-3-41", "0" * 32
PATH = f"/dead-letters/{EVENT}"
BROKER = "broker.example:9092"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine, vault = a_database(tmp_path), a_deployment(tmp_path).vault
    origin = outbox.Origin("tocsin.reports.v1", 3, 41, b"key", HEADERS, BODY)
    with unit_of_work(engine) as connection:
        outbox.enqueue_dead_letter(connection, vault, EVENT, origin, [PROBLEM], NOW, "FLD")
    return engine


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> FastAPI:
    return an_app(engine, a_deployment(tmp_path), broker=BROKER)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Letter]]:
    found: list[tuple[Any, Letter]] = []
    monkeypatch.setattr(
        "tocsin.console.operator.dead_letters.republish", lambda broker, letter: found.append((broker, letter))
    )
    return found


def audited(engine: Engine, action: str) -> list[tuple[str, Any]]:
    query = select(tables.audit.c.subject, tables.audit.c.detail).where(tables.audit.c.action == action)
    with reading(engine) as connection:
        return [(row.subject, row.detail) for row in connection.execute(query)]


def test_one_that_was_published_again_on_the_command_line_says_when_and_by_nobody(app: FastAPI, engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        audit.append(connection, "operators", "dead-letter-replayed", ORIGIN, {}, NOW)
    assert f"{NOW:%Y-%m-%d %H:%M}" in read(app, PATH)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/dead-letters", PATH])
def test_it_says_what_is_wrong_and_nothing_of_what_it_says(app: FastAPI, path: str, language: str) -> None:
    shown, told = read(app, f"{path}?lang={language}"), said(PROBLEM, language)
    for expected in (ORIGIN, "FLD", "list-type", " ".join(told.sentence.split())):
        assert expected in shown
    assert told.remedy in shown or path != PATH
    assert NAME not in shown


def test_opening_it_is_on_record_and_shows_nothing_that_turns_the_line_around(engine: Engine, app: FastAPI) -> None:
    shown = read(app, f"{PATH}/message")
    assert NAME in shown
    assert "a·[2J·b" in shown
    assert audited(engine, "message-opened") == [(EVENT, {"by": OPERATOR})]


def test_it_goes_out_again_byte_for_byte_and_on_record(
    engine: Engine, app: FastAPI, sent: list[tuple[Any, Letter]]
) -> None:
    shown = read(app, post(app, f"{PATH}/replay", anyway="true"))
    ((broker, letter),) = sent
    assert (broker, letter.topic, letter.key, letter.body) == (BROKER, "tocsin.reports.v1", b"key", BODY)
    assert list(letter.headers) == HEADERS
    assert audited(engine, "dead-letter-replayed") == [(ORIGIN, {"by": OPERATOR})]
    assert words("en")("done.replayed") in shown
    assert words("en")("letters.before") in shown


def test_what_would_be_refused_again_is_not_sent_unless_asked(
    engine: Engine, tmp_path: Path, sent: list[tuple[Any, Letter]]
) -> None:
    origin = outbox.Origin("tocsin.reports.v1", 0, 7, None, [], b"no event at all")
    with unit_of_work(engine) as connection:
        outbox.enqueue_dead_letter(connection, a_deployment(tmp_path).vault, "1" * 32, origin, [_wrong()], NOW)
    app = an_app(engine, a_deployment(tmp_path), broker=BROKER)
    answer = ask(app, f"/dead-letters/{'1' * 32}/replay", "POST")
    assert answer.status_code == 409
    assert words("en")("refused.again.title") in text_of(answer)
    assert (sent, audited(engine, "dead-letter-replayed")) == ([], [])


def _wrong() -> Problem:
    with pytest.raises(InvalidEvent) as refusal:
        decode_event([], b"no event at all", NOW)
    return refusal.value.problems[0]


def test_what_is_erased_says_so_and_goes_nowhere(
    engine: Engine, app: FastAPI, tmp_path: Path, sent: list[tuple[Any, Letter]]
) -> None:
    with unit_of_work(engine) as connection:
        a_deployment(tmp_path).vault.erase(connection, EVENT)
    assert words("en")("letters.is_erased") in read(app, PATH)
    assert ask(app, f"{PATH}/replay", "POST", data={"anyway": "true"}).status_code == 409
    assert ask(app, f"{PATH}/message").status_code == 404
    assert sent == []


def test_a_broker_that_does_not_take_it_is_said(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_broker: object, _letter: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("tocsin.console.operator.dead_letters.republish", refuse)
    answer = ask(app, f"{PATH}/replay", "POST", data={"anyway": "true"})
    assert words("en")("refused.broker.title") in text_of(answer)
    assert "no route" not in answer.text


def test_a_console_without_a_way_to_the_broker_shows_the_command(engine: Engine, tmp_path: Path) -> None:
    app = an_app(engine, a_deployment(tmp_path))
    assert f"tocsin dead-letters replay {ORIGIN}" in read(app, PATH)
    assert ask(app, f"{PATH}/replay", "POST").status_code == 409


@pytest.mark.parametrize(
    ("role", "looks", "opens"), [(Role.DUTY_OFFICER, 200, 200), (Role.AUDITOR, 200, 404), (Role.REVIEWER, 404, 404)]
)
def test_an_auditor_looks_and_opens_nothing(
    engine: Engine, tmp_path: Path, role: Role, looks: int, opens: int, sent: list[tuple[Any, Letter]]
) -> None:
    app = an_app(engine, a_deployment(tmp_path), role, broker=BROKER)
    assert [ask(app, path).status_code for path in ("/dead-letters", PATH)] == [looks, looks]
    assert ask(app, f"{PATH}/message").status_code == opens
    answer = ask(app, f"{PATH}/replay", "POST", data={"anyway": "true"})
    assert (answer.status_code == 303, len(sent)) == (opens == 200, int(opens == 200))


@pytest.mark.parametrize("path", ["/dead-letters/unknown", "/dead-letters/unknown/message"])
def test_what_is_not_there_is_not_there(app: FastAPI, path: str) -> None:
    assert ask(app, path).status_code == 404
