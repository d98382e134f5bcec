"""What mechanisms plan and do, and what States answer: kept once, shown to those who may see it, and followed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_report, a_violation
from databases import NOW
from dispatching import Pipeline, case_of
from resolving import from_publisher
from tocsin.dispatcher.recording import Recording
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.following import actions
from tocsin.store.following.actions import Asking
from tocsin_schemas.actions import ActionPlanned, ActionTaken, RecommendationMade, StateReplied
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.reports import Reference
from tocsin_schemas.vocabulary import (
    ActionType,
    ConsentStatus,
    Purpose,
    ReferenceScheme,
    ReplyQuality,
    Topic,
    ViolationType,
)

LETTER, STATEMENT = ActionType.URGENT_APPEAL, ActionType.PRESS_STATEMENT
TODAY = datetime.now(UTC).date()
NUMBER = Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="UA TGO 2/2026")


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    made = Pipeline(tmp_path)
    made.take(a_report())
    return made


def _reference(pipeline: Pipeline) -> str:
    return pipeline.rows(tables.cases)[0].reference


def _planned(pipeline: Pipeline, **over: Any) -> ActionPlanned:
    fields = {"mechanism": "UN-WGAD", "action": STATEMENT, "case": _reference(pipeline), "recorded_at": NOW}
    return ActionPlanned(**fields | over)


def _taken(pipeline: Pipeline, **over: Any) -> ActionTaken:
    fields = {
        "mechanism": "UN-SRHRD",
        "action": LETTER,
        "case": _reference(pipeline),
        "taken_on": TODAY,
        "states": ["TGO"],
        "references": [NUMBER],
        "recorded_at": NOW,
    }
    return ActionTaken(**fields | over)


def _replied(pipeline: Pipeline, quality: ReplyQuality = ReplyQuality.SUBSTANTIVE, **over: Any) -> StateReplied:
    fields = {
        "country": "TGO",
        "case": _reference(pipeline),
        "in_reply_to": NUMBER,
        "replied_on": TODAY,
        "quality": quality,
        "recorded_at": NOW,
    }
    return StateReplied(**fields | over)


def _seen(pipeline: Pipeline, mechanism: str, now: datetime | None = None) -> list[actions.Acted]:
    case_id = pipeline.rows(tables.cases)[0].case_id
    with reading(pipeline.engine) as connection:
        return actions.visible(connection, Asking(case_id, mechanism), now or datetime.now(UTC))


def _written(pipeline: Pipeline, cause: str) -> dict[str, bool]:
    return {said["mandate"]: said["notify"] for said in pipeline.said("alert.updated") if said["cause"] == cause}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_a_planned_statement_is_told_to_the_others_once_and_seen_by_them(pipeline: Pipeline) -> None:
    plan = _planned(pipeline)
    assert pipeline.act(plan, "action.planned", "one") == "recorded"
    assert pipeline.act(plan, "action.planned", "another") == "repeat"
    written = _written(pipeline, "action_planned")
    assert written == {"UN-SRHRD": True}, "not the planner, and not who was told of nothing"
    assert len([s for s in pipeline.said("alert.updated") if s["cause"] == "action_planned"]) == 1
    (line,) = _seen(pipeline, "UN-SRHRD")
    assert (line.mechanism, line.action, line.planned) == ("UN-WGAD", STATEMENT, True)


def test_two_actions_under_one_event_id_are_both_kept(pipeline: Pipeline) -> None:
    pipeline.act(_planned(pipeline), "action.planned", "same")
    pipeline.act(_planned(pipeline, action=ActionType.COUNTRY_VISIT), "action.planned", "same")
    assert len(pipeline.rows(tables.actions)) == 2


def test_a_planned_letter_is_shown_to_those_who_join_it_alone(pipeline: Pipeline) -> None:
    pipeline.act(_planned(pipeline, action=LETTER, joint_with=["UN-TORTURE"]), "action.planned")
    assert _written(pipeline, "action_planned") == {}
    assert _seen(pipeline, "UN-SRHRD") == []
    assert len(_seen(pipeline, "UN-TORTURE")) == 1


def test_who_acts_has_answered_its_alerts_on_the_case(pipeline: Pipeline) -> None:
    pipeline.act(_planned(pipeline), "action.planned")
    pipeline.fire(datetime.now(UTC) + timedelta(days=20))
    assert not any("UN-WGAD" in reason for reason in pipeline.open_reviews("unanswered"))
    assert any("UN-SRHRD" in reason for reason in pipeline.open_reviews("unanswered"))


def test_who_may_not_be_told_of_the_case_now_hears_nothing_of_plans(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    pipeline.take(
        a_report(
            consent=[
                ConsentDecision(recipient="UN-WGAD", purpose=Purpose.ALERT, status=ConsentStatus.GRANTED, informed=True)
            ]
        )
    )
    pipeline.act(_planned(pipeline), "action.planned")
    assert _written(pipeline, "action_planned") == {}
    assert _seen(pipeline, "UN-SRHRD") == []


def test_a_letter_and_its_reply_are_invisible_to_others_until_the_embargo_ends_by_itself(pipeline: Pipeline) -> None:
    pipeline.act(_taken(pipeline), "action.taken")
    pipeline.act(_replied(pipeline), "state.replied")
    ends = _midnight(TODAY) + timedelta(days=60)
    assert _seen(pipeline, "UN-WGAD", ends - timedelta(seconds=1)) == []
    assert len(_seen(pipeline, "UN-SRHRD")) == 1
    assert _written(pipeline, "action_taken") == _written(pipeline, "state_replied") == {}
    (line,) = _seen(pipeline, "UN-WGAD", ends)
    assert (line.action, line.replied) == (LETTER, True)
    assert pipeline.fire(ends)["action_embargo_end"] == 1
    assert _written(pipeline, "action_taken") == {"UN-WGAD": False}, "on the page of the case; no mail"


def test_an_embargo_of_the_event_prevails_over_the_clock(pipeline: Pipeline) -> None:
    until = NOW + timedelta(days=5)
    pipeline.act(_taken(pipeline, embargo_until=until), "action.taken")
    assert _seen(pipeline, "UN-WGAD", until - timedelta(seconds=1)) == []
    assert len(_seen(pipeline, "UN-WGAD", until)) == 1


def test_a_public_statement_is_written_to_the_others_and_other_acts_are_only_shown(pipeline: Pipeline) -> None:
    pipeline.act(_taken(pipeline, action=ActionType.DEMARCHE, references=[]), "action.taken")
    assert _written(pipeline, "action_taken") == {"UN-WGAD": False}
    pipeline.act(_taken(pipeline, action=STATEMENT, references=[]), "action.taken")
    assert _written(pipeline, "action_taken") == {"UN-WGAD": True}


def test_a_plan_makes_way_for_the_act(pipeline: Pipeline) -> None:
    pipeline.act(_planned(pipeline), "action.planned")
    pipeline.act(_taken(pipeline, mechanism="UN-WGAD", action=STATEMENT, references=[]), "action.taken")
    assert [line.planned for line in _seen(pipeline, "UN-SRHRD")] == [False]


def test_a_reply_that_is_overdue_is_followed_up_once(pipeline: Pipeline) -> None:
    pipeline.act(_taken(pipeline, reply_due=TODAY + timedelta(days=30)), "action.taken")
    due = _midnight(TODAY) + timedelta(days=31)
    assert not pipeline.fire(due - timedelta(seconds=1))["reply_due"]
    assert pipeline.fire(due)["reply_due"] == 1
    pipeline.fire(due + timedelta(days=900))
    (said,) = pipeline.said("follow-up.due")
    assert (said["mechanism"], said["case"], said["reason"]) == ("UN-SRHRD", _reference(pipeline), "reply-overdue")
    assert said["due_on"] == str(TODAY + timedelta(days=30))
    assert _written(pipeline, "reply_overdue") == {"UN-SRHRD": True}


def test_the_clock_says_when_a_reply_is_due_where_the_event_does_not(pipeline: Pipeline) -> None:
    pipeline.act(_taken(pipeline), "action.taken")
    (row,) = [r for r in pipeline.rows(tables.due_times) if r.kind == "reply_due"]
    assert row.due_at == _midnight(TODAY) + timedelta(days=61), "60 days, the last of them included"


REPLIES = [(ReplyQuality.SUBSTANTIVE, "answered", []), (ReplyQuality.NONE, "taken", ["reply-overdue"])]
REPLIES += [(q, "followed_up", ["reply-incomplete"]) for q in (ReplyQuality.INCOMPLETE, ReplyQuality.REJECTS)]


@pytest.mark.parametrize("first", ["letter", "reply"])
@pytest.mark.parametrize(("quality", "state", "reasons"), REPLIES)
def test_an_answer_closes_its_letter_or_keeps_it_followed(pipeline: Pipeline, quality, state, reasons, first) -> None:
    events = [(_taken(pipeline), "action.taken"), (_replied(pipeline, quality), "state.replied")]
    for said, event_type in events if first == "letter" else events[::-1]:
        pipeline.act(said, event_type)
    assert [row.state for row in pipeline.rows(tables.actions)] == [state]
    assert pipeline.open_reviews("action_unmatched") == []
    pipeline.fire(_midnight(TODAY) + timedelta(days=400))
    assert [said["reason"] for said in pipeline.said("follow-up.due")] == reasons


def test_a_reply_to_a_letter_that_nobody_knows_is_kept_and_asked_about(pipeline: Pipeline) -> None:
    assert pipeline.act(_replied(pipeline), "state.replied") == "unmatched"
    assert pipeline.act(_replied(pipeline), "state.replied") == "repeat"
    assert len(pipeline.open_reviews("action_unmatched")) == 1


def test_the_number_of_a_letter_may_be_written_in_another_way(pipeline: Pipeline) -> None:
    pipeline.act(_taken(pipeline), "action.taken")
    other = Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="JUA TGO 2/2026".replace("JUA", "UA"))
    assert pipeline.act(_replied(pipeline, in_reply_to=other), "state.replied") == "recorded"


def test_a_recommendation_is_kept_with_its_themes_and_falls_due_also_without_a_case(pipeline: Pipeline) -> None:
    made = RecommendationMade(
        mechanism="COE-CHR",
        country="GEO",
        recommendation="Open an effective investigation.",
        themes=[Topic.RULE_OF_LAW],
        made_on=TODAY,
        due_on=TODAY + timedelta(days=10),
        recorded_at=NOW,
    )
    assert [pipeline.act(made, "recommendation.made") for _ in range(2)] == ["recorded", "repeat"]
    (row,) = pipeline.rows(tables.recommendations)
    assert row.themes == ["rule_of_law"]
    pipeline.fire(_midnight(TODAY) + timedelta(days=11))
    (said,) = pipeline.said("follow-up.due")
    assert (said["mechanism"], said["reason"], said.get("case")) == ("COE-CHR", "recommendation-due", None)


def test_a_seat_that_acts_in_its_own_name_is_not_told_of_its_own_plan(pipeline: Pipeline) -> None:
    pipeline.take(from_publisher("OIF", violation=a_violation(types=[ViolationType.ARREST, ViolationType.TORTURE])))
    assert pipeline.alert("UN-TORTURE").mechanism == "UN-SP"
    pipeline.act(_planned(pipeline, mechanism="UN-TORTURE"), "action.planned")
    assert set(_written(pipeline, "action_planned")) == {"UN-WGAD", "UN-SRHRD"}
    answered = {row.alert_id for row in pipeline.rows(tables.acknowledgements)}
    assert answered == {pipeline.alert("UN-TORTURE").alert_id}


class TestMatching:
    """What an event calls its case."""

    def test_the_publishers_own_reference_names_the_case_of_its_report(self, pipeline: Pipeline) -> None:
        known = a_report()
        said = _planned(pipeline, mechanism=known.publisher, case=known.publisher_reference)
        assert pipeline.act(said, "action.planned") == "recorded"
        assert [row.case_id for row in pipeline.rows(tables.actions)] == [case_of(pipeline, known)]

    def test_an_action_that_comes_before_its_report_finds_the_case_by_itself(self, pipeline: Pipeline) -> None:
        later = from_publisher("OSCE-ODIHR")
        said = _planned(pipeline, mechanism="OSCE-ODIHR", case=later.publisher_reference)
        assert pipeline.act(said, "action.planned") == "unmatched"
        assert len(pipeline.open_reviews("action_unmatched")) == 1
        pipeline.take(later)
        assert pipeline.open_reviews("action_unmatched") == []
        assert [row.case_id for row in pipeline.rows(tables.actions)] == [case_of(pipeline, later)]
        assert "UN-WGAD" in _written(pipeline, "action_planned")

    def test_a_person_can_say_which_case_an_action_is_on(self, pipeline: Pipeline) -> None:
        assert pipeline.act(_taken(pipeline, case="unknown to us"), "action.taken") == "unmatched"
        (row,) = pipeline.rows(tables.actions)
        case_id = case_of(pipeline, a_report())
        with unit_of_work(pipeline.engine) as connection:
            Recording(pipeline.alerting).attach(connection, row.action_id, case_id, "duty-officer", NOW)
        assert pipeline.open_reviews("action_unmatched") == []
        assert len(_seen(pipeline, "UN-SRHRD")) == 1
        pipeline.fire(_midnight(TODAY) + timedelta(days=61))
        assert [said.get("case") for said in pipeline.said("follow-up.due")] == [_reference(pipeline)]

    def test_what_an_event_calls_its_case_and_recommends_is_nowhere_in_clear(self, pipeline: Pipeline) -> None:
        pipeline.act(_taken(pipeline, case="the case of Zanele Kanarivogel"), "action.taken")
        written = [
            pipeline.rows(t) for t in (tables.actions, tables.audit, tables.reviews, tables.outbox, tables.due_times)
        ]
        assert "Kanarivogel" not in repr(written)


def test_two_mechanisms_that_acted_suggest_an_emblematic_case_once(pipeline: Pipeline) -> None:
    assert not any("two-mechanisms" in reason for reason in pipeline.open_reviews("emblematic_suggested"))
    pipeline.act(_taken(pipeline, signatories=["UN-WGAD"]), "action.taken")
    assert len([r for r in pipeline.open_reviews("emblematic_suggested") if "two-mechanisms-acted" in r]) == 1
