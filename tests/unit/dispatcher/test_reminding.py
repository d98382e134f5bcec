"""Those who were told and have not answered are asked once more before the time is over, and nobody else is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_report, a_violation, consent_to_all
from dispatching import Pipeline
from tocsin.dispatcher.acknowledging import acknowledge
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.answers import Answer, AnswerGiven, NotMineReason
from tocsin_schemas.directory import Absence
from tocsin_schemas.vocabulary import ViolationType

HOUR = timedelta(hours=1)
TORTURE = {"types": [ViolationType.ARREST, ViolationType.TORTURE]}


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def reminded(pipeline: Pipeline) -> list[dict[str, Any]]:
    return [said for said in pipeline.said("alert.reminded") if said["mandate"] == "UN-WGAD"]


def outcomes(pipeline: Pipeline) -> list[str]:
    alert_id = pipeline.alert("UN-WGAD").alert_id
    rows = [r for r in pipeline.rows(tables.due_times) if (r.kind, r.subject) == ("reminder", alert_id)]
    return [r.outcome for r in sorted(rows, key=lambda r: r.due_at) if r.fired_at is not None]


def after(pipeline: Pipeline, time: timedelta) -> None:
    """Let everything fire that is due so long after the alert was raised, an hour at a time."""
    raised = pipeline.alert("UN-WGAD").raised_at
    for hours in range(int(time / HOUR) + 1):
        pipeline.fire(raised + hours * HOUR + timedelta(minutes=1))


def test_whoever_was_told_is_asked_once_more_after_half_of_the_time(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    before = pipeline.alert("UN-WGAD")
    assert before.priority == "P2"
    pipeline.fire(before.raised_at + timedelta(hours=11, minutes=59))
    assert reminded(pipeline) == []
    pipeline.fire(before.raised_at + timedelta(hours=12, minutes=1))
    (said,) = reminded(pipeline)
    assert (said["recipients"], said["round"], said["level"]) == (before.recipients, 1, "L1")
    assert pipeline.alert("UN-WGAD").round == 1
    (entry,) = [r for r in pipeline.rows(tables.audit) if (r.action, r.subject) == ("alert-reminded", before.alert_id)]
    assert entry.detail == {"recipients": before.recipients}


def test_nobody_is_asked_within_the_time_of_a_tier_after_being_told(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    after(pipeline, 15 * HOUR)
    assert len(pipeline.alert("UN-WGAD").recipients) == 4, "the last was told after 12 hours"
    assert (reminded(pipeline), outcomes(pipeline)) == ([], ["put-off"])
    after(pipeline, 17 * HOUR)
    assert [said["recipients"] for said in reminded(pipeline)] == [list(people.values())]
    after(pipeline, 60 * HOUR)
    assert outcomes(pipeline) == ["put-off", "reminded"]


def test_an_urgent_alert_is_reminded_of_within_its_four_hours(pipeline: Pipeline) -> None:
    pipeline.take(a_report(violation=a_violation(**TORTURE)))
    alert = pipeline.alert("UN-WGAD")
    assert alert.priority == "P1"
    pipeline.fire(alert.raised_at + timedelta(minutes=119))
    assert reminded(pipeline) == []
    pipeline.fire(alert.raised_at + timedelta(minutes=151))
    assert len(reminded(pipeline)) == 1


def test_what_can_wait_for_the_digest_reminds_nobody(pipeline: Pipeline) -> None:
    pipeline.take(a_report(violation=a_violation(ongoing=False, types=[ViolationType.ARREST])))
    assert pipeline.alert("UN-WGAD").priority == "P3"
    assert [r for r in pipeline.rows(tables.due_times) if r.kind == "reminder"] == []


def test_it_comes_once_however_often_the_clock_passes(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    raised = pipeline.alert("UN-WGAD").raised_at
    for hours in (17, -500, 17, 20, 12, 23, 1000):
        pipeline.fire(raised + hours * HOUR)
    assert len(reminded(pipeline)) == 1


def test_after_the_time_is_over_operators_are_asked_instead(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    pipeline.fire(pipeline.alert("UN-WGAD").reply_by)
    assert (reminded(pipeline), outcomes(pipeline)) == ([], ["over"])
    assert any("UN-WGAD" in reason for reason in pipeline.open_reviews("unanswered"))


def test_after_an_answer_nobody_is_reminded(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    alert = pipeline.alert("UN-WGAD")
    with unit_of_work(pipeline.engine) as connection:
        acknowledge(connection, pipeline.deployment, alert.alert_id, alert.recipients[0], datetime.now(UTC))
    after(pipeline, 20 * HOUR)
    assert (reminded(pipeline), outcomes(pipeline)) == ([], [])


def test_a_higher_priority_is_reminded_of_once_more(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    after(pipeline, 17 * HOUR)
    pipeline.take(a_report(publisher="OIF", violation=a_violation(**TORTURE)))
    after(pipeline, 3 * HOUR)
    assert [said["priority"] for said in reminded(pipeline)] == ["P2", "P1"]


def test_asking_anew_at_the_same_priority_reminds_nobody_again(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    pipeline.take(a_report())
    after(pipeline, 17 * HOUR)
    alert = pipeline.alert("UN-WGAD")
    handed = {"answer": Answer.HANDED_OVER, "recipient": alert.recipients[0], "to": alert.recipients[1]}
    answered = AnswerGiven(answer_id="1" * 32, alert_id=alert.alert_id, at=datetime.now(UTC), **handed)
    assert pipeline.answer(answered) == "handed-over"
    after(pipeline, 17 * HOUR)
    assert len(reminded(pipeline)) == 1
    assert "reminded-before" in outcomes(pipeline)


def test_what_may_not_be_told_any_more_is_told_to_nobody(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    with unit_of_work(pipeline.engine) as connection:  # the withdrawal is stored, not yet dispatched
        connection.execute(tables.reports.update().values(withdrawn_at=datetime.now(UTC)))
    after(pipeline, 17 * HOUR)
    assert (reminded(pipeline), outcomes(pipeline)) == ([], ["not-to-be-told"])


def test_a_consent_that_ends_before_calls_the_reminder_off(pipeline: Pipeline) -> None:
    expiring = [d.model_copy(update={"expires_on": datetime.now(UTC).date()}) for d in consent_to_all()]
    pipeline.take(a_report(consent=expiring))
    pipeline.fire(datetime.now(UTC) + timedelta(days=1))
    assert pipeline.alert("UN-WGAD").state == "held"
    assert reminded(pipeline) == []


TOMORROW = datetime.now(UTC).date() + timedelta(days=1)
GONE: list[tuple[str, dict[str, Any]]] = [
    ("has left office", {"valid_to": datetime.now(UTC).date()}),
    ("is away", {"absences": [Absence(first_day=datetime.now(UTC).date(), last_day=TOMORROW)]}),
    ("holds another mandate", {"mandates": ["UN-TORTURE"]}),
]


@pytest.mark.parametrize("over", [g[1] for g in GONE], ids=[g[0] for g in GONE])
def test_whoever_is_not_there_for_the_mandate_any_more_is_not_reminded(
    pipeline: Pipeline, over: dict[str, Any]
) -> None:
    second = pipeline.enter("wgad-two@un.example", ["UN-WGAD"])
    pipeline.take(a_report(violation=a_violation(**TORTURE)))
    first = next(person for person in pipeline.alert("UN-WGAD").recipients if person != second)
    pipeline.enter("wgad@un.example", **({"mandates": ["UN-WGAD"]} | over))
    pipeline.fire(pipeline.alert("UN-WGAD").raised_at + timedelta(hours=2, minutes=45))
    assert [said["recipients"] for said in reminded(pipeline)] == [[second]]
    assert first not in reminded(pipeline)[0]["recipients"]


def test_whoever_said_that_it_is_for_others_is_not_asked_again(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    alert = pipeline.alert("UN-WGAD")
    said = {"answer": Answer.NOT_MINE, "reason": NotMineReason.OUTSIDE_MANDATE, "at": datetime.now(UTC)}
    pipeline.answer(AnswerGiven(answer_id="1" * 32, alert_id=alert.alert_id, recipient=people["staff"], **said))
    after(pipeline, 20 * HOUR)
    (asked,) = reminded(pipeline)
    assert asked["recipients"] == [people[role] for role in ("mandate_holder", "deputy", "duty_officer")]


def test_the_most_careful_of_those_who_are_asked_decides_how_much_is_said(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    pipeline.enter("wgad@un.example", ["UN-WGAD"], level=DisclosureLevel.L0)
    after(pipeline, 17 * HOUR)
    assert [said["level"] for said in reminded(pipeline)] == ["L0"]
