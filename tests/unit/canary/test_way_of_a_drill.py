"""A drill report goes through resolver, dispatcher and mailer, to the canary mailbox alone, and nothing keeps it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from builders import a_report, an_entry
from databases import NOW, a_message
from directories import put_recipient
from dispatching import Pipeline
from posting import Post
from tocsin.domain import canary
from tocsin.mailer.drilling import Drilling
from tocsin.store import tables
from tocsin.store.auditing import passages
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import drills
from tocsin.store.views import overview
from tocsin_schemas.events import decode_event
from tocsin_schemas.topics import ALERTS

REFERENCE = "drill-0123456789abcdef"
DRILL_ID = canary.drill_id(REFERENCE)
KEPT_BY_CASES = ("reports", "cases", "alerts", "reviews", "judgements", "routing_decisions", "due_times", "disclosures")


class Way:
    """A pipeline, and a mailer over its database."""

    def __init__(self, folder: Path) -> None:
        self.pipeline = Pipeline(folder)
        self.post = Post(folder, engine=self.pipeline.engine)

    def enter(self, address: str, *mandates: str) -> str:
        with unit_of_work(self.pipeline.engine) as connection:
            return put_recipient(connection, self.pipeline.deployment, an_entry(address, list(mandates)), NOW)

    def drill(self) -> None:
        self.pipeline.take(canary.drill_report(REFERENCE, NOW))
        with unit_of_work(self.pipeline.engine) as connection:
            for row in connection.execute(select(tables.outbox).where(tables.outbox.c.topic == ALERTS.name)):
                event = decode_event([(name, value.encode()) for name, value in row.headers], row.body, NOW)
                self.post.requesting(connection, event, a_message(row.body), NOW)

    def passage(self) -> passages.Passage:
        with reading(self.pipeline.engine) as connection:
            return passages.passage(connection, self.pipeline.deployment.identities, DRILL_ID)

    def number(self, table: str) -> int:
        with reading(self.pipeline.engine) as connection:
            return connection.execute(select(func.count()).select_from(tables.metadata.tables[table])).scalar_one()


@pytest.fixture
def way(tmp_path: Path) -> Way:
    return Way(tmp_path)


def test_one_mail_marked_as_an_exercise_goes_to_the_canary_mailbox_and_no_other(way: Way) -> None:
    mailbox = way.enter("canary@tocsin.example", canary.MANDATE)
    way.drill()
    (mail,) = way.post.send()
    assert (mail.to, mail.is_urgent) == ("canary@tocsin.example", False)
    assert mail.subject.startswith("[EXERCISE]")
    (row,) = way.pipeline.rows(tables.deliveries)
    assert (row.recipient_id, row.kind, row.case_id, row.alert_id) == (mailbox, "drill", None, None)


def test_nothing_of_a_case_is_kept_and_nothing_counts_it(way: Way) -> None:
    way.enter("canary@tocsin.example", canary.MANDATE)
    before = {table: way.number(table) for table in KEPT_BY_CASES}
    with reading(way.pipeline.engine) as connection:
        counted = overview.counts(connection)
    way.drill()
    way.post.send()
    with reading(way.pipeline.engine) as connection:
        after = overview.counts(connection)
        assert drills.latest(connection) == []
    assert {table: way.number(table) for table in KEPT_BY_CASES} == before
    assert (after.reports, after.cases, after.alerts) == (counted.reports, counted.cases, counted.alerts)
    assert (after.deliveries, after.reviews) == (counted.deliveries, counted.reviews)


def test_nobody_is_asked_why_the_canary_mailbox_did_not_confirm(way: Way) -> None:
    way.enter("canary@tocsin.example", canary.MANDATE)
    way.drill()
    assert Drilling(way.pipeline.engine, lambda: NOW + timedelta(days=1)).look() == 0
    assert way.pipeline.open_reviews("drill_unanswered") == []


@pytest.mark.parametrize("mandates", [(canary.MANDATE, "UN-WGAD"), ("UN-WGAD",)])
def test_who_holds_a_true_mandate_is_never_written_to(way: Way, mandates: tuple[str, ...]) -> None:
    way.enter("both@un.example", *mandates)
    way.drill()
    assert way.post.send() == []
    assert way.number("deliveries") == way.number("drills") == 0


def test_a_drill_that_is_read_twice_sends_one_mail(way: Way) -> None:
    way.enter("canary@tocsin.example", canary.MANDATE)
    way.drill()
    way.drill()
    assert len(way.post.send()) == 1


DIFFERENT: list[tuple[str, Any]] = [
    ("publisher", "NGO-OBS"),
    ("revision", 2),
    ("language", "fr"),
    ("alleged_victims", a_report().alleged_victims),
    ("violation", a_report().violation),
    ("consent", a_report().consent),
    ("narratives", a_report().narratives),
    ("source", a_report().source),
]


@pytest.mark.parametrize(("field", "value"), DIFFERENT, ids=[field for field, _ in DIFFERENT])
def test_a_report_that_differs_from_the_drill_in_anything_is_taken_as_any_report(
    way: Way, field: str, value: Any
) -> None:
    report = canary.drill_report(REFERENCE, NOW)
    way.pipeline.take(type(report)(**(dict(report) | {field: value})))
    assert (way.number("reports"), way.number("cases")) == (1, 1)


def test_who_has_the_drill_now_is_told_at_each_step(way: Way) -> None:
    way.enter("canary@tocsin.example", canary.MANDATE)
    assert way.passage().suspect == "resolver"
    pipeline = way.pipeline
    body = canary.drill_report(REFERENCE, NOW).model_dump_json(exclude_none=True).encode()
    pipeline.resolver.handle(a_message(body, 0))
    assert way.passage().suspect == "relay"
    _publish(way)
    assert way.passage().suspect == "dispatcher"
    pipeline.dispatch()
    assert way.passage().suspect == "relay"
    _publish(way)
    assert way.passage().suspect == "mailer"
    way.drill()
    assert way.passage().suspect == "provider"
    way.post.send()
    assert way.passage().suspect == "webhook"
    (row,) = pipeline.rows(tables.deliveries)
    with unit_of_work(pipeline.engine) as connection:
        told = {"delivery_id": row.delivery_id, "state": "delivered", "cause": "webhook", "attempt": 1, "detail": ""}
        connection.execute(tables.delivery_history.insert(), told | {"at": NOW})
    assert way.passage().suspect is None


def test_nothing_is_left_of_old_drills_and_all_of_others(way: Way) -> None:
    way.enter("canary@tocsin.example", canary.MANDATE)
    way.drill()
    way.post.send()
    with unit_of_work(way.pipeline.engine) as connection:
        passages.forget(connection, NOW)
        assert [drill.drill_id for drill in passages.latest(connection, 5)] == [DRILL_ID]
        passages.forget(connection, NOW + timedelta(seconds=1))
        assert passages.latest(connection, 5) == []
    assert way.number("deliveries") == way.number("delivery_history") == way.number("drills") == 0


def _publish(way: Way) -> None:
    with unit_of_work(way.pipeline.engine) as connection:
        connection.execute(tables.outbox.update().values(published_at=NOW))
