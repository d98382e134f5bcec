"""Who hands an alert over, or says that it is not theirs: the right one is told next, and nobody twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from answers_desk import Desk
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.recipients import heard_answers
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.answers import Answer, NotMineReason
from tocsin_schemas.directory import Absence, Role

STEP = timedelta(hours=4, minutes=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class TestHandedOver:
    def test_the_named_person_is_told_and_the_clock_starts_anew(self, desk: Desk) -> None:
        before, earlier = desk.alert.reply_by, desk.waiting()
        assert desk.says("staff", Answer.HANDED_OVER, to="deputy") == "handed-over"
        assert desk.escalated() == [[desk.people["deputy"]]]
        assert (desk.alert.round, desk.said("escalated")[0]["round"]) == (1, 1)
        assert desk.said("escalated")[0]["cause"] == "handed_over"
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
        assert [s["cause"] for s in desk.said("escalated")] == ["declined"]
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
