"""The auditor notices that the canary is dead, and that it never was there where it must be."""

from datetime import timedelta
from pathlib import Path

import pytest

from databases import NOW, a_database
from tocsin.auditor.canary_watch import KIND, CanaryWatch
from tocsin.runtime import heartbeats
from tocsin.store.database import reading

SILENCE = heartbeats.silence(300)


@pytest.mark.parametrize(
    ("left", "is_expected", "looked", "found"),
    [
        (None, False, 60, False),
        (None, True, 9, False),
        (None, True, 10, True),
        (0, False, 9, False),
        (0, False, 10, True),
        (0, True, 10, True),
        (8, True, 10, False),
    ],
)
def test_silence_of_nine_minutes_is_a_finding(
    tmp_path: Path, left: int | None, is_expected: bool, looked: int, found: bool
) -> None:
    if left is not None:
        heartbeats.beat(tmp_path, heartbeats.CANARY, NOW + timedelta(minutes=left))
    watch = CanaryWatch(tmp_path, SILENCE, is_expected, NOW)
    with reading(a_database(tmp_path)) as connection:
        findings = watch.look(connection, NOW + timedelta(minutes=looked))
    assert [finding.kind for finding in findings] == [KIND] * found


def test_half_a_sign_of_life_is_none(tmp_path: Path) -> None:
    heartbeats.beat(tmp_path, heartbeats.CANARY, NOW)
    for text in ("", "{", "[]", '{"at": "yesterday"}', '{"at": 1}'):
        (tmp_path / "heartbeats" / heartbeats.CANARY).write_text(text)
        assert heartbeats.last(tmp_path, heartbeats.CANARY) is None
