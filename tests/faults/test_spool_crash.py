"""A crash while the spool is written, at any octet: what was acknowledged is there, whole and in order, and it opens."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.publisher.receipts import Message
from tocsin.publisher.spool import Spool

KEY = bytes(range(32))
FILE, LOG = "spool.sqlite", "spool.sqlite-wal"


def a_message(sequence: int, size: int = 40) -> Message:
    return Message(sequence, None, f"event-{sequence}", "tocsin.reports.v1", b"key", [("ce_id", b"x")], b"b" * size)


def written(folder: Path, sizes: list[int]) -> list[tuple[Path, int]]:
    """A copy of the files as they are on disk after each entry was acknowledged, and the length of the log then."""
    found = []
    with closing(Spool(folder / "spool", KEY, 10**9)) as spool:
        for number, size in enumerate(sizes, start=1):
            spool.add([a_message(number, size)])
            copy = folder / f"after-{number}"
            shutil.copytree(folder / "spool", copy)
            found.append((copy, (copy / LOG).stat().st_size))
    return found


def reopened(files: Path, log: bytes, folder: Path) -> list[int]:
    """Sequences in the spool after a crash that left this log; the spool then works on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(files / FILE, folder / FILE)
    (folder / LOG).write_bytes(log)
    with closing(Spool(folder, KEY, 10**9)) as spool:
        found = [message.sequence for message in spool.oldest(1_000)]
        assert not spool.damaged()
        spool.add([a_message(999)])
        assert spool.waiting == len(found) + 1
    return found


def torn(before: bytes, after: bytes, step: int) -> Iterator[bytes]:
    """The log at every octet of what the last entry wrote: cut there, or the rest never having reached the disk."""
    edges = {len(before) + n for n in range(26)} | {len(after) - n for n in range(1, 10)}
    for cut in sorted(edges | set(range(len(before), len(after), step))):
        yield after[:cut]
        if cut % 5 == 0:
            yield after[:cut] + bytes(len(after) - cut)


@pytest.mark.parametrize("step", [101, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_crash_at_any_octet_of_a_write_loses_nothing_acknowledged(tmp_path: Path, step: int) -> None:
    (_, _), (files, _), (last, _) = written(tmp_path, [40, 40, 40])
    before, after = (files / LOG).read_bytes(), (last / LOG).read_bytes()
    assert after.startswith(before), "the log only grows, so that an earlier entry is not written again"
    assert reopened(last, after, tmp_path / "whole") == [1, 2, 3]
    logs = sorted(set(torn(before, after, step)))
    assert len(logs) > 80
    for log in logs:
        assert reopened(last, log, tmp_path / "torn") in ([1, 2], [1, 2, 3])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 30_000), min_size=2, max_size=5), st.data())
def test_a_crash_in_the_midst_of_entries_of_any_size_loses_nothing_acknowledged(
    tmp_path: Path, sizes: list[int], data: st.DataObject
) -> None:
    folder = tmp_path / os.urandom(4).hex()
    copies = written(folder, sizes)
    number = data.draw(st.integers(1, len(sizes) - 1))
    (_, known), (files, length) = copies[number - 1], copies[number]
    cut = data.draw(st.integers(known, length))
    found = reopened(files, (files / LOG).read_bytes()[:cut], folder / "torn")
    assert found[:number] == list(range(1, number + 1))
    shutil.rmtree(folder)
