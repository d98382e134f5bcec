"""What people decide of a case counts at once, bears a name and a reason, and can be taken back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builders import a_report, a_violation
from databases import NOW
from dispatching import Pipeline, case_of
from resolving import from_publisher
from tocsin.dispatcher.labelling import Labelling, NotLower
from tocsin.store import tables
from tocsin.store.casework import labels, links, reports
from tocsin.store.database import unit_of_work
from tocsin.store.tables.columns import metadata
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.reports import Accountability
from tocsin_schemas.vocabulary import AccountabilityStatus, Priority, ViolationType

PAST = a_violation(ongoing=False, types=[ViolationType.ARREST])


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def _decide(pipeline: Pipeline, what: str, *details: object, now: datetime | None = None):
    labelling, case_id = Labelling(pipeline.alerting), case_of(pipeline, a_report())
    with unit_of_work(pipeline.engine) as connection:
        return getattr(labelling, what)(connection, case_id, *details, now or datetime.now(UTC))


def test_a_lowered_case_waits_longer_and_nobody_is_written_to(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    before, urgent = pipeline.events(), pipeline.alert("UN-WGAD")
    _decide(pipeline, "lower", Priority.P4, "duty-officer", "Released on bail an hour ago.")
    calm = pipeline.alert("UN-WGAD")
    assert urgent.priority < "P4"
    assert calm.priority == "P4"
    assert calm.reply_by > urgent.reply_by
    assert pipeline.events() == before
    assert not pipeline.fire(urgent.reply_by)["acknowledgement"]


def test_who_lowered_it_and_why_is_kept(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    judged = pipeline.alert("UN-WGAD").priority
    _decide(pipeline, "lower", Priority.P4, "duty-officer", "Released on bail an hour ago.")
    (kept,) = pipeline.rows(tables.case_decisions)
    assert (kept.value, kept.decided_by) == ("P4", "duty-officer")
    assert kept.judged == judged
    (entry,) = [row for row in pipeline.rows(tables.audit) if row.action == "priority-lowered"]
    assert entry.detail == {"by": "duty-officer", "to": "P4"}
    routed = [row for row in pipeline.rows(tables.audit) if row.action == "case-routed"][-1]
    assert (routed.detail["priority"], routed.detail["lowered_by"]) == ("P4", "duty-officer")


@pytest.mark.parametrize("way", [("lower", Priority.P4), ("label", labels.EMBLEMATIC)])
def test_a_reason_may_name_the_victim_so_it_stands_nowhere_in_clear_and_goes_with_the_report(
    pipeline: Pipeline, way: tuple[str, str]
) -> None:
    pipeline.take(a_report())
    _decide(pipeline, *way, "duty-officer", "Ayodele Sessavi was released on bail.")
    everything = [str(tuple(row)) for table in metadata.tables.values() for row in pipeline.rows(table)]
    assert [row for row in everything if "Sessavi" in row] == []
    vault = pipeline.deployment.vault
    with unit_of_work(pipeline.engine) as connection:
        (decision,) = labels.in_force(connection, [case_of(pipeline, a_report())])
        assert labels.reason_of(connection, vault, decision) == "Ayodele Sessavi was released on bail."
        vault.erase(connection, reports.claims_of(connection, case_of(pipeline, a_report()))[0].report_id)
        assert labels.reason_of(connection, vault, decision) == ""


def test_what_is_restored_alarms_again(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    urgent = pipeline.alert("UN-WGAD").priority
    _decide(pipeline, "lower", Priority.P4, "duty-officer", "Released.")
    assert _decide(pipeline, "restore", "duty-officer") == "updated"
    assert pipeline.alert("UN-WGAD").priority == urgent
    assert _decide(pipeline, "restore", "duty-officer") is None


@pytest.mark.parametrize("priority", list(Priority)[:3])
def test_a_person_may_only_lower(pipeline: Pipeline, priority: Priority) -> None:
    pipeline.take(a_report(violation=PAST))
    assert pipeline.alert("UN-WGAD").priority == "P3"
    with pytest.raises(NotLower):
        _decide(pipeline, "lower", priority, "duty-officer", "It is nothing.")


def test_a_label_lifts_the_case_by_a_step_and_is_looked_at_every_year(pipeline: Pipeline) -> None:
    pipeline.take(a_report(violation=PAST))
    now = datetime.now(UTC)
    _decide(pipeline, "label", "emblematic", "duty-officer", "A precedent for the whole region.", now=now)
    assert pipeline.alert("UN-WGAD").priority == "P2"
    assert pipeline.open_reviews("emblematic_suggested") == []
    for year in (1, 2):
        assert pipeline.fire(now + timedelta(days=365 * year))["emblematic_review"] == 1
    assert len(pipeline.open_reviews("emblematic_review")) == 2
    _decide(pipeline, "unlabel", "duty-officer")
    assert pipeline.fire(now + timedelta(days=365 * 9))["emblematic_review"] == 0
    assert _decide(pipeline, "unlabel", "duty-officer") is None


def test_a_suggestion_is_made_once(pipeline: Pipeline) -> None:
    group = a_report(violation=a_violation(types=[ViolationType.ARREST, ViolationType.FOREIGN_AGENT_LAW]))
    pipeline.take(group)
    assert len(pipeline.open_reviews("emblematic_suggested")) == 1
    pipeline.take(from_publisher("OIF"))
    assert len(pipeline.open_reviews("emblematic_suggested")) == 1


@pytest.mark.parametrize("stalled_first", [True, False])
def test_a_new_attack_on_somebody_whose_earlier_one_went_unpunished_is_more_urgent(
    pipeline: Pipeline, stalled_first: bool
) -> None:
    stalled = Accountability(status=AccountabilityStatus.STALLED)
    earlier = from_publisher("OIF", violation=a_violation("2024-02-03", ongoing=False))
    with_chain = earlier.model_copy(update={"accountability": stalled, "revision": 1 if stalled_first else 2})
    pipeline.take(with_chain if stalled_first else earlier)
    pipeline.take(a_report(violation=PAST))
    new, old = case_of(pipeline, a_report()), case_of(pipeline, earlier)
    assert new != old
    with unit_of_work(pipeline.engine) as connection:
        links.add(connection, {(new, old): LinkKind.SAME_PERSON}, NOW)
    if stalled_first:
        with unit_of_work(pipeline.engine) as connection:
            pipeline.alerting.evaluate(connection, new, datetime.now(UTC))
    else:
        pipeline.take(with_chain, "report.corrected")
        assert pipeline.fire(datetime.now(UTC))["look_again"]
    (alert,) = [r for r in pipeline.rows(tables.alerts) if (r.case_id, r.mandate) == (new, "UN-WGAD")]
    assert alert.priority == "P2", "one step up, for impunity"


def test_a_decision_that_changes_at_one_revision_of_the_case_is_kept_too(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    before = pipeline.rows(tables.routing_decisions)
    pipeline.enter("country@achpr.example", ["ACHPR-COUNTRY"])
    with unit_of_work(pipeline.engine) as connection:
        pipeline.alerting.evaluate(connection, case_of(pipeline, a_report()), datetime.now(UTC))
    added = pipeline.rows(tables.routing_decisions)[len(before) :]
    assert [(row.mandate, row.outcome, row.case_revision) for row in added] == [("ACHPR-COUNTRY", "route", 1)]
