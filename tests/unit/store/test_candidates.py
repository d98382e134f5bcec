"""The index of candidates knows how common each key is, and forgets a report whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

import planted
from databases import a_database, a_deployment
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin.store.matching import candidates
from tocsin.store.matching.candidates import HashedKey


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with unit_of_work(a_database(tmp_path)) as connection:
        yield connection


def _keys(*letters: str) -> list[HashedKey]:
    return [HashedKey(letter * 32, "name") for letter in letters]


def _report(connection: Connection, number: int, *letters: str) -> str:
    report_id = planted.plant_report(connection, planted.plant_case(connection, number), publisher=f"UN-{number}")
    candidates.add(connection, report_id, _keys(*letters))
    return report_id


def test_each_key_leads_to_its_reports_and_is_counted(connection: Connection) -> None:
    first, second = _report(connection, 1, "a", "b"), _report(connection, 2, "b", "c")
    wanted = [key.key for key in _keys("a", "b", "f")]
    assert candidates.frequencies(connection, wanted) == {"a" * 32: 1, "b" * 32: 2}
    found = candidates.postings(connection, wanted)
    assert {key[0]: set(ids) for key, ids in found.items()} == {"a": {first}, "b": {first, second}}


def test_a_report_that_is_removed_is_neither_found_nor_counted(connection: Connection) -> None:
    first, second = _report(connection, 1, "a", "b"), _report(connection, 2, "b")
    candidates.remove(connection, first)
    assert candidates.frequencies(connection, ["a" * 32, "b" * 32]) == {"b" * 32: 1}
    assert candidates.postings(connection, ["a" * 32, "b" * 32]) == {"b" * 32: [second]}
    candidates.remove(connection, first)
    assert candidates.frequencies(connection, ["b" * 32]) == {"b" * 32: 1}, "removing twice counts once"


def test_erasing_a_report_takes_it_out_of_the_index(connection: Connection, tmp_path: Path) -> None:
    vault = a_deployment(tmp_path).vault
    first = _report(connection, 1, "a")
    vault.seal(connection, first, reports.PROFILE, b"names", planted.EARLIER)
    assert reports.erase(connection, vault, first)
    assert candidates.frequencies(connection, ["a" * 32]) == {}


def test_of_a_key_that_many_share_only_some_are_read(connection: Connection) -> None:
    everyone = {_report(connection, number, "a") for number in range(5)}
    some = candidates.some(connection, "a" * 32, 3)
    assert len(some) == 3
    assert set(some) <= everyone
