"""Rows planted in a database, to look at it without running the services. Everything in them is invented."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from builders import a_claim
from databases import NOW
from tocsin.domain.identifiers import case_reference, report_id
from tocsin.store import tables

EARLIER = NOW - timedelta(minutes=10)


def ident(*parts: object) -> str:
    """32 hexadecimal digits, the same for the same parts."""
    return report_id("planted", "/".join(map(str, parts))).replace("-", "")


def plant_case(connection: Connection, number: int, **over: Any) -> str:
    """An open case; returns its id."""
    case_id = ident("case", number)
    row: dict[str, Any] = {
        "case_id": case_id,
        "reference": case_reference(case_id),
        "founding_report_id": report_id("ACHPR-SRHRD", str(number)),
        "revision": 1,
        "state": "open",
        "countries": ["TGO"],
        "violations": ["arrest", "arbitrary_detention"],
        "opened_at": EARLIER,
        "updated_at": EARLIER,
    }
    connection.execute(tables.cases.insert().values(row | over))
    return case_id


def plant_report(connection: Connection, case_id: str, publisher: str = "ACHPR-SRHRD", **over: Any) -> str:
    identity = report_id(publisher, case_id)
    claim = a_claim(report_id=identity, publisher=publisher, **over.pop("claim", {}))
    row: dict[str, Any] = {
        "report_id": identity,
        "publisher": publisher,
        "revision": 1,
        "content_digest": "0" * 64,
        "claim": claim.model_dump(mode="json", exclude_none=True),
        "case_id": case_id,
        "accepted_at": EARLIER,
    }
    connection.execute(tables.reports.insert().values(row | over))
    return identity


def plant_alert(connection: Connection, case_id: str, mandate: str = "UN-WGAD", **over: Any) -> str:
    alert_id = ident("alert", case_id, mandate)
    row: dict[str, Any] = {
        "alert_id": alert_id,
        "case_id": case_id,
        "mechanism": mandate,
        "mandate": mandate,
        "revision": 1,
        "round": 0,
        "state": "raised",
        "priority": "P1",
        "level": "L1",
        "rule": "violation-in-mandate",
        "detail": "arbitrary detention is within this mandate, and the State responsible is Togo",
        "recipients": [ident("recipient", mandate)],
        "reply_by": NOW + timedelta(hours=24),
        "raised_at": EARLIER,
        "updated_at": EARLIER,
    }
    connection.execute(tables.alerts.insert().values(row | over))
    return alert_id


def plant_delivery(connection: Connection, alert_id: str, case_id: str, state: str = "delivered", **over: Any) -> str:
    delivery_id = ident("delivery", alert_id, over.get("recipient_id", ""))
    row: dict[str, Any] = {
        "delivery_id": delivery_id,
        "alert_id": alert_id,
        "case_id": case_id,
        "recipient_id": ident("recipient", alert_id),
        "channel": "email",
        "round": 0,
        "kind": "alert",
        "priority": "P1",
        "state": state,
        "attempt": 1,
        "possible_repeat": False,
        "requested_at": EARLIER,
        "updated_at": EARLIER,
    }
    connection.execute(tables.deliveries.insert().values(row | over))
    _history(connection, delivery_id, ["requested", "accepted", state])
    return delivery_id


def _history(connection: Connection, delivery_id: str, states: Sequence[str]) -> None:
    causes = {"requested": "alert", "accepted": "provider_accepted"}
    rows = [
        {
            "delivery_id": delivery_id,
            "state": state,
            "cause": causes.get(state, "webhook"),
            "attempt": 1,
            "detail": "",
            "at": EARLIER + timedelta(seconds=second),
        }
        for second, state in enumerate(dict.fromkeys(states))
    ]
    connection.execute(tables.delivery_history.insert(), rows)


def plant_inbound(
    connection: Connection, number: int, kind: str, is_genuine: bool, case_id: str, alert_id: str
) -> None:
    """A mail that came in about an alert, from nobody who is in the directory."""
    row = {"inbound_id": ident("inbound", number), "digest": ident("digest", number), "kind": kind}
    row |= {"is_genuine": is_genuine, "case_id": case_id, "alert_id": alert_id, "received_at": EARLIER}
    connection.execute(tables.inbound_mails.insert().values(row))


def plant_decision(connection: Connection, case_id: str, mandate: str, outcome: str, rule: str, detail: str) -> None:
    connection.execute(
        tables.routing_decisions.insert().values(
            case_id=case_id,
            case_revision=1,
            mechanism=mandate,
            mandate=mandate,
            outcome=outcome,
            rule=rule,
            detail=detail,
            knowledge_version="test",
            decided_at=EARLIER,
        )
    )


def plant_review(connection: Connection, case_id: str | None, kind: str = "unrouted", **over: Any) -> None:
    row: dict[str, Any] = {
        "review_id": ident("review", kind, case_id),
        "kind": kind,
        "case_id": case_id,
        "reason": "no-competent-mandate",
        "created_at": EARLIER,
    }
    connection.execute(tables.reviews.insert().values(row | over))


def plant_answer(connection: Connection, given_at: datetime, outcome: str | None = None) -> str:
    """Somebody has said on a page that they take an alert in hand; returns the answer's id."""
    answer_id = ident("answer", given_at)
    row = {"answer_id": answer_id, "alert_id": ident("alert"), "recipient_id": ident("recipient")}
    facts = {"answer": "acknowledged", "given_at": given_at, "outcome": outcome}
    connection.execute(tables.given_answers.insert().values(row | facts))
    return answer_id


def plant_progress(
    connection: Connection, consumer: str, topic: str, offsets: Sequence[int], start: int = 0, outcome: str = "opened"
) -> None:
    """A watermark at ``start`` and one processed message for each offset of partition 0."""
    place = {"consumer": consumer, "topic": topic, "partition": 0}
    connection.execute(tables.watermarks.insert().values(**place, next_offset=start))
    rows = [{**place, "offset": o, "event_id": None, "outcome": outcome, "processed_at": EARLIER} for o in offsets]
    if rows:
        connection.execute(tables.processed_messages.insert(), rows)


def plant_outbox(connection: Connection, topic: str, key: str, created_at: datetime = EARLIER, **over: Any) -> None:
    row: dict[str, Any] = {
        "event_id": ident("outbox", topic, key),
        "topic": topic,
        "key": key,
        "headers": [],
        "body": b"{}",
        "created_at": created_at,
        "published_at": created_at,
    }
    connection.execute(tables.outbox.insert().values(row | over))


def plant_healthy(connection: Connection) -> str:
    """A report that became a case, an alert and a delivered mail; returns the case id."""
    case_id = plant_case(connection, 1)
    plant_report(connection, case_id)
    alert_id = plant_alert(connection, case_id)
    plant_delivery(connection, alert_id, case_id)
    plant_progress(connection, "resolver", "tocsin.reports.v1", range(5))
    plant_progress(connection, "dispatcher", "tocsin.cases.v1", range(5))
    plant_progress(connection, "mailer", "tocsin.alerts.v1", range(5))
    return case_id
