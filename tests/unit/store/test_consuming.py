"""One service reads several topics: each message goes to the work of its topic, and positions are kept apart."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from builders import a_closed_case
from databases import NOW, a_database, a_deployment, a_message
from tocsin.runtime.stream import Message
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin.store.receiving.consuming import Consumer, Junction
from tocsin_schemas.actions import RecommendationMade
from tocsin_schemas.topics import ACTIONS, CASES

CLOSED = a_closed_case()
MADE = RecommendationMade(
    mechanism="COE-CHR", country="GEO", recommendation="Act.", made_on=NOW.date(), recorded_at=NOW
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def junction(tmp_path: Path, engine: Engine) -> Junction:
    def work(word: str):
        return lambda _connection, event, _message, _now: f"{word}:{event.type}"

    deployment = a_deployment(tmp_path)
    found = Junction(
        Consumer("dispatcher", CASES, engine, deployment, work("cases")),
        Consumer("dispatcher", ACTIONS, engine, deployment, work("actions"), repeats_by_id=False),
    )
    found.prepare()
    return found


def _messages() -> list[Message]:
    case, action = CLOSED.model_dump_json(exclude_none=True).encode(), MADE.model_dump_json(exclude_none=True).encode()
    return [
        a_message(case, 0, "case.closed", CASES.name, event_id="one"),
        a_message(action, 0, "recommendation.made", ACTIONS.name, event_id="one"),
        a_message(case, 1, "case.closed", CASES.name, event_id="one"),
        a_message(action, 1, "recommendation.made", ACTIONS.name, event_id="one"),
        a_message(case, 2, "case.closed", ACTIONS.name, event_id="two"),
    ]


def _outcomes(engine: Engine) -> dict[tuple[str, int], str]:
    with reading(engine) as connection:
        rows = connection.execute(select(tables.processed_messages))
        return {(row.topic, row.offset): row.outcome for row in rows}


EXPECTED = {
    (CASES.name, 0): "cases:case.closed",
    (ACTIONS.name, 0): "actions:recommendation.made",
    (CASES.name, 1): "repeat",
    (ACTIONS.name, 1): "actions:recommendation.made",
    (ACTIONS.name, 2): "dead-letter",
}
"""Our own events are told apart by id; those of mechanisms are not, and belong on their own topic."""


@pytest.mark.parametrize("together", [True, False])
def test_each_message_goes_to_the_work_of_its_topic(junction: Junction, engine: Engine, together: bool) -> None:
    handle_group = junction.grouping
    assert handle_group is not None
    groups: Sequence[Sequence[Message]] = [_messages()] if together else [[message] for message in _messages()]
    for group in groups:
        handle_group(group) if together else junction.handle(group[0])
    assert _outcomes(engine) == EXPECTED


def test_a_group_is_taken_whole_or_not_at_all(tmp_path: Path, engine: Engine) -> None:
    def fail(*_: object) -> str:
        raise ArithmeticError

    def note(connection: Connection, *_: object) -> str:
        return "noted"

    deployment = a_deployment(tmp_path)
    junction = Junction(
        Consumer("dispatcher", CASES, engine, deployment, note),
        Consumer("dispatcher", ACTIONS, engine, deployment, fail, repeats_by_id=False),
    )
    junction.prepare()
    with pytest.raises(ArithmeticError):
        junction.handle_group(_messages()[:2])
    assert _outcomes(engine) == {}


def test_positions_are_those_of_each_topic(junction: Junction) -> None:
    for message in _messages()[:3]:
        junction.handle(message)
    wanted = [(topic.name, partition) for topic in (CASES, ACTIONS) for partition in (0, 5)]
    assert list(junction.positions(wanted).values()) == [2, 0, 1, 0]
