"""A certificate that is about to expire is asked for a month ahead, once."""

from datetime import timedelta
from pathlib import Path

import pysequoia
import pytest

from builders import an_entry
from databases import a_database, a_deployment
from directories import put_recipient
from tocsin.mailer.expiring import REVIEW, compare
from tocsin.runtime import clock
from tocsin.store.database import unit_of_work
from tocsin.store.matching import reviews

DAY = 86_400


@pytest.mark.parametrize(
    ("days_valid", "days_later", "asked"),
    [(365, 0, 0), (31, 0, 0), (29, 0, 1), (365, 336, 1), (20, 21, 1), (None, 5000, 0)],
)
def test_what_expires_within_thirty_days_is_asked_for(
    tmp_path: Path, days_valid: int | None, days_later: int, asked: int
) -> None:
    engine, deployment, now = a_database(tmp_path), a_deployment(tmp_path), clock.now()
    validity = {} if days_valid is None else {"validity_seconds": days_valid * DAY + 3600}
    key = pysequoia.Tsk.generate("desk", **validity)
    entry = an_entry("desk@mechanism.example", ["UN-WGAD"], openpgp=str(key.extract_certificate()))
    with unit_of_work(engine) as connection:
        put_recipient(connection, deployment, entry, now)
        later = now + timedelta(days=days_later)
        assert [compare(connection, deployment, later) for _ in range(2)] == [asked, asked]
        assert reviews.open_counts(connection).get(REVIEW, 0) == asked


def test_who_has_no_certificate_is_asked_for_none(tmp_path: Path) -> None:
    engine, deployment, now = a_database(tmp_path), a_deployment(tmp_path), clock.now()
    with unit_of_work(engine) as connection:
        put_recipient(connection, deployment, an_entry("desk@mechanism.example", ["UN-WGAD"]), now)
        assert compare(connection, deployment, now) == 0
