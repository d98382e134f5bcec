"""What recipients answer on their pages is followed once: taken in hand and back again, by nobody else."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import planted
from answers_desk import Desk
from builders import a_report, consent_to_all
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.answers import Answer, NotMineReason
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.vocabulary import ConsentStatus, Priority, Purpose

STEP = timedelta(hours=4, minutes=1)
"""After which the next tier is told of an alert of P2."""
REFUSAL = ConsentDecision(recipient="UN-WGAD", purpose=Purpose.ALERT, status=ConsentStatus.REFUSED)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class TestAcknowledged:
    def test_it_ends_the_waiting_and_is_announced_and_audited(self, desk: Desk) -> None:
        assert desk.says("staff", Answer.ACKNOWLEDGED) == "acknowledged"
        assert (desk.is_in_hand(), desk.waiting()) == (True, {})
        assert [s["recipient"] for s in desk.said("acknowledged")] == [desk.people["staff"]]
        (entry,) = [r for r in desk.pipeline.rows(tables.audit) if r.action == "answer-heard"]
        assert (entry.detail["answer"], entry.detail["outcome"]) == ("acknowledged", "acknowledged")

    def test_it_counts_for_this_mandate_and_no_other(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        answered = {row.alert_id for row in desk.pipeline.rows(tables.acknowledgements)}
        assert answered == {desk.alert.alert_id}
        assert {m for m, state in desk.pipeline.alerts().items() if state == "raised"} > {"UN-WGAD"}

    def test_the_same_answer_is_followed_once_whatever_event_brings_it(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        before = desk.pipeline.rows(tables.outbox)
        desk.answers = 0
        assert desk.says("staff", Answer.ACKNOWLEDGED) == "repeat"
        assert desk.pipeline.rows(tables.outbox) == before

    def test_a_second_answer_of_the_same_person_is_noted(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        assert desk.says("staff", Answer.ACKNOWLEDGED) == "known"
        assert len(desk.said("acknowledged")) == 1

    def test_what_has_become_more_urgent_than_the_page_said_still_waits(self, desk: Desk) -> None:
        assert desk.says("staff", Answer.ACKNOWLEDGED, priority=Priority.P3) == "more-urgent-since"
        assert not desk.is_in_hand()
        assert desk.said("acknowledged") == []
        assert desk.says("staff", Answer.ACKNOWLEDGED, priority=Priority(desk.alert.priority)) == "acknowledged"

    def test_an_alert_that_is_held_is_not_taken_in_hand(self, desk: Desk) -> None:
        desk.pipeline.take(a_report(revision=2, consent=[*consent_to_all(), REFUSAL]), "report.corrected")
        assert desk.says("staff", Answer.ACKNOWLEDGED) == "not-raised"
        assert desk.pipeline.rows(tables.acknowledgements) == []


@pytest.mark.parametrize(
    ("answer", "over"),
    [
        (Answer.ACKNOWLEDGED, {}),
        (Answer.HANDED_OVER, {"to": "deputy"}),
        (Answer.NOT_MINE, {"reason": NotMineReason.AWAY}),
        (Answer.REVOKED, {}),
    ],
)
def test_who_was_not_told_and_stands_in_no_line_changes_nothing_and_is_put_before_operators(
    desk: Desk, answer: Answer, over: dict[str, Any]
) -> None:
    stranger = desk.pipeline.enter("elsewhere@un.example", ["UN-TORTURE"])
    before = [desk.pipeline.rows(t) for t in (tables.alerts, tables.acknowledgements, tables.due_times, tables.outbox)]
    assert desk.says(stranger, answer, **over) == "not-entitled"
    after = [desk.pipeline.rows(t) for t in (tables.alerts, tables.acknowledgements, tables.due_times, tables.outbox)]
    assert after == before
    assert desk.questioned() == [f"{answer}: not-entitled, recipient {stranger}"]
    assert desk.pipeline.open_reviews("directory_outdated") == []


def test_an_answer_to_an_alert_that_does_not_exist_is_put_before_operators(desk: Desk) -> None:
    assert desk.says("staff", Answer.ACKNOWLEDGED, alert_id="f" * 32) == "unknown-alert"
    assert "unknown-alert" in desk.questioned()[0]


class TestRevoked:
    def test_the_alert_waits_again_and_the_history_is_kept(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        assert desk.says("staff", Answer.REVOKED) == "reopened"
        assert not desk.is_in_hand()
        assert desk.waiting().keys() == {"escalation", "acknowledgement", "reminder"}
        (row,) = desk.pipeline.rows(tables.acknowledgements)
        assert row.revoked_at is not None
        assert [s["recipient"] for s in desk.said("reopened")] == [desk.people["staff"]]
        desk.fire(STEP)
        assert desk.escalated() == [[desk.people["mandate_holder"]]]

    def test_it_may_be_taken_in_hand_and_back_again_and_again(self, desk: Desk) -> None:
        for _ in range(3):
            assert desk.says("staff", Answer.ACKNOWLEDGED) == "acknowledged"
            assert desk.is_in_hand()
            assert desk.says("staff", Answer.REVOKED) == "reopened"
            assert desk.waiting().keys() == {"escalation", "acknowledgement", "reminder"}
        assert (len(desk.said("acknowledged")), len(desk.said("reopened"))) == (3, 3)
        assert len(desk.pipeline.rows(tables.acknowledgements)) == 3

    def test_even_after_everything_has_fired(self, desk: Desk) -> None:
        desk.fire(timedelta(days=2))
        desk.says("staff", Answer.ACKNOWLEDGED)
        assert desk.asked_operators() == []
        assert desk.says("staff", Answer.REVOKED) == "reopened"
        assert len(desk.asked_operators()) == 1, "nobody is left who could be told"
        assert "acknowledgement" in desk.waiting()

    def test_while_another_has_it_in_hand_it_stays_so(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        assert desk.says("deputy", Answer.ACKNOWLEDGED) == "acknowledged"
        assert desk.says("staff", Answer.REVOKED) == "in-hand"
        assert (desk.is_in_hand(), desk.waiting(), desk.said("reopened")) == (True, {}, [])
        assert desk.says("deputy", Answer.REVOKED) == "reopened"

    def test_only_who_acknowledged_may_and_once(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        assert desk.says("deputy", Answer.REVOKED) == "not-entitled"
        assert desk.is_in_hand()
        assert len(desk.questioned()) == 1
        desk.says("staff", Answer.REVOKED)
        assert desk.says("staff", Answer.REVOKED) == "known"
        assert len(desk.questioned()) == 1

    def test_an_answer_to_a_lower_priority_that_is_taken_back_postpones_nothing(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED, priority=Priority.P4)
        before = (desk.waiting(), desk.alert)
        assert desk.says("staff", Answer.REVOKED) == "revoked"
        assert (desk.waiting(), desk.alert) == before
        assert desk.said("reopened") == []

    def test_while_the_alert_is_held_it_is_taken_back_so_that_it_waits_when_it_is_raised(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        desk.pipeline.take(a_report(revision=2, consent=[*consent_to_all(), REFUSAL]), "report.corrected")
        desk.says("staff", Answer.REVOKED)
        desk.pipeline.take(a_report(revision=3), "report.corrected")
        assert (desk.alert.state, desk.is_in_hand()) == ("raised", False)

    def test_whose_mail_was_withheld_meanwhile_is_told_after_all(self, desk: Desk) -> None:
        desk.fire(STEP)
        holder = desk.people["mandate_holder"]
        with unit_of_work(desk.pipeline.engine) as connection:
            alert = desk.alert
            planted.plant_delivery(
                connection, alert.alert_id, alert.case_id, state="cancelled", recipient_id=holder, kind="escalation"
            )
        desk.says("staff", Answer.ACKNOWLEDGED)
        desk.says("staff", Answer.REVOKED)
        assert holder not in desk.alert.recipients
        desk.fire(2 * STEP)
        assert desk.escalated()[:2] == [[holder], [holder]]
        assert holder in desk.alert.recipients


def test_the_page_of_the_case_shows_who_has_it_in_hand_as_it_is_now(desk: Desk) -> None:
    shown = []
    for who, answer, over in (
        ("staff", Answer.ACKNOWLEDGED, {}),
        ("staff", Answer.REVOKED, {}),
        ("deputy", Answer.ACKNOWLEDGED, {}),
        ("deputy", Answer.HANDED_OVER, {"to": "duty_officer"}),
        ("duty_officer", Answer.ACKNOWLEDGED, {}),
    ):
        desk.says(who, answer, **over)
        shown.append(desk.is_in_hand())
    assert shown == [True, False, True, False, True]
