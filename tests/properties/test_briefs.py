"""What the database counts for a brief is what counting each case, letter and recommendation by itself gives."""

from pathlib import Path

import pytest

from briefed_world import MECHANISMS, PERIOD, a_world
from databases import NOW, a_database
from tocsin.store.casework import case_figures
from tocsin.store.database import unit_of_work
from tocsin.store.views import briefing

WORLDS = range(12)


@pytest.mark.parametrize("seed", WORLDS)
def test_the_database_counts_as_one_who_counts_row_by_row(tmp_path: Path, seed: int) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        expected = a_world(connection, seed).expected()
        case_figures.keep(connection, briefing.unweighed(connection, PERIOD, "r", NOW), MECHANISMS, "r", NOW)
        assert briefing.tallies(connection, PERIOD, "r", NOW) == expected
    assert expected.cases > 5, "the worlds hold something"


def test_the_worlds_hold_everything_that_is_told_apart(tmp_path: Path) -> None:
    seen = set[str]()
    with unit_of_work(a_database(tmp_path)) as connection:
        found = a_world(connection, 1, cases=120).expected()
    for tally in (found.first_acts, found.reprisals, found.replies, found.recommendations):
        seen |= {code for _, code in tally}
    assert seen == {
        *("days_2", "days_7", "days_30", "days_more"),
        *("after_impunity", "not_after_impunity"),
        *("substantive", "incomplete", "rejects", "overdue", "awaited"),
        *("followed", "open"),
    }
    assert found.visits
    assert set(found.letters) == {"joint", "alone"}
