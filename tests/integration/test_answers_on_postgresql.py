"""Answers of recipients are followed on PostgreSQL as on SQLite."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from answers_desk import Desk
from tocsin.store.alerting import acknowledgements, due_times, untold
from tocsin.store.alerting.due_times import Kind
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.recipients import heard_answers
from tocsin.store.views import alert_lists
from tocsin_schemas.answers import Answer


@pytest.mark.postgresql
def test_an_alert_is_taken_in_hand_handed_over_and_back(migrated: Callable[[], str], tmp_path: Path) -> None:
    url = migrated()
    desk = Desk(tmp_path, open_database(url))
    alert_id = desk.alert.alert_id
    said = [
        desk.says("staff", Answer.ACKNOWLEDGED),
        desk.says("deputy", Answer.ACKNOWLEDGED),
        desk.says("staff", Answer.REVOKED),
        desk.says("deputy", Answer.REVOKED),
        desk.says("deputy", Answer.HANDED_OVER, to="mandate_holder"),
        desk.not_mine("mandate_holder"),
    ]
    assert said == ["acknowledged", "acknowledged", "in-hand", "reopened", "handed-over", "passed-on"]
    desk.fire()
    assert desk.escalated() == [[desk.people["mandate_holder"]], [desk.people["duty_officer"]]]
    now = datetime.now(UTC)
    with unit_of_work(desk.pipeline.engine) as connection:
        assert not due_times.bring_forward(connection, alert_id, Kind.ESCALATION, now), "the last has been told"
        assert due_times.bring_forward(connection, alert_id, Kind.ACKNOWLEDGEMENT, now)
        assert heard_answers.stood_aside(connection, alert_id) == {
            desk.people[role] for role in ("staff", "deputy", "mandate_holder")
        }
        assert [line.times for line in heard_answers.declined(connection)] == [1]
        assert acknowledgements.number(connection, alert_id) == 2
        assert untold.of_alert(connection, alert_id) == set()
        assert [line.acknowledged_at for line in alert_lists.raised(connection) if line.alert_id == alert_id] == [None]
    assert abs(desk.waiting()["acknowledgement"] - now) < timedelta(seconds=1)
    desk.fire()
    assert len(desk.asked_operators()) == 1
    desk.pipeline.engine.dispose()
