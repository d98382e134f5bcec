"""PostgreSQL counts for a brief what counting row by row gives, as SQLite does (``properties/test_briefs``)."""

from collections.abc import Callable

import pytest

from briefed_world import MECHANISMS, PERIOD, a_world
from databases import NOW
from tocsin.store.casework import case_figures
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.views import briefing

pytestmark = pytest.mark.postgresql


@pytest.mark.parametrize("seed", range(3))
def test_postgresql_counts_as_one_who_counts_row_by_row(migrated: Callable[[], str], seed: int) -> None:
    engine = open_database(migrated())
    with unit_of_work(engine) as connection:
        expected = a_world(connection, seed, cases=60).expected()
        case_figures.keep(connection, briefing.unweighed(connection, PERIOD, "r", NOW), MECHANISMS, "r", NOW)
        assert briefing.tallies(connection, PERIOD, "r", NOW) == expected
    engine.dispose()
