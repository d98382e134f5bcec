"""The spool keeps what it has taken, in order and for its owner's eyes alone, and says what it cannot keep."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tocsin.publisher import SpoolDamaged, SpoolFull, SpoolInUse, SpoolOfAnotherKey, SpoolProblem
from tocsin.publisher.receipts import Message
from tocsin.publisher.spool import Spool

KEY, OTHER_KEY = bytes(range(32)), bytes(32)


def a_message(sequence: int, body: bytes = b"Afi Mensahvi") -> Message:
    headers = [("ce_id", f"event-{sequence}".encode())]
    return Message(sequence, "report", f"event-{sequence}", "tocsin.reports.v1", b"report", headers, body)


def opened(folder: Path, key: bytes = KEY, limit: int = 1_000_000) -> Spool:
    return Spool(folder / "spool", key, limit)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with closing(opened(tmp_path)) as spool:
        yield spool


def test_what_was_added_is_there_in_order_after_a_restart(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as spool:
        spool.add([a_message(3), a_message(5)])
        spool.add([a_message(4)])
        spool.raise_ceiling(9)
    with closing(opened(tmp_path)) as spool:
        assert spool.oldest(10) == [a_message(3), a_message(4), a_message(5)]
        assert (spool.waiting, spool.ceiling) == (3, 9)
        assert spool.oldest(1, above=3) == [a_message(4)]
        spool.remove([3, 5])
        assert (spool.waiting, spool.oldest(10)) == (1, [a_message(4)])


def test_no_file_shows_what_waits_and_nobody_else_may_read_them(tmp_path: Path, spool: Spool) -> None:
    spool.add([a_message(number) for number in range(1, 40)])
    files = [file for file in (tmp_path / "spool").iterdir() if file.is_file()]
    assert len(files) >= 2, "the file and its log"
    assert not any(b"Mensahvi" in file.read_bytes() or b"event-1" in file.read_bytes() for file in files)
    assert {file.stat().st_mode & 0o077 for file in [tmp_path / "spool", *files]} == {0}


def test_a_full_spool_says_so_takes_nothing_and_keeps_what_it_has(tmp_path: Path) -> None:
    with closing(opened(tmp_path, limit=2_000)) as spool:
        spool.add([a_message(1, b"x" * 1_000)])
        with pytest.raises(SpoolFull, match="1 reports wait"):
            spool.add([a_message(2), a_message(3, b"x" * 1_000)])
        assert spool.oldest(9) == [a_message(1, b"x" * 1_000)]
        spool.remove([1])
        spool.add([a_message(3, b"x" * 1_000)])


def test_one_folder_is_for_one_at_a_time(tmp_path: Path, spool: Spool) -> None:
    for _ in range(2):
        with pytest.raises(SpoolInUse):
            opened(tmp_path)
    spool.close()
    opened(tmp_path).close()


def test_another_key_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as spool:
        spool.add([a_message(1)])
    with pytest.raises(SpoolOfAnotherKey):
        opened(tmp_path, OTHER_KEY)
    with closing(opened(tmp_path)) as spool:
        assert spool.oldest(9) == [a_message(1)]


DAMAGE = {
    "a byte of the body": "UPDATE waiting SET sealed = CAST(substr(sealed, 1, 20) || CASE substr(sealed, 21, 1) "
    "WHEN x'00' THEN x'01' ELSE x'00' END || substr(sealed, 22) AS BLOB) WHERE sequence = 2",
    "made text": "UPDATE waiting SET sealed = substr(sealed, 1, 20) || 'x' || substr(sealed, 22) || 'y' WHERE sequence = 2",
    "cut short": "UPDATE waiting SET sealed = substr(sealed, 1, 5) WHERE sequence = 2",
    "empty": "UPDATE waiting SET sealed = x'' WHERE sequence = 2",
    "another row's": "UPDATE waiting SET sealed = (SELECT sealed FROM waiting WHERE sequence = 1) WHERE sequence = 2",
}


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_told_and_does_not_hold_up_the_others(tmp_path: Path, change: str) -> None:
    with closing(opened(tmp_path)) as spool:
        spool.add([a_message(number) for number in (1, 2, 3)])
    with closing(sqlite3.connect(tmp_path / "spool" / "spool.sqlite", isolation_level=None)) as rows:
        rows.execute(change)
    for _ in range(2):  # also after a restart
        with closing(opened(tmp_path)) as spool:
            assert spool.oldest(9) == [a_message(1), a_message(3)]
            assert (spool.damaged(), spool.waiting) == ([2], 2)
    with closing(opened(tmp_path)) as spool:
        spool.forget_damaged()
        assert (spool.damaged(), spool.waiting) == ([], 2)


def test_a_file_that_is_no_spool_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    file = tmp_path / "spool" / "spool.sqlite"
    file.write_bytes(b"no database" * 1_000)
    with pytest.raises(SpoolDamaged, match="move the folder away"):
        opened(tmp_path)
    assert file.read_bytes() == b"no database" * 1_000


def test_a_damaged_page_is_told_when_the_spool_is_opened(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as spool:
        spool.add([a_message(number, b"x" * 500) for number in range(1, 60)])
    file = tmp_path / "spool" / "spool.sqlite"
    content = bytearray(file.read_bytes())
    content[4096 * 5 : 4096 * 7] = b"\xff" * 8192
    file.write_bytes(content)
    with pytest.raises(SpoolDamaged):
        opened(tmp_path)


def test_a_folder_that_cannot_be_made_is_told_without_its_name(tmp_path: Path) -> None:
    (tmp_path / "Mensahvi").write_text("a file")
    with pytest.raises(SpoolProblem) as told:
        Spool(tmp_path / "Mensahvi" / "spool", KEY, 1_000)
    assert "Mensahvi" not in str(told.value)
