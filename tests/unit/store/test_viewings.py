"""Whoever saw a case on its page is on record, and is asked to delete what may no longer be told, as with mails."""

from pathlib import Path
from typing import Any

from builders import a_report
from databases import NOW
from dispatching import CHAIN, Pipeline
from tocsin.domain.identifiers import report_id
from tocsin.store import tables
from tocsin.store.alerting import recalls, viewings
from tocsin.store.alerting.viewings import Viewing
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.reports import Withdrawal

FIELDS = ["/violation/country"]
TAKEN_BACK: dict[str, Any] = {"revision": 2, "reason": "other", "withdrawn_at": NOW}


def seen_by(pipeline: Pipeline, person: str, fields: list[str] | None = None) -> Viewing:
    report = a_report(publisher="NGO-OBS")
    alert = pipeline.alert("UN-WGAD")
    identity = report_id(report.publisher, report.publisher_reference)
    return Viewing(person, alert.alert_id, identity, alert.case_id, "L1", FIELDS if fields is None else fields)


def record(pipeline: Pipeline, view: Viewing) -> int:
    with unit_of_work(pipeline.engine) as connection:
        return viewings.record(connection, pipeline.deployment.identities, [view], NOW)


def test_the_same_view_is_recorded_once_and_another_beside_it(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    pipeline.take(a_report(publisher="NGO-OBS"))
    view = seen_by(pipeline, "0e" * 16)
    assert [record(pipeline, view), record(pipeline, view), record(pipeline, seen_by(pipeline, "0e" * 16, []))] == [
        1,
        0,
        1,
    ]
    with reading(pipeline.engine) as connection:
        assert viewings.is_recorded(connection, pipeline.deployment.identities, [view])
        assert not viewings.is_recorded(connection, pipeline.deployment.identities, [seen_by(pipeline, "0d" * 16)])


def test_who_saw_it_on_the_page_alone_is_called_back_when_the_report_is_withdrawn(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    chain = pipeline.enter_chain()
    report = a_report(publisher="NGO-OBS")
    pipeline.take(report)
    deputy = chain["deputy"]
    assert deputy not in pipeline.alert("UN-WGAD").recipients
    view = seen_by(pipeline, deputy)
    record(pipeline, view)
    withdrawal = Withdrawal(publisher=report.publisher, publisher_reference=report.publisher_reference, **TAKEN_BACK)
    pipeline.take(withdrawal, "report.withdrawn")
    called_back = [said for said in pipeline.said("alert.updated") if said["cause"] == "withdrawn"]
    assert [deputy in said["recipients"] for said in called_back] == [True]
    with reading(pipeline.engine) as connection:
        assert viewings.has_seen(connection, view.alert_id, deputy)
        assert recalls.standing(connection, [view.case_id]).tellings == []
    assert record(pipeline, view) == 1, "what is shown again after that is another view"
    assert len(pipeline.rows(tables.viewed)) == 2
    assert len(CHAIN) == 3
