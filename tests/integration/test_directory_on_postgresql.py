"""The directory is proposed, approved, refused when altered and verified on PostgreSQL as on SQLite."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from builders import an_entry
from databases import NOW, a_deployment
from directories import FIRST, SECOND, appoint_two
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.directory import checks, notices
from tocsin.store.directory import entries as directory
from tocsin.store.directory.approvals import approve, enter
from tocsin.store.directory.proposals import propose_entry, propose_removal
from tocsin.store.migrate import upgrade
from tocsin.store.views import review_queue

ENTRY, LATER = an_entry("wgad@un.example", ["UN-WGAD"]), NOW + timedelta(hours=1)


@pytest.mark.postgresql
def test_an_entry_goes_its_whole_way(postgresql: Callable[[], str], tmp_path: Path) -> None:
    url, deployment = postgresql(), a_deployment(tmp_path)
    person = deployment.identities.recipient(ENTRY.key)
    upgrade(url, "0002")
    engine = open_database(url)
    with unit_of_work(engine) as connection:
        connection.execute(text(f"INSERT INTO recipients VALUES ('{person}', '{{}}', '2026-01-01T00:00:00+00:00')"))
    upgrade(url)
    with unit_of_work(engine) as connection:
        appoint_two(connection, deployment)
        assert [str(a.reason) for a in directory.read(connection, deployment).altered] == ["never-approved"]
        change = propose_entry(connection, deployment, FIRST, ENTRY, NOW)
        assert change is not None
        assert propose_entry(connection, deployment, FIRST, ENTRY, NOW) == change
        approve(connection, deployment, SECOND, change.change_id[:8], NOW)
        assert directory.entries(connection, deployment) == [ENTRY]
    with reading(engine) as connection:
        assert checks.verify(connection, deployment) == []
        before = directory.version(connection)
        [notice] = notices.waiting(connection, LATER)
    with unit_of_work(engine) as connection:
        assert notices.mark(connection, notice.notice_id, "sent", LATER)
        connection.execute(text('UPDATE recipients SET entry = \'{"key": "x"}\''))
        assert directory.version(connection) != before
        for _ in range(2):
            assert directory.load_recipients(connection, deployment, LATER) == []
        assert [line.kind for line in review_queue.waiting(connection)] == ["directory_altered"]
        assert enter(connection, deployment, (FIRST, SECOND), ENTRY, LATER)
        removal = propose_removal(connection, deployment, SECOND, ENTRY.key, LATER)
        approve(connection, deployment, FIRST, removal.change_id, LATER)
        assert directory.find(connection, deployment, person) is None
        assert checks.verify(connection, deployment) == []
    engine.dispose()
