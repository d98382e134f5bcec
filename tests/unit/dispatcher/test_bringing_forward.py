"""An escalation that is brought forward tells the next at once, keeps the time of those after, and is never lost."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_report
from dispatching import Pipeline
from tocsin.store import tables
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import Kind
from tocsin.store.database import unit_of_work
from tocsin_schemas.alerts import EscalationCause

STEP = timedelta(hours=4)
"""The time of a tier at P2."""


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def bring_forward(pipeline: Pipeline, now: datetime) -> bool:
    with unit_of_work(pipeline.engine) as connection:
        return due_times.bring_forward(connection, pipeline.alert("UN-WGAD").alert_id, Kind.ESCALATION, now)


def escalations(pipeline: Pipeline) -> list[Any]:
    alert_id = pipeline.alert("UN-WGAD").alert_id
    return [r for r in pipeline.rows(tables.due_times) if (r.kind, r.subject) == ("escalation", alert_id)]


def told(pipeline: Pipeline) -> list[list[str]]:
    return [said["recipients"] for said in pipeline.said("alert.escalated") if said["mandate"] == "UN-WGAD"]


def asked(pipeline: Pipeline) -> list[str]:
    return [reason for reason in pipeline.open_reviews("unanswered") if "UN-WGAD" in reason]


def test_the_next_tier_is_told_at_once_and_the_one_after_in_its_time(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    now = datetime.now(UTC) + timedelta(minutes=10)
    assert bring_forward(pipeline, now)
    pipeline.fire(now)
    assert told(pipeline) == [[people["mandate_holder"]]]
    (waiting,) = [row for row in escalations(pipeline) if row.fired_at is None]
    assert waiting.due_at == now + STEP
    pipeline.fire(now + STEP - timedelta(seconds=1))
    assert len(told(pipeline)) == 1
    pipeline.fire(now + STEP)
    assert told(pipeline)[1:] == [[people["deputy"]]]


@pytest.mark.parametrize("because", [None, *EscalationCause])
def test_the_event_says_why_it_was_brought_forward_and_the_one_after_that_nobody_has_answered(
    pipeline: Pipeline, because: EscalationCause | None
) -> None:
    pipeline.enter_chain()
    pipeline.take(a_report())
    now = datetime.now(UTC) + timedelta(minutes=10)
    with unit_of_work(pipeline.engine) as connection:
        alert_id = pipeline.alert("UN-WGAD").alert_id
        assert due_times.bring_forward(connection, alert_id, Kind.ESCALATION, now, because)
    pipeline.fire(now)
    pipeline.fire(now + STEP)
    causes = [said["cause"] for said in pipeline.said("alert.escalated") if said["mandate"] == "UN-WGAD"]
    assert causes == [because or "unanswered", "unanswered"]


def test_twice_at_one_moment_is_once(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    pipeline.take(a_report())
    now = datetime.now(UTC)
    assert (bring_forward(pipeline, now), bring_forward(pipeline, now)) == (True, True)
    pipeline.fire(now)
    assert len(told(pipeline)) == 1


def test_one_that_is_overdue_is_not_called_lost(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    pipeline.take(a_report())
    late = datetime.now(UTC) + 2 * STEP
    (before,) = escalations(pipeline)
    assert bring_forward(pipeline, late)
    (after,) = escalations(pipeline)
    assert after.due_at == before.due_at, "it keeps its place in the queue"
    pipeline.fire(late)
    assert len(told(pipeline)) == 2


def test_after_the_last_step_it_says_that_nothing_is_left_so_that_people_are_asked(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    pipeline.take(a_report())
    now = datetime.now(UTC) + 10 * STEP
    pipeline.fire(now)
    assert len(told(pipeline)) == 3
    assert not bring_forward(pipeline, now)


def test_where_nobody_is_left_to_tell_operators_are_asked_at_once(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    now = datetime.now(UTC)
    assert bring_forward(pipeline, now)
    pipeline.fire(now)
    assert asked(pipeline) == ["nobody-left: UN-WGAD"]


def test_in_the_usual_course_operators_are_asked_when_the_time_is_over(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    pipeline.fire(datetime.now(UTC) + 2 * STEP)
    assert [row.outcome for row in escalations(pipeline)] == ["exhausted"]
    assert asked(pipeline) == []


def test_asked_anew_it_is_not_brought_forward_any_more(pipeline: Pipeline) -> None:
    """Cancelled by an answer, and taken up again with the clock of a new question."""
    pipeline.take(a_report())
    now, (row,) = datetime.now(UTC), escalations(pipeline)
    bring_forward(pipeline, now)
    fields = {name: getattr(row, name) for name in due_times.DueTime.__dataclass_fields__}
    with unit_of_work(pipeline.engine) as connection:
        due_times.cancel(connection, [row.subject], [Kind.ESCALATION], now)
        due_times.schedule(connection, [due_times.DueTime(**fields)], now)
        assert not due_times.was_brought_forward(connection, row.due_id)
