"""What publishers are told of events that were refused: by place, and for each publisher."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from tocsin.store.database import insert_if_absent
from tocsin.store.streams.inbox import Place
from tocsin.store.tables import refusals
from tocsin_schemas.problems import Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    place: Place
    publisher_id: str
    problems: tuple[Problem, ...]
    refused_at: datetime


def add(connection: Connection, place: Place, publisher_id: str, problems: Sequence[Problem], now: datetime) -> None:
    """Once for a place."""
    topic, partition, offset = place
    said = [problem.row() for problem in problems]
    row = {"topic": topic, "partition": partition, "offset": offset, "publisher_id": publisher_id}
    insert_if_absent(connection, refusals, **row, problems=said, refused_at=now)


def find(connection: Connection, place: Place) -> Refusal | None:
    topic, partition, offset = place
    here = (refusals.c.topic == topic, refusals.c.partition == partition, refusals.c.offset == offset)
    row = connection.execute(select(refusals).where(*here)).one_or_none()
    return None if row is None else _refusal(row)


def of_publisher(connection: Connection, publisher_id: str, limit: int = 200) -> list[Refusal]:
    """The newest first."""
    query = select(refusals).where(refusals.c.publisher_id == publisher_id).order_by(refusals.c.refused_at.desc())
    return [_refusal(row) for row in connection.execute(query.limit(limit))]


def _refusal(row: Row[Any]) -> Refusal:
    place = (row.topic, row.partition, row.offset)
    problems = tuple(Problem(*each) for each in row.problems)
    return Refusal(place, row.publisher_id, problems, row.refused_at)
