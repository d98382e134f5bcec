"""A mailbox that answers that nobody is there starts the delegation: more people look, sooner, and never fewer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from databases import NOW
from inbound_desk import RECEIPT, Desk
from mailed import mail
from tocsin.dispatcher.acknowledging import acknowledge
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.matching import reviews
from tocsin_schemas.directory import Absence


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_next_in_line_are_told_at_once_and_nothing_is_acknowledged(desk: Desk) -> None:
    assert desk.escalated() == []
    desk.answers("staff")
    assert desk.escalated() == [[desk.people["mandate_holder"]]]
    assert desk.pipeline.rows(tables.acknowledgements) == []
    assert [reason.partition(":")[0] for reason in desk.pipeline.open_reviews("recipient_away")] == [
        f"recipient {desk.people['staff']}"
    ]


def test_the_same_absence_hastens_an_alert_once(desk: Desk) -> None:
    for _ in range(3):
        desk.answers("staff")
        desk.escalated()
    assert desk.escalated() == [[desk.people["mandate_holder"]]]


def test_a_colleague_of_the_tier_who_is_there_keeps_the_time_to_answer(tmp_path: Path) -> None:
    desk = Desk(tmp_path, second=True)
    desk.answers("staff")
    assert desk.escalated() == []
    assert len(desk.pipeline.open_reviews("recipient_away")) == 1
    desk.answers("second")
    assert desk.escalated() == [[desk.people["mandate_holder"]]]


def test_an_absence_of_the_first_that_comes_late_does_not_hurry_the_second(desk: Desk) -> None:
    waiting = [r for r in desk.pipeline.rows(tables.due_times) if r.subject == desk.alert.alert_id]
    desk.now = next(row.due_at for row in waiting if row.kind == "escalation")
    assert desk.escalated() == [[desk.people["mandate_holder"]]]
    desk.answers("staff")
    assert desk.escalated() == [[desk.people["mandate_holder"]]]


def test_what_somebody_has_in_hand_is_not_escalated(desk: Desk) -> None:
    with unit_of_work(desk.pipeline.engine) as connection:
        acknowledge(connection, desk.pipeline.deployment, desk.alert.alert_id, desk.people["staff"], NOW)
    desk.answers("staff")
    assert desk.escalated() == []


def test_an_unsigned_absence_with_a_good_token_makes_more_people_look(desk: Desk) -> None:
    desk.answers("staff", signed=False)
    assert desk.escalated() == [[desk.people["mandate_holder"]]]


def test_operators_are_not_asked_for_an_absence_that_is_in_the_directory(desk: Desk) -> None:
    today = datetime.now(UTC).date()
    away = Absence(first_day=today - timedelta(days=1), last_day=today + timedelta(days=9), delegate=None)
    desk.pipeline.enter("wgad@un.example", ["UN-WGAD"], absences=[away])
    desk.answers("staff")
    assert desk.pipeline.open_reviews("recipient_away") == []
    assert desk.escalated() == [[desk.people["mandate_holder"]]]


def test_an_absence_answering_a_bundle_hastens_every_alert_that_it_carried(desk: Desk) -> None:
    bundle = "b" * 32
    with unit_of_work(desk.pipeline.engine) as connection:
        rows = tables.deliveries
        connection.execute(
            rows.update().where(rows.c.recipient_id == desk.people["staff"]).values(state="carried", carried_by=bundle)
        )
        row = dict(connection.execute(rows.select().where(rows.c.carried_by == bundle)).mappings().first() or {})
        over = {"delivery_id": bundle, "alert_id": None, "case_id": None, "carried_by": None, "kind": "bundle"}
        connection.execute(rows.insert().values(row | over))
    desk.answers("staff", address=desk.post.address(bundle))
    desk.answers("staff", address=desk.post.address(bundle))
    assert desk.escalated() == [[desk.people["mandate_holder"]]]


def test_each_of_the_chain_who_is_away_hands_on_and_of_the_last_operators_are_told_once(desk: Desk) -> None:
    chain = ("staff", "mandate_holder", "deputy", "duty_officer")
    for number, role in enumerate(chain, start=1):
        desk.answers(role)
        assert [told for (told,) in desk.escalated()] == [desk.people[other] for other in chain[1 : number + 1]]
        mail(desk.pipeline)
    assert "nobody-left: UN-WGAD" in desk.pipeline.open_reviews("unanswered")
    with unit_of_work(desk.pipeline.engine) as connection:
        reviews.resolve_of(connection, "unanswered", desk.alert.alert_id, "duty-1", desk.now)
    desk.answers("staff")
    assert desk.pipeline.open_reviews("unanswered") == [], "a mailbox that answers again asks nobody again"


def test_a_receipt_or_an_absence_without_a_good_token_changes_nothing(desk: Desk) -> None:
    good = desk.post.address(desk.delivery("staff"))
    desk.answers("staff", RECEIPT)
    desk.answers("staff", address=good.replace(good.partition(".")[2][:4], "0000", 1))
    assert desk.escalated() == []
    assert desk.pipeline.open_reviews("recipient_away") == []
