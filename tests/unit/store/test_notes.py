"""A note on a decision can be read with both reports, and with neither alone; erasing one erases it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

import planted
from databases import NOW, a_database, a_deployment
from tocsin.store import tables
from tocsin.store.casework import notes, reports
from tocsin.store.database import unit_of_work
from tocsin.store.vault import Erased, Vault

NOTE = "Her brother confirmed it: عبدالهادی."


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return a_deployment(tmp_path).vault


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with unit_of_work(a_database(tmp_path)) as connection:
        yield connection


@pytest.fixture
def ends(connection: Connection, vault: Vault) -> tuple[str, str]:
    """Two reports with sealed contents."""
    found = [planted.plant_report(connection, planted.plant_case(connection, number)) for number in (1, 2)]
    for report_id in found:
        vault.seal(connection, report_id, "revision-1", b"{}", NOW)
    return found[0], found[1]


def test_a_note_is_read_as_it_was_written(connection: Connection, vault: Vault, ends: tuple[str, str]) -> None:
    notes.seal(connection, vault, 7, ends, NOTE, NOW)
    assert notes.read(connection, vault, 7, ends) == NOTE
    assert notes.read(connection, vault, 8, ends) == ""


@pytest.mark.parametrize("erased", [0, 1])
def test_erasing_either_report_erases_the_note(
    connection: Connection, vault: Vault, ends: tuple[str, str], erased: int
) -> None:
    notes.seal(connection, vault, 7, ends, NOTE, NOW)
    kept = vault.open(connection, ends[1 - erased], "note-7")
    reports.erase(connection, vault, ends[erased])
    assert notes.read(connection, vault, 7, ends) == ""
    assert vault.open(connection, ends[1 - erased], "note-7") == kept
    assert len(kept) == len(NOTE.encode())
    assert kept not in (NOTE.encode(), bytes(len(kept))), "one share is as good as random"


def test_no_note_is_kept_on_an_erased_report_and_no_key_made_for_it(
    connection: Connection, vault: Vault, ends: tuple[str, str]
) -> None:
    reports.erase(connection, vault, ends[0])
    with pytest.raises(Erased):
        notes.seal(connection, vault, 7, ends, NOTE, NOW)
    assert ends[0] not in connection.execute(select(tables.sealing_keys.c.subject)).scalars().all()
