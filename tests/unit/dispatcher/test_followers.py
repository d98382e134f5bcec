"""Who follows a case hears by mail of all that they may know; who wants less hears what must be told, and no more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_report, an_entry
from databases import NOW
from directories import FIRST, SECOND
from dispatching import Pipeline
from mailed import mail
from tocsin.knowledge.load import load
from tocsin.mailer.writing.content import Contents
from tocsin.mailer.writing.letters import Letter
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import approvals
from tocsin.store.mail import deliveries
from tocsin.store.recipients import subscriptions
from tocsin.store.views import conservation
from tocsin_schemas.actions import ActionTaken, StateReplied
from tocsin_schemas.reports import Reference
from tocsin_schemas.vocabulary import ActionType, ReferenceScheme, ReplyQuality

TODAY = datetime.now(UTC).date()
NUMBER = Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="UA TGO 2/2026")
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    made = Pipeline(tmp_path)
    made.enter_chain()
    made.take(a_report())
    return made


def person(pipeline: Pipeline, address: str) -> str:
    return pipeline.deployment.identities.recipient(an_entry(address, ["UN-WGAD"]).key)


def choose(pipeline: Pipeline, address: str, follows: bool, *mandates: str) -> None:
    alerts = [row for row in pipeline.rows(tables.alerts) if row.mandate in (mandates or ("UN-WGAD",))]
    with unit_of_work(pipeline.engine) as connection:
        ids = [row.alert_id for row in alerts]
        subscriptions.choose(connection, person(pipeline, address), alerts[0].case_id, ids, follows, NOW)


def taken(pipeline: Pipeline, action: ActionType = ActionType.DEMARCHE, **over: Any) -> ActionTaken:
    reference = pipeline.rows(tables.cases)[0].reference
    fields = {"mechanism": "UN-SRHRD", "action": action, "case": reference, "taken_on": TODAY, "recorded_at": NOW}
    return ActionTaken(**fields | over)


def replied(pipeline: Pipeline) -> StateReplied:
    return StateReplied(
        case=pipeline.rows(tables.cases)[0].reference,
        in_reply_to=NUMBER,
        country="TGO",
        replied_on=TODAY,
        quality=ReplyQuality.SUBSTANTIVE,
        recorded_at=NOW,
    )


def escalate(pipeline: Pipeline) -> None:
    """Let the first escalation of every alert fall due."""
    due = [row.due_at for row in pipeline.rows(tables.due_times) if row.kind == "escalation"]
    pipeline.fire(max(due))
    mail(pipeline)


def updates(pipeline: Pipeline, cause: str | None = None) -> list[str]:
    """To whom mails with news were asked for, in the order of their entries."""
    mail(pipeline)
    found = [r for r in pipeline.rows(tables.deliveries) if r.kind == "update" and cause in (None, r.update_cause)]
    return sorted(row.recipient_id for row in found)


def test_who_follows_hears_of_what_others_only_read_on_the_page_and_once(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad@un.example", True)
    pipeline.act(taken(pipeline), "action.taken")
    pipeline.act(taken(pipeline), "action.taken", "the same again")
    assert updates(pipeline) == [person(pipeline, "wgad@un.example")]


def test_who_stands_in_line_may_follow_before_it_is_their_turn(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad-holder@un.example", True)
    pipeline.act(taken(pipeline, ActionType.PRESS_STATEMENT), "action.taken")
    both = sorted(person(pipeline, who) for who in ("wgad@un.example", "wgad-holder@un.example"))
    assert updates(pipeline, "action_taken") == both


def test_who_is_told_by_one_mandate_and_follows_through_another_gets_one_mail(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad@un.example", True, "UN-WGAD", "UN-FOAA")
    pipeline.act(taken(pipeline, ActionType.PRESS_STATEMENT, mechanism="IACHR-RELE"), "action.taken")
    assert updates(pipeline).count(person(pipeline, "wgad@un.example")) == 1


def test_who_stopped_hears_of_no_statement_and_the_others_still_do(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad@un.example", False)
    pipeline.act(taken(pipeline, ActionType.PRESS_STATEMENT, mechanism="IACHR-RELE"), "action.taken")
    assert updates(pipeline) == [person(pipeline, "hrd@un.example")]


def test_an_embargoed_letter_and_its_reply_reach_no_follower_of_another_mechanism(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad@un.example", True)
    letter = taken(pipeline, ActionType.URGENT_APPEAL, references=[NUMBER], states=["TGO"])
    pipeline.act(letter, "action.taken")
    pipeline.act(replied(pipeline), "state.replied")
    assert updates(pipeline) == []
    pipeline.fire(datetime.now(UTC) + timedelta(days=61))
    assert updates(pipeline, "action_taken") == [person(pipeline, "wgad@un.example")]


def test_a_reply_of_the_state_reaches_who_follows_and_may_see_the_letter(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad@un.example", True)
    seen = taken(pipeline, ActionType.URGENT_APPEAL, references=[NUMBER], states=["TGO"], embargo_until=NOW)
    pipeline.act(seen, "action.taken")
    pipeline.act(replied(pipeline), "state.replied")
    assert updates(pipeline, "state_replied") == [person(pipeline, "wgad@un.example")]


def test_an_escalation_is_told_to_who_follows_and_not_again_to_who_is_asked_now(pipeline: Pipeline) -> None:
    for address in ("wgad@un.example", "wgad-holder@un.example"):
        choose(pipeline, address, True)
    escalate(pipeline)
    rows = pipeline.rows(tables.deliveries)
    asked = [r.recipient_id for r in rows if r.kind == "escalation"]
    assert asked == [person(pipeline, "wgad-holder@un.example")]
    told = [r.recipient_id for r in rows if r.update_cause == "escalated"]
    assert told == [person(pipeline, "wgad@un.example")]


def test_whoever_stopped_is_asked_all_the_same_when_it_is_their_turn(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad-holder@un.example", False)
    escalate(pipeline)
    asked = {row.recipient_id for row in pipeline.rows(tables.deliveries) if row.kind == "escalation"}
    assert person(pipeline, "wgad-holder@un.example") in asked


def test_who_left_the_line_meanwhile_gets_no_mail_though_it_was_asked_for(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad-holder@un.example", True)
    pipeline.act(taken(pipeline), "action.taken")
    mail(pipeline)
    holder = person(pipeline, "wgad-holder@un.example")
    (row,) = [r for r in pipeline.rows(tables.deliveries) if r.recipient_id == holder]

    def letter() -> object:
        with reading(pipeline.engine) as connection:
            asked = deliveries.find(connection, row.delivery_id)
            assert asked is not None
            return Contents(connection, pipeline.deployment, load(), datetime.now(UTC)).letter(asked)

    assert isinstance(letter(), Letter)
    with unit_of_work(pipeline.engine) as connection:
        signers, moved = (FIRST, SECOND), an_entry("wgad-holder@un.example", ["UN-WATER"])
        approvals.enter(connection, pipeline.deployment, signers, moved, NOW)
    assert not isinstance(letter(), Letter)


def test_what_followers_are_told_hides_no_alert_that_told_nobody(pipeline: Pipeline) -> None:
    choose(pipeline, "wgad-holder@un.example", True)
    pipeline.act(taken(pipeline), "action.taken")
    mail(pipeline)
    (alert,) = [row for row in pipeline.rows(tables.alerts) if row.mandate == "UN-WGAD"]
    with unit_of_work(pipeline.engine) as connection:
        first = tables.deliveries.c.alert_id == alert.alert_id, tables.deliveries.c.kind == "alert"
        connection.execute(tables.deliveries.update().where(*first).values(alert_id=None))
        assert alert.alert_id in conservation.alerts_without_deliveries(connection, LATER)
