"""The auditor and the console ask PostgreSQL the same questions as SQLite, and get the same answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest

import planted
from databases import NOW
from tocsin.auditor.conservation import Auditor
from tocsin.auditor.repair import repair
from tocsin.domain.identifiers import case_reference
from tocsin.store import tables
from tocsin.store.auditing import audit_findings
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.views import overview, review_queue, timeline

ENDS = {("tocsin.reports.v1", 0): 5, ("tocsin.cases.v1", 0): 5, ("tocsin.alerts.v1", 0): 5}


@pytest.mark.postgresql
def test_breaches_are_found_recorded_and_read_again(migrated: Callable[[], str]) -> None:
    url = migrated()
    engine = open_database(url)
    with unit_of_work(engine) as connection:
        planted.plant_healthy(connection)
    with reading(engine) as connection:
        assert Auditor().audit(connection, ENDS, NOW) == []
    with unit_of_work(engine) as connection:
        silent = planted.plant_report(connection, planted.plant_case(connection, 2))
        alert_id = planted.plant_alert(connection, planted.plant_case(connection, 3), recipients=["a" * 32, "b" * 32])
        stuck = planted.plant_delivery(
            connection, alert_id, planted.ident("case", 3), "claimed", claimed_at=NOW - timedelta(hours=1)
        )
        seen = tables.processed_messages
        connection.execute(seen.delete().where(seen.c.consumer == "dispatcher", seen.c.offset == 2))
    with unit_of_work(engine) as connection:
        found = Auditor().audit(connection, ENDS, NOW)
        audit_findings.record(connection, audit_findings.compare(connection, found), NOW)
        assert {(f.kind, f.subject) for f in overview.stuck(connection)} == {
            ("offset_gap", "dispatcher:tocsin.cases.v1-0"),
            ("report_silent", silent),
            ("alert_undelivered", alert_id),
            ("delivery_claimed", stuck),
        }
    assert repair(engine, lambda topic, partition, offset: offset, NOW, {"dispatcher:tocsin.cases.v1-0"}) == 1
    with reading(engine) as connection:
        assert overview.counts(connection).deliveries == {"claimed": 1, "delivered": 1}
        case = overview.case(connection, case_reference(planted.ident("case", 1)))
        assert case is not None
        assert len(overview.recent_cases(connection)) == 3
        assert len(timeline.of_case(connection, case.case_id)) == 5
        assert review_queue.waiting(connection) == []
    engine.dispose()
