"""What people do about alerts, and do not do, is counted: how long it took, who was told next, who answered never."""

from datetime import timedelta
from pathlib import Path

import pytest

from admitting import Desk, report_by
from builders import a_report
from dispatching import Pipeline
from figuring import value
from tocsin.dispatcher.acknowledging import acknowledge
from tocsin.store.alerting.due_times import Kind
from tocsin.store.database import unit_of_work
from tocsin_schemas.vocabulary import Priority


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    pipeline = Pipeline(tmp_path)
    pipeline.enter_chain()
    pipeline.take(a_report())
    return pipeline


def test_the_first_answer_to_an_alert_is_timed_and_no_later_one(pipeline: Pipeline) -> None:
    alert = pipeline.alert("UN-WGAD")
    before = value("hrd_acknowledgement_seconds_count", priority=alert.priority)
    seconds = value("hrd_acknowledgement_seconds_sum", priority=alert.priority)
    done: list[str] = []
    for minutes in (20, 90):
        with unit_of_work(pipeline.engine) as connection:
            at = alert.raised_at + timedelta(minutes=minutes)
            done += acknowledge(connection, pipeline.deployment, alert.alert_id, alert.recipients[0], at)
    assert value("hrd_acknowledgement_seconds_count", priority=alert.priority) == before + len(done)
    spent = value("hrd_acknowledgement_seconds_sum", priority=alert.priority) - seconds
    assert spent == pytest.approx(20 * 60 * len(done), abs=60 * len(done))


def test_each_tier_that_is_told_and_each_alert_that_nobody_took_is_counted(pipeline: Pipeline) -> None:
    alert, tiers = pipeline.alert("UN-WGAD"), ("mandate_holder", "deputy", "duty_officer")
    before = {tier: value("hrd_escalations_total", level=tier) for tier in tiers}
    unanswered = value("hrd_alerts_unanswered_total", priority=alert.priority)
    late = value("hrd_due_time_lateness_seconds_count", kind=Kind.ESCALATION.value)
    pipeline.fire(alert.raised_at + timedelta(days=60))
    assert {tier: value("hrd_escalations_total", level=tier) - before[tier] for tier in tiers} == dict.fromkeys(
        tiers, 1
    )
    assert value("hrd_alerts_unanswered_total", priority=alert.priority) > unanswered
    assert value("hrd_due_time_lateness_seconds_count", kind=Kind.ESCALATION.value) >= late + len(tiers)


def test_a_report_counts_once_by_the_family_of_its_publisher_though_it_waits_its_turn(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    received = value("hrd_reports_received_total", family="ngo")
    decided = value("hrd_dedup_decisions_total", decision="unrelated")
    for number in range(3):
        desk.take(report_by("NGO-FLD", number, Priority.P1))
    assert value("hrd_reports_received_total", family="ngo") == received + 3
    desk.release_all()
    assert value("hrd_reports_received_total", family="ngo") == received + 3
    assert value("hrd_dedup_decisions_total", decision="unrelated") == decided + 3
