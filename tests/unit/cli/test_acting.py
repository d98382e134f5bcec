"""Operators take alerts in hand, say which case an action is on, lower a priority, label a case, and try again."""

import inspect
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from builders import a_report, an_entry
from databases import NOW
from dispatching import Pipeline
from mailed import mail
from tocsin.cli.acting import actions
from tocsin.cli.alerts import _REFUSED, _SAID, alerts
from tocsin.cli.cases import cases
from tocsin.cli.due import due
from tocsin.cli.recommendations import recommendations
from tocsin.cli.triage import triage
from tocsin.dispatcher import handing_over
from tocsin.store import tables
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import FAILED
from tocsin.store.database import unit_of_work
from tocsin.store.recipients import heard_answers
from tocsin_schemas.actions import ActionTaken, RecommendationMade
from tocsin_schemas.vocabulary import ActionType

BY = ("--by", "duty-officer-2")
WHY = ("--reason", "Released on bail an hour ago.")


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    made = Pipeline(tmp_path)
    made.take(a_report())
    monkeypatch.setenv("TOCSIN_DATABASE_URL", str(made.engine.url))
    monkeypatch.setenv("TOCSIN_DEPLOYMENT_KEY_FILE", str(tmp_path / "deployment.key"))
    monkeypatch.setenv("COLUMNS", "100")
    return made


def run(command: click.Command, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def said(command: click.Command, *arguments: str) -> str:
    result = run(command, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def listed(command: click.Command, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(command, "list", "--json", *arguments))
    return found


def reference(pipeline: Pipeline) -> str:
    return str(pipeline.rows(tables.cases)[0].reference)


def test_an_alert_is_taken_in_hand_by_who_was_told(pipeline: Pipeline) -> None:
    key = an_entry("wgad@un.example", ["UN-WGAD"]).key
    alert = pipeline.alert("UN-WGAD")
    assert {line["mandate"] for line in listed(alerts)} == {"UN-WGAD", "UN-SRHRD"}
    assert "UN-WGAD" in said(alerts, "acknowledge", alert.alert_id[:8], "--as", key)
    assert "already" in said(alerts, "acknowledge", alert.alert_id, "--as", key)
    (line,) = [line for line in listed(alerts, "--case", reference(pipeline)) if line["mandate"] == "UN-WGAD"]
    assert line["acknowledged_at"] is not None
    assert listed(alerts)[-1]["mandate"] == "UN-WGAD", "what nobody has in hand comes first"


@pytest.mark.parametrize(
    ("alert", "key", "message"), [("f" * 32, "x", "No alert"), (None, "stranger", "stands in no line")]
)
def test_what_cannot_be_taken_in_hand_is_said_in_one_line(pipeline: Pipeline, alert, key: str, message: str) -> None:
    result = run(alerts, "acknowledge", alert or pipeline.alert("UN-WGAD").alert_id, "--as", key)
    assert result.exit_code == 1
    assert message in result.output


def test_what_a_recipient_says_on_the_telephone_is_entered_for_them(pipeline: Pipeline) -> None:
    pipeline.enter_chain()
    alert, staff, holder = pipeline.alert("UN-WGAD").alert_id, "wgad-un-example", "wgad-holder-un-example"
    said(alerts, "acknowledge", alert, "--as", staff)
    assert "asked again" in said(alerts, "release", alert, "--as", staff)
    assert "taken back already" in said(alerts, "release", alert, "--as", staff)
    assert "Handed over" in said(alerts, "hand-over", alert, "--as", staff, "--to", holder)
    assert "within a second" in said(alerts, "not-mine", alert, "--as", holder, "--reason", "outside_mandate")
    assert "outside mandate" in said(alerts, "declined")
    (line,) = json.loads(said(alerts, "declined", "--json"))
    assert (line["mandate"], line["reason"], line["times"]) == ("UN-WGAD", "outside_mandate", 1)
    kept = [(row.answer, row.outcome) for row in pipeline.rows(tables.given_answers)]
    assert sorted(kept) == sorted(
        [("revoked", "reopened"), ("revoked", "known"), ("handed_over", "handed-over"), ("not_mine", "passed-on")]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["release", "{}", "--as", "stranger"], "has not said to have it in hand"),
        (["hand-over", "{}", "--as", "wgad-un-example", "--to", "hrd-un-example"], "does not stand for the mandate"),
        (["not-mine", "f" * 32, "--as", "wgad-un-example", "--reason", "away"], "No alert"),
        (["not-mine", "{}", "--as", "wgad-un-example", "--reason", "tired"], "Invalid value"),
    ],
)
def test_an_answer_that_cannot_be_followed_is_said_and_leaves_nothing(
    pipeline: Pipeline, arguments: list[str], message: str
) -> None:
    result = run(alerts, *(argument.format(pipeline.alert("UN-WGAD").alert_id) for argument in arguments))
    assert result.exit_code != 0
    assert message in result.output
    assert pipeline.rows(tables.given_answers) == []
    assert pipeline.open_reviews("answer_questioned") == []


def test_nobody_has_declined_anything_yet(pipeline: Pipeline) -> None:
    assert "Nobody has said" in said(alerts, "declined")


def test_every_outcome_of_an_answer_has_its_words() -> None:
    written = set(re.findall(r'(?:return|else|if \w+ else) "([a-z-]+)"', inspect.getsource(handing_over)))
    assert written <= _SAID.keys() | _REFUSED.keys()
    assert _REFUSED.keys() <= set(heard_answers.CHANGED_NOTHING)


def test_an_action_whose_case_is_not_known_is_attached_by_a_person(pipeline: Pipeline) -> None:
    taken = ActionTaken(
        mechanism="UN-SRHRD", action=ActionType.DEMARCHE, case="unknown", taken_on=NOW.date(), recorded_at=NOW
    )
    pipeline.act(taken, "action.taken")
    (line,) = listed(actions)
    action_id = line["action_id"]
    assert action_id[:8] in said(actions, "list")
    assert reference(pipeline) in said(actions, "attach", action_id[:8], reference(pipeline), *BY)
    assert "has its case" in said(actions, "list")
    assert "demarche" in said(actions, "list", "--case", reference(pipeline))
    assert [r.detail["by"] for r in pipeline.rows(tables.audit) if r.action == "action-attached"] == ["duty-officer-2"]


def test_a_lowered_priority_bears_a_name_and_a_reason_and_can_be_restored(pipeline: Pipeline) -> None:
    case, urgent = reference(pipeline), pipeline.alert("UN-WGAD").priority
    said(triage, "lower", case, "P4", *BY, *WHY)
    assert pipeline.alert("UN-WGAD").priority == "P4"
    history = said(triage, "history", case)
    assert all(word in history for word in ("P4", "duty-officer-2", "Released on bail"))
    [opened] = [row for row in pipeline.rows(tables.audit) if row.action == "reasons-opened"]
    assert len(opened.detail["decisions"]) == 1
    said(triage, "restore", case, *BY)
    assert pipeline.alert("UN-WGAD").priority == urgent


REFUSED = [
    (triage, ["lower", "{}", "P4", *WHY], "--by"),
    (triage, ["lower", "{}", "P4", *BY], "--reason"),
    (triage, ["lower", "{}", "P4", *BY, "--reason", "  "], "characters"),
    (triage, ["lower", "{}", "P4", "--by", "dispatcher", *WHY], "identifier of your own"),
    (triage, ["lower", "{}", "P1", *BY, *WHY], "only lower"),
    (triage, ["lower", "HRD-0000-000", "P4", *BY, *WHY], "No case"),
    (triage, ["restore", "{}", *BY], "Nobody has lowered"),
    (cases, ["label", "{}", "famous", *BY, *WHY], "emblematic"),
    (cases, ["unlabel", "{}", "emblematic", *BY], "not labelled"),
    (actions, ["attach", "f" * 32, "{}", *BY], "No action"),
    (due, ["retry", "f" * 32, *BY], "given up"),
]


@pytest.mark.parametrize(("command", "arguments", "message"), REFUSED, ids=[" ".join(r[1])[:30] for r in REFUSED])
def test_what_is_refused_says_why_and_changes_nothing(pipeline: Pipeline, command, arguments, message: str) -> None:
    before = [pipeline.rows(t) for t in (tables.alerts, tables.case_decisions, tables.audit, tables.outbox)]
    result = run(command, *(argument.format(reference(pipeline)) for argument in arguments))
    assert result.exit_code != 0
    assert message in result.output
    assert [pipeline.rows(t) for t in (tables.alerts, tables.case_decisions, tables.audit, tables.outbox)] == before


def test_a_case_is_labelled_by_a_person_and_the_label_taken_back(pipeline: Pipeline) -> None:
    case = reference(pipeline)
    assert "labelled emblematic" in said(cases, "label", case, "emblematic", *BY, *WHY)
    assert [row.value for row in pipeline.rows(tables.case_decisions) if row.ended_at is None] == ["emblematic"]
    assert "no longer" in said(cases, "unlabel", case, "emblematic", *BY)
    assert [row.ended_by for row in pipeline.rows(tables.case_decisions)] == ["duty-officer-2"]


def test_what_falls_due_is_listed_and_what_was_given_up_is_tried_again(pipeline: Pipeline) -> None:
    waiting = {line["kind"] for line in listed(due, "--case", reference(pipeline))}
    assert waiting == {"escalation", "reminder", "acknowledgement"}
    assert "escalation" in said(due, "list")
    now = datetime.now(UTC) + timedelta(days=1)
    with unit_of_work(pipeline.engine) as connection:
        (first, *_) = due_times.due(connection, now, 1)
        due_times.claim(connection, [first.time.due_id], now)
        due_times.settle(connection, {first.time.due_id: FAILED})
    (given_up,) = listed(due, "--failed")
    assert "tried again" in said(due, "retry", given_up["due_id"], *BY)
    assert listed(due, "--failed") == []
    assert pipeline.fire(now)


def test_a_recommendation_is_listed_until_somebody_says_it_was_followed(pipeline: Pipeline) -> None:
    made = RecommendationMade(
        mechanism="UN-WGAD",
        country="TGO",
        recommendation="Release those held for their opinions.",
        made_on=date(2026, 1, 12),
        due_on=date(2026, 6, 30),
        recorded_at=NOW,
    )
    pipeline.act(made, "recommendation.made")
    [line] = listed(recommendations)
    assert (line["mechanism"], line["country"], line["due_on"]) == ("UN-WGAD", "TGO", "2026-06-30")
    assert "overdue" in said(recommendations, "list")
    assert "opinions" not in said(recommendations, "list")
    assert "Followed" in said(recommendations, "settle", line["recommendation_id"][:8], *BY, *WHY)
    assert listed(recommendations) == []
    assert run(recommendations, "settle", line["recommendation_id"][:8], *BY, *WHY).exit_code == 1
    assert WHY[1] not in str(pipeline.rows(tables.audit)), "it may name somebody, and nothing is erased from the log"
    [row] = [due for due in pipeline.rows(tables.due_times) if due.kind == "recommendation_due"]
    assert row.cancelled_at is not None


def test_a_case_says_who_was_shown_what_and_names_nobody(pipeline: Pipeline) -> None:
    assert "Nobody" in said(cases, "told", reference(pipeline))
    mail(pipeline)
    shown = json.loads(said(cases, "told", reference(pipeline), "--json"))
    assert {one["recipient_id"] for one in shown} == {person for _, person in pipeline.told()}
    listing = said(cases, "told", reference(pipeline))
    assert all(one["recipient_id"][:8] in listing for one in shown)
    assert ".example" not in listing
