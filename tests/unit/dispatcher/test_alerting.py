"""What the dispatcher does with each change of a case, on a real database and without Kafka."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_report, a_victim, a_violation, consent_to_all
from databases import NOW
from dispatching import Pipeline
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.consent import ConsentDecision, Handling
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.vocabulary import ConsentStatus, Purpose, ViolationType


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def _other(**over: Any) -> Report:
    return a_report(**({"publisher": "OSCE-ODIHR", "publisher_reference": "OD/77"} | over))


def test_a_new_case_alerts_each_competent_mandate_with_the_rule_that_decided(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    raised = [row for row in pipeline.rows(tables.alerts) if row.state == "raised"]
    assert {row.mandate for row in raised} >= {"UN-SRHRD", "UN-WGAD"}
    assert all(row.rule and row.detail for row in raised)


def test_a_second_report_of_a_known_case_alarms_nobody_again(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    before = pipeline.alerts()
    pipeline.take(_other())
    assert {mandate: state for mandate, state in pipeline.alerts().items() if mandate in before} == before
    assert pipeline.events().count("alert.raised") == list(before.values()).count("raised")
    assert "alert.updated" not in pipeline.events()


def test_what_newly_concerns_another_mandate_alerts_that_one_alone(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    before = set(pipeline.alerts())
    pipeline.take(_other(violation=a_violation(types=[ViolationType.ARREST, ViolationType.TORTURE])))
    assert "UN-TORTURE" in set(pipeline.alerts()) - before


def test_a_person_with_two_mandates_is_told_once(pipeline: Pipeline) -> None:
    pipeline.take(a_report(violation=a_violation(types=[ViolationType.ARREST, ViolationType.FUNDING_RESTRICTION])))
    told = [person for row in pipeline.rows(tables.alerts) if row.state == "raised" for person in row.recipients]
    assert len(told) == len(set(told))


def test_without_consent_every_alert_is_held_and_the_case_waits_for_a_person(pipeline: Pipeline) -> None:
    pipeline.take(a_report(consent=[]))
    assert set(pipeline.alerts().values()) == {"held"}
    assert {row.hold_reason for row in pipeline.rows(tables.alerts)} == {"consent"}
    assert "unrouted" in {row.kind for row in pipeline.rows(tables.reviews)}


def test_a_later_report_with_consent_releases_what_was_held(pipeline: Pipeline) -> None:
    pipeline.take(a_report(consent=[]))
    pipeline.take(_other())
    assert pipeline.alerts()["UN-WGAD"] == "raised"
    assert "alert.released" in pipeline.events()
    assert all(row.resolved_at for row in pipeline.rows(tables.reviews) if row.kind == "unrouted")


def test_a_refusal_for_one_mechanism_holds_that_one_alone(pipeline: Pipeline) -> None:
    refusal = ConsentDecision(recipient="UN-WGAD", purpose=Purpose.ALERT, status=ConsentStatus.REFUSED)
    pipeline.take(a_report(consent=[*consent_to_all(), refusal]))
    assert (pipeline.alerts()["UN-WGAD"], pipeline.alerts()["UN-SRHRD"]) == ("held", "raised")


def test_an_embargo_holds_until_its_time_and_is_then_released_by_itself(pipeline: Pipeline) -> None:
    until = datetime.now(UTC) + timedelta(days=60)
    pipeline.take(a_report(handling=Handling(embargo_until=until)))
    assert set(pipeline.alerts().values()) == {"held"}
    assert pipeline.fire(until - timedelta(seconds=1))["embargo_end"] == 0
    assert pipeline.fire(until + timedelta(seconds=1))["embargo_end"] == 1
    assert pipeline.alerts()["UN-WGAD"] == "raised"
    assert pipeline.fire(until + timedelta(days=1))["embargo_end"] == 0


def test_what_is_still_held_after_an_embargo_is_not_evaluated_again_and_again(pipeline: Pipeline) -> None:
    until = datetime.now(UTC) + timedelta(days=60)
    pipeline.take(a_report(handling=Handling(embargo_until=until)))
    with unit_of_work(pipeline.engine) as connection:
        connection.execute(tables.recipients.delete())
    assert pipeline.fire(until + timedelta(seconds=1))["embargo_end"] == 1
    assert set(pipeline.alerts().values()) == {"held"}
    assert not pipeline.fire(until + timedelta(seconds=2))


def test_the_same_change_read_twice_makes_the_same_events(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    before, case_id = pipeline.events(), pipeline.rows(tables.cases)[0].case_id
    with unit_of_work(pipeline.engine) as connection:
        pipeline.alerting.evaluate(connection, case_id, NOW)
    assert pipeline.events() == before


def test_withdrawing_the_only_report_closes_its_alerts(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    withdrawal = Withdrawal(
        publisher=a_report().publisher,
        publisher_reference=a_report().publisher_reference,
        revision=2,
        reason="consent_withdrawn",
        withdrawn_at=NOW,
    )
    pipeline.take(withdrawal, "report.withdrawn")
    assert set(pipeline.alerts().values()) == {"closed"}
    assert "alert.closed" in pipeline.events()


def test_nothing_that_the_dispatcher_writes_holds_a_name(pipeline: Pipeline) -> None:
    pipeline.take(a_report(alleged_victims=[a_victim("Zanele Kanarivogel")]))
    written = repr([pipeline.rows(t) for t in (tables.alerts, tables.routing_decisions, tables.outbox, tables.audit)])
    assert "Kanarivogel" not in written
    assert "un.example" not in written


def test_the_publisher_is_not_alerted_of_its_own_report(pipeline: Pipeline) -> None:
    pipeline.take(a_report(publisher="UN-WGAD"))
    assert "UN-WGAD" not in pipeline.alerts()
    assert ("UN-WGAD", "publisher-knows") in {(r.mandate, r.rule) for r in pipeline.rows(tables.routing_decisions)}


def test_no_recipient_in_the_directory_is_held_and_named(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    assert {r.hold_reason for r in pipeline.rows(tables.alerts) if r.mandate == "ACHPR-COUNTRY"} == {"no_recipient"}
