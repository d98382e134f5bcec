"""The figures that operators watch are those of the database: how much waits, and since when."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from builders import a_report
from databases import NOW
from dispatching import Pipeline
from figuring import value
from reviewing import AGAIN, BROTHER, a_queue
from tocsin.auditor.figures import EVERY, Figures
from tocsin.dispatcher.acknowledging import acknowledge
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import reviews
from tocsin.store.views import figures
from tocsin_schemas.topics import DEAD_LETTERS
from tocsin_schemas.vocabulary import Priority

OLDEST = "hrd_alerts_oldest_unacknowledged_seconds"


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    pipeline = Pipeline(tmp_path)
    pipeline.people = pipeline.enter_chain()
    pipeline.take(a_report())
    return pipeline


def show(pipeline: Pipeline, minutes: float, shown: Figures | None = None) -> None:
    now = pipeline.alert("UN-WGAD").raised_at + timedelta(minutes=minutes)
    with reading(pipeline.engine) as connection:
        (shown or Figures()).show(connection, now)


def test_an_alert_in_nobodys_hands_ages_until_somebody_has_it(pipeline: Pipeline) -> None:
    alert = pipeline.alert("UN-WGAD")
    show(pipeline, 31)
    assert value(OLDEST, priority=alert.priority) == pytest.approx(31 * 60, abs=60)
    waiting = value("hrd_alerts_unacknowledged", priority=alert.priority)
    with unit_of_work(pipeline.engine) as connection:
        done = acknowledge(connection, pipeline.deployment, alert.alert_id, alert.recipients[0], alert.raised_at)
    show(pipeline, 32)
    assert value("hrd_alerts_unacknowledged", priority=alert.priority) == waiting - len(done)


def test_what_became_more_urgent_is_in_nobodys_hands_again(pipeline: Pipeline) -> None:
    alert = pipeline.alert("UN-WGAD")
    with unit_of_work(pipeline.engine) as connection:
        acknowledge(connection, pipeline.deployment, alert.alert_id, alert.recipients[0], alert.raised_at)
        connection.execute(update(tables.acknowledgements).values(priority=Priority.P4.value))
        connection.execute(update(tables.alerts).values(priority=Priority.P1.value, state="raised"))
        assert figures.unacknowledged(connection)["P1"].number >= 1


def test_the_oldest_review_of_each_kind_counts_and_one_that_is_closed_does_not(pipeline: Pipeline) -> None:
    begun = pipeline.alert("UN-WGAD").raised_at
    with unit_of_work(pipeline.engine) as connection:
        for number, subject in enumerate(("0a", "0b")):
            at = begun - timedelta(minutes=number)
            reviews.request_of(connection, "due_failed", subject, "escalation: KeyError", at, None)
    show(pipeline, 10)
    assert value("hrd_reviews_oldest_seconds", kind="due_failed") == 11 * 60
    with unit_of_work(pipeline.engine) as connection:
        reviews.resolve_of(connection, "due_failed", "0b", "an-operator", begun)
    show(pipeline, 10)
    assert value("hrd_reviews_oldest_seconds", kind="due_failed") == 10 * 60


def test_a_family_is_silent_since_its_newest_report(pipeline: Pipeline) -> None:
    with reading(pipeline.engine) as connection:
        ((publisher, newest),) = figures.newest_reports(connection).items()
        Figures().show(connection, newest + timedelta(hours=2))
    assert value("hrd_source_silence_seconds", family=publisher.partition("-")[0].lower()) == 7200


def test_dead_letters_age_until_they_are_given_another_try(pipeline: Pipeline) -> None:
    row = {"topic": DEAD_LETTERS.name, "headers": [], "body": b""}
    with unit_of_work(pipeline.engine) as connection:
        for number, hours in enumerate((200, 5, 3)):
            place, at = f"tocsin.reports.v1-0-{number}", NOW - timedelta(hours=hours)
            connection.execute(tables.outbox.insert(), row | {"event_id": place, "key": place, "created_at": at})
        since = NOW - timedelta(days=7)
        assert figures.dead_letters(connection, since) == figures.Waiting(2, NOW - timedelta(hours=5))
        audit.append(connection, "operators", "dead-letter-replayed", "tocsin.reports.v1-0-1", {}, NOW)
        assert figures.dead_letters(connection, since) == figures.Waiting(1, NOW - timedelta(hours=3))


def test_a_mail_that_is_put_off_is_not_old(pipeline: Pipeline) -> None:
    row = {"recipient_id": "0e" * 16, "channel": "email", "round": 0, "kind": "alert", "priority": "P2", "attempt": 0}
    row |= {"possible_repeat": False, "requested_at": NOW, "updated_at": NOW}
    later = NOW + timedelta(hours=9)
    with unit_of_work(pipeline.engine) as connection:
        for number, state, due in ((1, "requested", later), (2, "delivered", None), (3, "accepted", None)):
            delivery = {"delivery_id": f"{number:032}", "state": state, "next_attempt_at": due}
            connection.execute(tables.deliveries.insert(), row | delivery)
        assert figures.oldest_deliveries(connection, NOW) == {"accepted": NOW}
        assert figures.oldest_deliveries(connection, later) == {"accepted": NOW, "requested": NOW}
        assert figures.mails_per_person(connection, NOW) == (3.0, 3.0)
        assert figures.mails_per_person(connection, later) == (0.0, 0.0)


def test_what_people_part_of_what_the_matcher_joined_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "queue").mkdir()
    resolver = a_queue(tmp_path / "queue", monkeypatch)
    with unit_of_work(resolver.engine) as connection:
        assert figures.undone(connection) == 0
        judged = connection.execute(
            tables.judgements.select().where(tables.judgements.c.judgement == "positive")
        ).first()
        assert judged is not None, (BROTHER.publisher, AGAIN.publisher)
        row = {**judged._mapping, "author": "an-operator", "judgement": "negative", "verdict": "unrelated"}
        row.pop("id")
        connection.execute(tables.judgements.insert(), row)
        assert figures.undone(connection) == 1


def test_figures_are_counted_now_and_then(pipeline: Pipeline) -> None:
    shown = Figures()
    show(pipeline, 1, shown)
    before = value(OLDEST, priority=pipeline.alert("UN-WGAD").priority)
    show(pipeline, 1 + EVERY.total_seconds() / 120, shown)
    assert value(OLDEST, priority=pipeline.alert("UN-WGAD").priority) == before
    show(pipeline, 1 + EVERY.total_seconds() / 60, shown)
    assert value(OLDEST, priority=pipeline.alert("UN-WGAD").priority) == pytest.approx(before + EVERY.total_seconds())
