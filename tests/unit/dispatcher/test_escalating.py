"""An alert that nobody answers reaches the next in line, each of them once, until somebody answers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builders import a_report, a_violation, consent_to_all
from databases import NOW
from dispatching import Pipeline
from tocsin.dispatcher.acknowledging import Unentitled, acknowledge
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.directory import Absence, Role
from tocsin_schemas.vocabulary import ConsentStatus, Purpose, ViolationType

STEPS = ["staff", "mandate_holder", "deputy", "duty_officer"]


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def _wgad(pipeline: Pipeline) -> list[dict]:
    return [said for said in pipeline.said("alert.escalated") if said["mandate"] == "UN-WGAD"]


def _after(pipeline: Pipeline, steps: float) -> datetime:
    """So many escalation clocks after the alert of UN-WGAD was raised."""
    alert = pipeline.alert("UN-WGAD")
    clock = next(c for c in pipeline.alerting.knowledge.clocks.values() if c.key == f"escalate-{alert.priority}")
    return alert.raised_at + steps * clock.duration


def test_each_step_tells_the_next_in_line_and_nobody_twice(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    assert pipeline.alert("UN-WGAD").recipients == [people["staff"]], "the first tier is told at once"
    for number, role in enumerate(STEPS[1:], start=1):
        pipeline.fire(_after(pipeline, number - 0.01))
        assert len(_wgad(pipeline)) == number - 1
        pipeline.fire(_after(pipeline, number))
        said = _wgad(pipeline)[-1]
        assert (said["step"], said["round"], said["recipients"]) == (number, number, [people[role]])
    pipeline.fire(_after(pipeline, 50))
    assert len(_wgad(pipeline)) == 3
    assert pipeline.alert("UN-WGAD").recipients == [people[role] for role in STEPS]


def test_after_a_long_stop_every_step_is_made_up_for_once(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    pipeline.fire(_after(pipeline, 1000))
    assert [said["recipients"] for said in _wgad(pipeline)] == [[people[role]] for role in STEPS[1:]]
    before = pipeline.events()
    pipeline.fire(_after(pipeline, 2000))
    pipeline.fire(NOW)
    assert pipeline.events() == before


def test_who_is_away_at_the_time_of_the_step_is_not_told_but_who_stands_in_is(pipeline: Pipeline) -> None:
    people = pipeline.enter_chain()
    pipeline.take(a_report())
    today = datetime.now(UTC).date()
    away = Absence(first_day=today, last_day=today + timedelta(days=9), delegate="wgad-stand-in-un-example")
    pipeline.enter("wgad-holder@un.example", ["UN-WGAD"], role=Role.MANDATE_HOLDER, absences=[away])
    stand_in = pipeline.enter("wgad-stand-in@un.example", ["UN-FOAA"])
    pipeline.fire(_after(pipeline, 1))
    assert [said["recipients"] for said in _wgad(pipeline)] == [[stand_in]]
    assert people["mandate_holder"] not in pipeline.alert("UN-WGAD").recipients


def test_what_may_not_be_told_any_more_is_told_to_nobody_else(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    expiring = [d.model_copy(update={"expires_on": datetime.now(UTC).date()}) for d in consent_to_all()]
    pipeline.take(a_report(consent=expiring))
    assert pipeline.alerts()["UN-WGAD"] == "raised"
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    pipeline.fire(tomorrow)
    assert _wgad(pipeline) == []
    assert pipeline.alerts()["UN-WGAD"] == "held"


def test_a_higher_priority_starts_the_clock_anew_and_faster(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    pipeline.take(a_report(violation=a_violation(ongoing=False, types=[ViolationType.ARREST])))
    slow = pipeline.alert("UN-WGAD")
    pipeline.take(a_report(publisher="OIF", violation=a_violation(types=[ViolationType.ARREST, ViolationType.TORTURE])))
    fast = pipeline.alert("UN-WGAD")
    assert (slow.priority, fast.priority) == ("P3", "P1")
    waiting = [r for r in pipeline.rows(tables.due_times) if r.subject == fast.alert_id and r.cancelled_at is None]
    assert {row.kind for row in waiting} == {"acknowledgement", "escalation", "reminder"}
    assert max(row.due_at for row in waiting) < datetime.now(UTC) + timedelta(hours=5)


def test_nobody_answered_in_time_so_operators_are_asked(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    pipeline.take(a_report())
    alert = pipeline.alert("UN-WGAD")
    pipeline.fire(alert.reply_by - timedelta(seconds=1))
    assert not any("UN-WGAD" in reason for reason in pipeline.open_reviews("unanswered"))
    pipeline.fire(alert.reply_by)
    assert "escalation-exhausted: UN-WGAD" in pipeline.open_reviews("unanswered")


class TestAcknowledging:
    """Somebody has taken the alert in hand."""

    def _acknowledge(self, pipeline: Pipeline, person: str, now: datetime = NOW) -> list[str]:
        with unit_of_work(pipeline.engine) as connection:
            return acknowledge(connection, pipeline.deployment, pipeline.alert("UN-WGAD").alert_id, person, now)

    def test_it_ends_the_waiting_and_is_said_once(self, pipeline: Pipeline) -> None:
        people = pipeline.enter_chain()
        pipeline.take(a_report())
        assert self._acknowledge(pipeline, people["staff"]) == ["UN-WGAD"]
        assert self._acknowledge(pipeline, people["staff"]) == []
        assert [s["recipient"] for s in pipeline.said("alert.acknowledged")] == [people["staff"]]
        pipeline.fire(_after(pipeline, 1000))
        assert _wgad(pipeline) == []
        assert not any("UN-WGAD" in reason for reason in pipeline.open_reviews("unanswered"))
        assert pipeline.alert("UN-WGAD").state == "raised"

    def test_who_stands_in_line_may_and_nobody_else(self, pipeline: Pipeline) -> None:
        people = pipeline.enter_chain()
        stranger = pipeline.enter("elsewhere@un.example", ["UN-TORTURE"])
        pipeline.take(a_report())
        with pytest.raises(Unentitled):
            self._acknowledge(pipeline, stranger)
        assert self._acknowledge(pipeline, people["deputy"]) == ["UN-WGAD"]

    def test_a_late_answer_ends_the_question_to_operators(self, pipeline: Pipeline) -> None:
        people = pipeline.enter_chain()
        pipeline.take(a_report())
        pipeline.fire(pipeline.alert("UN-WGAD").reply_by)
        assert any("UN-WGAD" in reason for reason in pipeline.open_reviews("unanswered"))
        self._acknowledge(pipeline, people["staff"])
        assert not any("UN-WGAD" in reason for reason in pipeline.open_reviews("unanswered"))

    def test_what_has_become_more_urgent_must_be_answered_again(self, pipeline: Pipeline) -> None:
        people = pipeline.enter_chain()
        pipeline.take(a_report(violation=a_violation(ongoing=False, types=[ViolationType.ARREST])))
        self._acknowledge(pipeline, people["staff"])
        pipeline.take(
            a_report(publisher="OIF", violation=a_violation(types=[ViolationType.ARREST, ViolationType.TORTURE]))
        )
        pipeline.fire(datetime.now(UTC) + timedelta(minutes=40))
        assert [said["recipients"] for said in _wgad(pipeline)] == [[people["mandate_holder"]]]


def test_a_consent_that_has_expired_holds_the_alert_and_calls_nothing_back(pipeline: Pipeline) -> None:
    expiring = [d.model_copy(update={"expires_on": datetime.now(UTC).date()}) for d in consent_to_all()]
    pipeline.take(a_report(consent=expiring))
    fired = pipeline.fire(datetime.now(UTC) + timedelta(days=1))
    assert fired["consent_expiry"] == 1
    assert (pipeline.alert("UN-WGAD").state, pipeline.alert("UN-WGAD").hold_reason) == ("held", "consent")
    assert not [said for said in pipeline.said("alert.updated") if said["cause"] == "withdrawn"]


def test_a_consent_given_again_tells_those_who_were_told_that_it_goes_on(pipeline: Pipeline) -> None:
    refusal = ConsentDecision(recipient="UN-WGAD", purpose=Purpose.ALERT, status=ConsentStatus.REFUSED)
    pipeline.take(a_report())
    told = pipeline.alert("UN-WGAD").recipients
    pipeline.take(a_report(revision=2, consent=[*consent_to_all(), refusal]), "report.corrected")
    assert pipeline.alert("UN-WGAD").state == "held"
    pipeline.take(a_report(revision=3), "report.corrected")
    assert pipeline.alert("UN-WGAD").state == "raised"
    (said,) = [s for s in pipeline.said("alert.updated") if s["mandate"] == "UN-WGAD"]
    assert (said["cause"], said["notify"], said["recipients"]) == ("corrected", True, told)
