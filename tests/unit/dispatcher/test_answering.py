"""What recipients answer on their pages is followed once: nobody competent is left out, and nobody else decides."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import planted
from answers_desk import Desk
from builders import a_report, consent_to_all
from tocsin.store import heard_answers, tables
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.answers import Answer, NotMineReason
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.directory import Absence, Role
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


class TestHandedOver:
    def test_the_named_person_is_told_and_the_clock_starts_anew(self, desk: Desk) -> None:
        before, earlier = desk.alert.reply_by, desk.waiting()
        assert desk.says("staff", Answer.HANDED_OVER, to="deputy") == "handed-over"
        assert desk.escalated() == [[desk.people["deputy"]]]
        assert (desk.alert.round, desk.said("escalated")[0]["round"]) == (1, 1)
        assert desk.alert.reply_by > before
        assert desk.waiting().keys() == earlier.keys() == {"escalation", "acknowledgement", "reminder"}
        assert all(desk.waiting()[kind] > at for kind, at in earlier.items())
        assert not desk.is_in_hand()

    def test_it_waits_until_they_acknowledge(self, desk: Desk) -> None:
        desk.says("staff", Answer.HANDED_OVER, to="deputy")
        desk.fire(timedelta(days=1))
        assert [desk.people["mandate_holder"]] in desk.escalated()
        assert desk.asked_operators()
        assert desk.says("deputy", Answer.ACKNOWLEDGED) == "acknowledged"
        assert desk.is_in_hand()
        assert desk.asked_operators() == []

    def test_what_the_giver_had_in_hand_is_so_no_more(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        assert desk.says("staff", Answer.HANDED_OVER, to="deputy") == "handed-over"
        assert not desk.is_in_hand()
        assert [s["recipient"] for s in desk.said("reopened")] == [desk.people["staff"]]
        assert len([r for r in desk.pipeline.rows(tables.due_times) if r.cancelled_at is None]) == len(
            {(r.kind, r.subject) for r in desk.pipeline.rows(tables.due_times) if r.cancelled_at is None}
        ), "one of each kind waits"

    def test_where_somebody_else_has_it_in_hand_nobody_is_told(self, desk: Desk) -> None:
        desk.says("deputy", Answer.ACKNOWLEDGED)
        assert desk.says("staff", Answer.HANDED_OVER, to="mandate_holder") == "in-hand"
        assert (desk.is_in_hand(), desk.escalated()) == (True, [])

    def test_who_was_told_before_is_told_that_it_is_theirs_now(self, desk: Desk) -> None:
        desk.fire(STEP)
        told = desk.alert.recipients
        assert desk.says("staff", Answer.HANDED_OVER, to="mandate_holder") == "handed-over"
        assert desk.escalated()[-1] == [desk.people["mandate_holder"]]
        assert desk.alert.recipients == told, "nobody is named twice"

    def test_a_holder_who_is_away_may_be_named_for_the_giver_knows(self, desk: Desk) -> None:
        today = datetime.now(UTC).date()
        away = Absence(first_day=today, last_day=today + timedelta(days=9))
        desk.pipeline.enter("wgad-deputy@un.example", ["UN-WGAD"], role=Role.DEPUTY, absences=[away])
        assert desk.says("staff", Answer.HANDED_OVER, to="deputy") == "handed-over"

    def test_they_are_told_no_more_than_they_wish(self, desk: Desk) -> None:
        desk.pipeline.enter("wgad-deputy@un.example", ["UN-WGAD"], role=Role.DEPUTY, level=DisclosureLevel.L0)
        desk.says("staff", Answer.HANDED_OVER, to="deputy")
        assert [s["level"] for s in desk.said("escalated")] == ["L0"]
        assert desk.alert.level == "L1"

    @pytest.mark.parametrize("to", ["staff", "f" * 32, "hrd-un-example"])
    def test_only_who_stands_for_the_mandate_may_be_named(self, desk: Desk, to: str) -> None:
        named = desk.pipeline.deployment.identities.recipient(to) if "-" in to else to
        assert desk.says("staff", Answer.HANDED_OVER, to=named) == "nobody-to-take-it"
        assert (desk.escalated(), desk.alert.round) == ([], 0)
        assert "handed_over: nobody-to-take-it" in desk.questioned()[0]

    def test_it_is_not_handed_back_and_forth(self, desk: Desk) -> None:
        desk.says("staff", Answer.HANDED_OVER, to="deputy")
        assert desk.says("deputy", Answer.HANDED_OVER, to="staff") == "nobody-to-take-it"
        assert desk.says("deputy", Answer.HANDED_OVER, to="mandate_holder") == "handed-over"

    def test_what_may_not_be_told_any_more_is_told_to_nobody_and_put_before_operators(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        with unit_of_work(desk.pipeline.engine) as connection:  # the withdrawal is stored, not yet dispatched
            connection.execute(tables.reports.update().values(withdrawn_at=datetime.now(UTC)))
        assert desk.says("staff", Answer.HANDED_OVER, to="deputy") == "not-to-be-told"
        assert desk.escalated() == []
        assert len(desk.questioned()) == 1


class TestNotMine:
    def test_the_next_in_line_is_told_at_once_and_the_one_after_keeps_the_usual_time(self, desk: Desk) -> None:
        assert desk.not_mine("staff") == "passed-on"
        desk.fire()
        assert desk.escalated() == [[desk.people["mandate_holder"]]]
        following = desk.waiting()["escalation"] - datetime.now(UTC)
        assert STEP - timedelta(minutes=2) < following <= STEP

    def test_each_in_turn_and_after_the_last_operators_at_once(self, desk: Desk) -> None:
        for role in ("staff", "mandate_holder", "deputy"):
            assert desk.not_mine(role) == "passed-on"
            desk.fire()
        assert desk.asked_operators() == []
        assert desk.not_mine("duty_officer") == "nobody-left"
        assert desk.asked_operators() == ["nobody-left: UN-WGAD"]
        assert len(desk.escalated()) == 3

    def test_where_the_next_has_been_asked_already_nobody_else_is(self, desk: Desk) -> None:
        colleague = desk.pipeline.enter("wgad-two@un.example", ["UN-WGAD"])
        desk.fire(STEP)
        assert desk.escalated() == [[colleague]], "the tier is filled first"
        desk.fire(2 * STEP)
        told = len(desk.escalated())
        assert desk.not_mine("staff") == "passed-on-before"
        assert desk.says(colleague, Answer.NOT_MINE, reason=NotMineReason.OTHER) == "passed-on-before"
        desk.fire()
        assert len(desk.escalated()) == told

    def test_while_one_beside_them_in_the_last_tier_may_answer_operators_wait(self, desk: Desk) -> None:
        second = desk.pipeline.enter("wgad-duty-two@un.example", ["UN-WGAD"], role=Role.DUTY_OFFICER)
        desk.fire(4 * STEP)
        assert second in desk.alert.recipients
        assert desk.not_mine("duty_officer") == "others-asked"
        assert desk.asked_operators() == []
        assert desk.says(second, Answer.NOT_MINE, reason=NotMineReason.OTHER) == "nobody-left"
        assert desk.asked_operators() == ["nobody-left: UN-WGAD"]

    def test_who_had_it_in_hand_has_not_any_more(self, desk: Desk) -> None:
        desk.says("staff", Answer.ACKNOWLEDGED)
        assert desk.not_mine("staff") == "passed-on"
        assert not desk.is_in_hand()
        assert [s["recipient"] for s in desk.said("reopened")] == [desk.people["staff"]]
        desk.fire()
        assert desk.escalated() == [[desk.people["mandate_holder"]]]

    def test_where_somebody_else_has_it_in_hand_nobody_is_told(self, desk: Desk) -> None:
        desk.says("deputy", Answer.ACKNOWLEDGED)
        assert desk.not_mine("staff") == "in-hand"
        desk.fire(timedelta(days=2))
        assert desk.escalated() == []

    @pytest.mark.parametrize("reason", NotMineReason)
    def test_the_reason_is_kept_and_a_wrong_directory_is_put_before_operators(
        self, desk: Desk, reason: NotMineReason
    ) -> None:
        desk.not_mine("staff", reason)
        expected = [f"recipient {desk.people['staff']}: {reason}"] if reason in ("away", "left_office") else []
        assert desk.pipeline.open_reviews("directory_outdated") == expected
        with reading(desk.pipeline.engine) as connection:
            (line,) = heard_answers.declined(connection)
        assert (line.mandate, line.rule, line.reason, line.times) == ("UN-WGAD", desk.alert.rule, reason, 1)

    def test_who_has_said_so_is_not_told_by_a_later_step(self, desk: Desk) -> None:
        assert desk.not_mine("deputy") == "passed-on"
        desk.fire(timedelta(days=1))
        assert [desk.people["deputy"]] not in desk.escalated()
        assert [desk.people["duty_officer"]] in desk.escalated()

    def test_somebody_who_came_after_the_last_step_is_told(self, desk: Desk) -> None:
        desk.fire(4 * STEP)
        newcomer = desk.pipeline.enter("wgad-new@un.example", ["UN-WGAD"], role=Role.DUTY_OFFICER)
        assert desk.not_mine("duty_officer") == "passed-on"
        desk.fire()
        assert desk.escalated()[-1] == [newcomer]


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
