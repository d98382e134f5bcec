"""Each row arrives once, whenever the process is killed; what changed is a correction; what vanished is only listed."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreadsheets import NOW, Killed, Recording, a_csv, a_row, import_once
from tocsin.importing.sending.doors import Refused, Unavailable
from tocsin.importing.sending.kept import Kept, StateUnusable
from tocsin.importing.sending.running import Act
from tocsin_schemas.problems import Problem

ROWS = 120
"""More than two batches."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [0, 1, 49, 50, 51, 99, 119])
def test_killed_anywhere_and_run_again_each_row_arrives_once(tmp_path: Path, call: int, moment: str) -> None:
    path, state, door = a_csv(tmp_path / "t.csv", map(a_row, range(ROWS))), tmp_path / "state", Recording()
    getattr(door, moment)[call] = Killed()
    assert import_once(path, state, door) is None
    told = import_once(path, state, door, now=NOW + timedelta(hours=1))
    assert told is not None
    assert sorted(door.sent) == sorted((f"2026-{n:03}", 1) for n in range(ROWS))
    assert len(door.calls) == ROWS + 1, "what may not have arrived is sent again, and nothing else"


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 130), st.booleans()), max_size=4))
def test_any_number_of_deaths_loses_and_doubles_nothing(
    tmp_path_factory: pytest.TempPathFactory, deaths: list[tuple[int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("deaths")
    path, door = a_csv(folder / "t.csv", map(a_row, range(55))), Recording()
    for call, after in deaths:
        (door.after if after else door.before)[call] = Killed()
    for _ in range(len(deaths) + 1):
        import_once(path, folder / "state", door)
    told = import_once(path, folder / "state", door)
    assert told is not None
    assert told.counts[Act.UNCHANGED] == 55
    assert sorted(door.sent) == [(f"2026-{n:03}", 1) for n in range(55)]


def test_a_repetition_is_the_same_to_the_byte_though_time_has_passed(tmp_path: Path) -> None:
    path, door = a_csv(tmp_path / "t.csv", [a_row()]), Recording()
    door.after[0] = Killed()
    import_once(path, tmp_path / "state", door)
    import_once(path, tmp_path / "state", door, now=NOW + timedelta(days=3))
    (first, second) = door.calls
    assert first[0] == second[0]
    assert first[1].model_dump_json() == second[1].model_dump_json()


def test_imported_again_nothing_is_sent_and_a_changed_row_is_a_correction(tmp_path: Path) -> None:
    path, state, door = tmp_path / "t.csv", tmp_path / "state", Recording()
    import_once(a_csv(path, [a_row(1), a_row(2), a_row(3)]), state, door)
    told = import_once(a_csv(path, [a_row(3), a_row(1, Act="threats"), a_row(2)]), state, door)
    assert told is not None
    assert (told.counts[Act.UNCHANGED], told.counts[Act.CORRECTION]) == (2, 1)
    assert door.calls[-1][2] is True
    assert door.sent[-1] == ("2026-001", 2)
    import_once(a_csv(path, [a_row(1)]), state, door)
    assert door.sent[-1] == ("2026-001", 3)


def test_a_row_that_changed_after_an_uncertain_sending_does_not_take_its_revision_again(tmp_path: Path) -> None:
    path, state, door = tmp_path / "t.csv", tmp_path / "state", Recording()
    door.after[0] = Killed()
    import_once(a_csv(path, [a_row(1)]), state, door)
    import_once(a_csv(path, [a_row(1, Act="threats")]), state, door)
    assert door.sent == [("2026-001", 1), ("2026-001", 2)]


def test_rows_that_vanished_are_listed_and_never_withdrawn(tmp_path: Path) -> None:
    path, state, door = tmp_path / "t.csv", tmp_path / "state", Recording()
    import_once(a_csv(path, [a_row(1), a_row(2)]), state, door)
    told = import_once(a_csv(path, [a_row(2)]), state, door)
    assert told is not None
    assert [(reference, sending.row) for reference, sending in told.vanished] == [("2026-001", 2)]
    assert len(door.calls) == 2


def test_a_bad_row_stops_no_good_one(tmp_path: Path) -> None:
    path, door = a_csv(tmp_path / "t.csv", [a_row(1), a_row(2, Act="?"), a_row(3), a_row(1)]), Recording()
    told = import_once(path, tmp_path / "state", door)
    assert told is not None
    assert [reference for reference, _ in door.sent] == ["2026-001", "2026-003"]
    assert [(f.row, f.column, f.code) for f in told.faults] == [
        (3, "Act", "value-not-in-table"),
        (5, "Ref", "reference-repeated"),
    ]


def test_what_the_service_refused_is_told_by_column_and_tried_again(tmp_path: Path) -> None:
    path, state, door = a_csv(tmp_path / "t.csv", [a_row(1), a_row(2)]), tmp_path / "state", Recording()
    door.before[0] = Refused([Problem("enum", "/violation/types/0", "no")])
    told = import_once(path, state, door)
    assert told is not None
    assert [(f.row, f.column, f.code) for f in told.faults] == [(2, "Act", "enum")]
    told = import_once(path, state, door)
    assert told is not None
    assert told.counts == {Act.NEW: 1, Act.CORRECTION: 0, Act.UNCHANGED: 1}
    assert sorted(door.sent) == [("2026-001", 1), ("2026-002", 1)]


def test_a_refused_correction_leaves_what_was_sent_before(tmp_path: Path) -> None:
    path, state, door = tmp_path / "t.csv", tmp_path / "state", Recording()
    import_once(a_csv(path, [a_row(1)]), state, door)
    door.before[1] = Refused([Problem("enum", "/violation/types/0", "no")])
    import_once(a_csv(path, [a_row(1, Act="threats")]), state, door)
    told = import_once(a_csv(path, [a_row(1)]), state, door)
    assert told is not None
    assert told.counts[Act.UNCHANGED] == 1
    import_once(a_csv(path, [a_row(1, Act="threats")]), state, door)
    assert door.sent[-1] == ("2026-001", 2)


def test_a_door_that_closes_leaves_the_rest_for_the_next_time(tmp_path: Path) -> None:
    path, state, door = a_csv(tmp_path / "t.csv", map(a_row, range(5))), tmp_path / "state", Recording()
    door.before[2] = Unavailable("away")
    with pytest.raises(Unavailable):
        import_once(path, state, door)
    import_once(path, state, door)
    assert sorted(door.sent) == [(f"2026-{n:03}", 1) for n in range(5)]


# --- the state file ---------------------------------------------------------------------------------------------------


def test_the_state_file_names_nobody_and_no_reference(tmp_path: Path) -> None:
    path, state = a_csv(tmp_path / "t.csv", [a_row(1)]), tmp_path / "state"
    import_once(path, state, Recording())
    content = state.read_bytes()
    for told in (b"2026-001", b"Tamsin", b"Marvelle", b"TGO", b"arrest"):
        assert told not in content
    assert state.stat().st_mode & 0o077 == 0
    assert state.with_name("state.key").stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_off_counts_as_not_written(tmp_path: Path) -> None:
    path, state, door = a_csv(tmp_path / "t.csv", [a_row(1), a_row(2)]), tmp_path / "state", Recording()
    import_once(path, state, door)
    whole = state.read_bytes()
    first, last = whole.index(b"\n") + 1, whole.rindex(b"\n", 0, -1)
    for length in [*range(first, len(whole), 97), last, last + 1, last + 2, len(whole) - 2, len(whole) - 1]:
        state.write_bytes(whole[:length])
        import_once(path, state, door)
    assert sorted(door.sent) == [("2026-001", 1), ("2026-002", 1)]


def test_a_state_of_another_key_or_in_use_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Kept(state), pytest.raises(StateUnusable, match="another import"):
        Kept(state)
    state.with_name("state.key").write_bytes(bytes(64))
    with pytest.raises(StateUnusable, match="another one"):
        Kept(state)


def test_a_dry_run_leaves_no_trace(tmp_path: Path) -> None:
    with Kept(tmp_path / "state", create=False) as kept:
        assert kept.last(kept.hash_of("2026-001")) is None
    assert list(tmp_path.iterdir()) == []
