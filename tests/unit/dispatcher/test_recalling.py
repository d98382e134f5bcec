"""What may no longer be told is called back from those who were told, once, and nothing unsent goes out."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from builders import a_report, a_victim, consent_to_all
from databases import NOW
from dispatching import Pipeline, case_of
from mailed import mail
from resolving import from_publisher, withdrawal_of
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.consent import ConsentDecision, Handling
from tocsin_schemas.reports import Withdrawal
from tocsin_schemas.vocabulary import ConsentStatus, Purpose, Tlp


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


def _withdrawal(**over) -> Withdrawal:
    return withdrawal_of(a_report(**over), 2)


def _notices(pipeline: Pipeline) -> list[dict]:
    return [said for said in pipeline.said("alert.updated") if said["cause"] == "withdrawn"]


def _denied(status: ConsentStatus = ConsentStatus.WITHDRAWN, purpose: Purpose = Purpose.ALERT) -> ConsentDecision:
    return ConsentDecision(recipient="UN-WGAD", purpose=purpose, status=status)


def test_a_withdrawn_report_is_called_back_from_everyone_who_was_told_after_the_alert_is_closed(
    pipeline: Pipeline,
) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    told = {row.mandate: row.recipients for row in pipeline.rows(tables.alerts) if row.recipients}
    pipeline.take(_withdrawal(), "report.withdrawn")
    assert {said["mandate"]: said["recipients"] for said in _notices(pipeline)} == told
    assert all(said["notify"] and said["round"] >= 1 for said in _notices(pipeline))
    assert set(pipeline.alerts().values()) == {"closed"}
    events = pipeline.events()
    assert events.index("alert.closed") < events.index("alert.updated"), "nothing unsent goes out behind the notice"
    recalled = [row for row in pipeline.rows(tables.audit) if row.action == "disclosure-recalled"]
    assert {row.subject for row in recalled} == {said["alert_id"] for said in _notices(pipeline)}
    assert all(row.detail["reports"] and row.detail["recipients"] for row in recalled)


def test_who_was_not_told_yet_gets_no_notice(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    pipeline.take(_withdrawal(), "report.withdrawn")
    assert _notices(pipeline) == []


def test_an_attempt_of_which_nothing_left_is_not_called_back(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    with unit_of_work(pipeline.engine) as connection:
        connection.execute(tables.delivery_history.delete())
    pipeline.take(_withdrawal(), "report.withdrawn")
    assert _notices(pipeline) == []


def test_a_later_attempt_is_called_back_although_an_earlier_one_was(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    pipeline.take(a_report(revision=2, consent=[_denied()]), "report.corrected")
    pipeline.take(a_report(revision=3), "report.corrected")
    with unit_of_work(pipeline.engine) as connection:
        for table in (tables.disclosures, tables.delivery_history):
            first = [row._asdict() for row in connection.execute(select(table)) if row.attempt == 1]
            connection.execute(
                table.insert(), [{k: v for k, v in r.items() if k != "id"} | {"attempt": 2} for r in first]
            )
    before = len(_notices(pipeline))
    pipeline.take(a_report(revision=4, consent=[_denied()]), "report.corrected")
    assert len(_notices(pipeline)) == 2 * before > 0


@pytest.mark.parametrize("status", [ConsentStatus.WITHDRAWN, ConsentStatus.REFUSED, ConsentStatus.UNKNOWN])
def test_a_correction_that_takes_consent_away_holds_the_alert_and_calls_back(pipeline: Pipeline, status) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    told = pipeline.alert("UN-WGAD").recipients
    corrected = a_report(revision=2, consent=[*consent_to_all(), _denied(status)])
    pipeline.take(corrected, "report.corrected")
    assert [(s["mandate"], s["recipients"]) for s in _notices(pipeline)] == [("UN-WGAD", told)]
    assert (pipeline.alert("UN-WGAD").state, pipeline.alert("UN-WGAD").recipients) == ("held", [])
    assert pipeline.alert("UN-SRHRD").state == "raised"


def test_facts_that_may_no_longer_be_shown_are_called_back_while_the_alert_stays(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    pipeline.take(a_report(revision=2, consent=[*consent_to_all(), _denied(purpose=Purpose.SHARE)]), "report.corrected")
    assert [said["mandate"] for said in _notices(pipeline)] == ["UN-WGAD"]
    assert pipeline.alert("UN-WGAD").state == "raised"


def test_a_mark_that_closes_the_report_calls_it_back(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    pipeline.take(a_report(revision=2, handling=Handling(tlp=Tlp.RED)), "report.corrected")
    assert {said["mandate"] for said in _notices(pipeline)} >= {"UN-WGAD", "UN-SRHRD"}


def test_one_of_several_reports_is_called_back_once_while_the_alert_stays(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    pipeline.take(from_publisher("OIF"))
    mail(pipeline)
    assert len({row.case_id for row in pipeline.rows(tables.reports)}) == 1
    pipeline.take(_withdrawal(), "report.withdrawn")
    first = Counter(said["mandate"] for said in _notices(pipeline))
    assert first["UN-WGAD"] == 1
    assert pipeline.alerts()["UN-WGAD"] == "raised"
    pipeline.take(from_publisher("NGO-OBS"))
    pipeline.take(
        from_publisher("OIF", revision=2, alleged_victims=[a_victim(), a_victim("Kodzo Adjavon")]), "report.corrected"
    )
    assert Counter(said["mandate"] for said in _notices(pipeline)) == first


def test_an_embargo_or_a_doubt_calls_nothing_back(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    until = datetime.now(UTC) + timedelta(days=9)
    pipeline.take(a_report(revision=2, handling=Handling(embargo_until=until)), "report.corrected")
    assert _notices(pipeline) == []
    assert pipeline.alert("UN-WGAD").state == "held", "but nothing further is told"
    pipeline.fire(until)
    assert pipeline.alert("UN-WGAD").state == "raised"
    assert [s["cause"] for s in pipeline.said("alert.updated") if s["mandate"] == "UN-WGAD"] == ["corrected"]


def test_what_was_told_in_a_case_that_became_part_of_another_is_called_back(pipeline: Pipeline) -> None:
    pipeline.take(from_publisher("OSCE-ODIHR"))
    pipeline.take(from_publisher("OIF", alleged_victims=[a_victim("Quite Another")]))
    mail(pipeline)
    early, late = (case_of(pipeline, from_publisher(p)) for p in ("OSCE-ODIHR", "OIF"))
    pipeline.decide(early, late, "same")
    pipeline.take(withdrawal_of(from_publisher("OIF"), 2), "report.withdrawn")
    assert {said["case_id"] for said in _notices(pipeline)} == {late}


def test_what_was_told_before_the_report_went_to_another_case_is_called_back(pipeline: Pipeline) -> None:
    pipeline.take(from_publisher("OSCE-ODIHR"))
    pipeline.take(from_publisher("OIF"))
    mail(pipeline)
    first = case_of(pipeline, from_publisher("OIF"))
    others = [a_victim("Quite Another")]
    pipeline.take(from_publisher("OIF", revision=2, alleged_victims=others), "report.corrected")
    assert case_of(pipeline, from_publisher("OIF")) != first
    assert _notices(pipeline) == []
    pipeline.take(from_publisher("OIF", revision=3, alleged_victims=others, consent=[]), "report.corrected")
    pipeline.fire(datetime.now(UTC) + timedelta(seconds=1))
    assert first in {said["case_id"] for said in _notices(pipeline)}


def test_the_answer_to_what_was_called_back_is_not_awaited(pipeline: Pipeline) -> None:
    pipeline.take(a_report())
    mail(pipeline)
    pipeline.take(_withdrawal(), "report.withdrawn")
    fired = pipeline.fire(NOW + timedelta(days=300))
    assert not {"acknowledgement", "escalation"} & set(fired)
    assert pipeline.open_reviews("unanswered") == []
