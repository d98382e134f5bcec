"""When cases become one nobody is told again, and when they come apart nobody stays untold."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builders import a_victim, a_violation
from dispatching import Pipeline
from resolving import from_publisher, identity
from tocsin.store import tables
from tocsin.store.alerting import alerts
from tocsin.store.casework import cases, reports
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.cases import CaseUpdated
from tocsin_schemas.consent import Handling
from tocsin_schemas.vocabulary import ViolationType

ARREST, TORTURE, LAND = ViolationType.ARREST, ViolationType.TORTURE, ViolationType.LAND_GRABBING
OTHERS = [a_victim("Quite Another")]


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def _case_of(pipeline: Pipeline, publisher: str) -> str:
    wanted = identity(from_publisher(publisher))
    return next(row.case_id for row in pipeline.rows(tables.reports) if row.report_id == wanted)


def _two_cases(pipeline: Pipeline, **over) -> tuple[str, str]:
    pipeline.take(from_publisher("OSCE-ODIHR"))
    pipeline.take(from_publisher("OIF", **({"alleged_victims": OTHERS} | over)))
    return _case_of(pipeline, "OSCE-ODIHR"), _case_of(pipeline, "OIF")


def _told_of(pipeline: Pipeline, case_id: str) -> set[str]:
    return {person for case, person in pipeline.told() if case == case_id}


def test_after_a_merge_nobody_who_was_told_in_either_case_is_told_again(pipeline: Pipeline) -> None:
    early, late = _two_cases(pipeline)
    told = pipeline.told()
    pipeline.decide(early, late, "same")
    pipeline.take(from_publisher("NGO-OBS"))
    assert pipeline.told() == told


def test_who_is_competent_only_for_both_together_is_told_once_of_the_case_that_stays(pipeline: Pipeline) -> None:
    early, late = _two_cases(pipeline, violation=a_violation(types=[ARREST, TORTURE]))
    torture = _told_of(pipeline, late) - _told_of(pipeline, early)
    assert torture, "the torture mandate is told of the second case alone"
    pipeline.decide(early, late, "same")
    assert not torture & _told_of(pipeline, early), "and counts as told of the whole"
    mandates = {row.mandate for row in pipeline.rows(tables.alerts) if row.case_id == early}
    assert "UN-TORTURE" in mandates


def test_an_event_of_a_case_that_redirects_evaluates_the_one_it_became_part_of(pipeline: Pipeline) -> None:
    early, late = _two_cases(pipeline)
    pipeline.decide(early, late, "same")
    before = {row.alert_id: row for row in pipeline.rows(tables.alerts)}
    with unit_of_work(pipeline.engine) as connection:
        assert pipeline.alerting.evaluate(connection, late, datetime.now(UTC)) == "unchanged"
    assert {row.alert_id: row for row in pipeline.rows(tables.alerts)} == before
    assert {row.state for row in before.values() if row.case_id == late} != {"closed"}


def test_a_mail_that_was_not_sent_before_the_merge_can_still_be_written(pipeline: Pipeline) -> None:
    early, late = _two_cases(pipeline)
    pipeline.decide(early, late, "same")
    with reading(pipeline.engine) as connection:
        assert len(reports.claims_of(connection, late)) == 2
        assert alerts.of_case(connection, late)


def test_whom_a_merge_had_silenced_is_told_when_it_is_taken_back(pipeline: Pipeline) -> None:
    """What the second case came to say after the merge had told nobody of it: its mandate knew of the first."""
    early, late = _two_cases(pipeline)
    everyone = _told_of(pipeline, early)
    judgement = pipeline.decide(early, late, "same")
    pipeline.take(from_publisher("NGO-OBS", violation=a_violation(types=[ARREST, TORTURE])))
    pipeline.take(from_publisher("NGO-FLD", alleged_victims=OTHERS, violation=a_violation(types=[ARREST, TORTURE])))
    torture = _told_of(pipeline, early) - everyone
    assert torture
    assert not torture & _told_of(pipeline, late)
    pipeline.undo(judgement)
    assert torture <= _told_of(pipeline, late), "it stands alone again, and they had not been told of it"
    assert len(pipeline.told()) == len(set(pipeline.told())), "nobody is told twice of one case"


def test_who_was_told_only_through_the_other_case_is_told_when_they_come_apart(pipeline: Pipeline) -> None:
    early, late = _two_cases(pipeline, violation=a_violation(types=[ARREST, TORTURE]))
    torture = _told_of(pipeline, late) - _told_of(pipeline, early)
    judgement = pipeline.decide(early, late, "same")
    pipeline.take(from_publisher("NGO-OBS", violation=a_violation(types=[ARREST, TORTURE])))
    assert not torture & _told_of(pipeline, early)
    pipeline.undo(judgement)
    assert torture <= _told_of(pipeline, early)
    assert len(pipeline.told()) == len(set(pipeline.told()))


def test_taking_a_merge_back_that_silenced_nobody_tells_nobody(pipeline: Pipeline) -> None:
    early, late = _two_cases(pipeline)
    told, events = pipeline.told(), pipeline.events()
    pipeline.undo(pipeline.decide(early, late, "same"))
    assert pipeline.told() == told
    assert pipeline.events() == events


def test_a_report_taken_out_of_its_case_is_a_new_case_of_which_everyone_competent_is_told(pipeline: Pipeline) -> None:
    pipeline.take(from_publisher("OSCE-ODIHR"))
    pipeline.take(from_publisher("OIF"))
    first = _case_of(pipeline, "OSCE-ODIHR")
    pipeline.take(from_publisher("OIF", revision=2, alleged_victims=OTHERS), "report.corrected")
    second = _case_of(pipeline, "OIF")
    assert second != first
    assert _told_of(pipeline, second) == _told_of(pipeline, first) != set()


def test_an_embargo_of_a_case_that_was_merged_ends_for_the_case_that_stays(pipeline: Pipeline) -> None:
    until = datetime.now(UTC) + timedelta(days=60)
    pipeline.take(from_publisher("OSCE-ODIHR"))
    pipeline.take(from_publisher("OIF", alleged_victims=OTHERS, handling=Handling(embargo_until=until)))
    early, late = _case_of(pipeline, "OSCE-ODIHR"), _case_of(pipeline, "OIF")
    judgement = pipeline.decide(early, late, "same")
    assert pipeline.fire(until + timedelta(seconds=1))["embargo_end"]
    assert not pipeline.fire(until + timedelta(seconds=2))["embargo_end"]
    assert not _told_of(pipeline, late)
    with reading(pipeline.engine) as connection:
        assert cases.current(connection, late) == early
    pipeline.undo(judgement)
    assert not _told_of(pipeline, late), "the embargo of the second case has not ended yet"


def test_a_raise_of_priority_reaches_those_whom_the_merged_case_had_told(pipeline: Pipeline) -> None:
    early, late = _two_cases(pipeline, violation=a_violation(types=[ARREST, TORTURE]))
    pipeline.decide(early, late, "same")
    updated = [row for row in pipeline.rows(tables.alerts) if row.case_id == early and row.mandate == "UN-TORTURE"]
    assert [row.recipients for row in updated] == [[]], "told through the merged case"
    torture = _told_of(pipeline, late) - _told_of(pipeline, early)
    with unit_of_work(pipeline.engine) as connection:
        connection.execute(tables.alerts.update().where(tables.alerts.c.case_id == early).values(priority="P4"))
    with unit_of_work(pipeline.engine) as connection:
        assert pipeline.alerting.evaluate(connection, early, datetime.now(UTC)) == "updated"
    (row,) = [r for r in pipeline.rows(tables.alerts) if r.case_id == early and r.mandate == "UN-TORTURE"]
    assert set(row.recipients) == torture


def test_the_questions_about_a_case_end_when_it_becomes_part_of_another(pipeline: Pipeline) -> None:
    pipeline.take(from_publisher("OSCE-ODIHR"))
    pipeline.take(from_publisher("OIF", alleged_victims=OTHERS, consent=[]))
    early, late = _case_of(pipeline, "OSCE-ODIHR"), _case_of(pipeline, "OIF")

    def unrouted() -> set[str]:
        return {r.case_id for r in pipeline.rows(tables.reviews) if r.kind == "unrouted" and r.resolved_at is None}

    assert unrouted() == {late}
    judgement = pipeline.decide(early, late, "same")
    assert unrouted() == set()
    pipeline.undo(judgement)
    assert unrouted() == {late}, "and they are asked again"


def test_the_cause_of_a_move_is_part_of_the_published_language() -> None:
    assert "report_moved" in CaseUpdated.model_json_schema()["properties"]["cause"]["enum"]
