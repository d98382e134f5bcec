"""On PostgreSQL, where several webhooks write at once, absences that come at the same instant are both seen."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inbound_desk import Desk
from inbound_mails import CORPUS
from racing import at_once
from tocsin.store import tables
from tocsin.store.database import open_database

pytestmark = pytest.mark.postgresql


@pytest.fixture
def desk(tmp_path: Path, migrated: Callable[[], str]) -> Desk:
    url = migrated()
    engine = open_database(url)
    found = Desk(tmp_path, second=True, engine=engine)
    found.post.use(url)
    return found


def test_two_colleagues_who_are_both_away_hand_on_whichever_is_seen_first(desk: Desk) -> None:
    at_once(lambda: desk.answers("staff"), lambda: desk.answers("second"))
    assert desk.escalated() == [[desk.people["mandate_holder"]]]
    desk.pipeline.engine.dispose()


def test_the_same_mail_posted_twice_at_once_is_kept_once(desk: Desk) -> None:
    address = desk.post.address(desk.delivery("staff"))
    at_once(*[lambda: desk.sends(CORPUS[0], address)] * 4)
    assert len(desk.pipeline.rows(tables.inbound_mails)) == 1
    desk.pipeline.engine.dispose()
