"""What happened in one case, in the order of time: reports, decisions, alerts, deliveries. For operators; no names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tocsin.store import inbound
from tocsin.store.tables import alerts, deliveries, delivery_history, reports, routing_decisions
from tocsin_schemas.deliveries import DeliveryState


@dataclass(frozen=True, slots=True)
class Moment:
    """subject: publisher or mandate. what: a code word. why: cause, rule or reason."""

    at: datetime
    area: str
    subject: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class RoutingLine:
    """A decision and its reason, as a sentence that a person can check."""

    mechanism: str
    mandate: str
    outcome: str
    rule: str
    detail: str
    case_revision: int
    decided_at: datetime


def decisions(connection: Connection, case_id: str) -> list[RoutingLine]:
    """Every routing decision of a case; routes first, then refusals."""
    columns = [routing_decisions.c[field] for field in RoutingLine.__dataclass_fields__]
    query = select(*columns).where(routing_decisions.c.case_id == case_id)
    order = (routing_decisions.c.outcome.desc(), routing_decisions.c.mandate, routing_decisions.c.id)
    return [RoutingLine(*row) for row in connection.execute(query.order_by(*order))]


def latest_refusals(connection: Connection, case_ids: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """By case and rule the mandates that were refused when it was decided on last."""
    decided = routing_decisions.c
    revisions = select(decided.case_id, func.max(decided.case_revision).label("revision"))
    newest = revisions.where(decided.case_id.in_(case_ids)).group_by(decided.case_id).subquery()
    same = (newest.c.case_id == decided.case_id) & (newest.c.revision == decided.case_revision)
    query = select(decided.case_id, decided.rule, decided.mandate).join(newest, same)
    found: dict[str, dict[str, list[str]]] = {case_id: {} for case_id in case_ids}
    for row in connection.execute(query.where(decided.outcome == "refusal").order_by(decided.rule, decided.mandate)):
        found[row.case_id].setdefault(row.rule, []).append(row.mandate)
    return found


def of_case(connection: Connection, case_id: str) -> list[Moment]:
    told = [*_alerts(connection, case_id), *_mails(connection, case_id), *_answers(connection, case_id)]
    moments = [*_reports(connection, case_id), *told]
    return sorted(moments, key=lambda moment: moment.at)


def _reports(connection: Connection, case_id: str) -> list[Moment]:
    columns = (reports.c.publisher, reports.c.accepted_at, reports.c.withdrawn_at)
    found = []
    for publisher, accepted_at, withdrawn_at in connection.execute(
        select(*columns).where(reports.c.case_id == case_id)
    ):
        found.append(Moment(accepted_at, "report", publisher, "accepted", ""))
        if withdrawn_at is not None:
            found.append(Moment(withdrawn_at, "report", publisher, "withdrawn", ""))
    return found


def _alerts(connection: Connection, case_id: str) -> list[Moment]:
    query = select(alerts).where(alerts.c.case_id == case_id)
    found = []
    for row in connection.execute(query):
        first = "held" if row.state == "held" else "raised"
        found.append(Moment(row.raised_at, "alert", row.mandate, first, row.hold_reason or row.rule))
        if row.state == "closed":
            found.append(Moment(row.updated_at, "alert", row.mandate, "closed", ""))
        elif row.round > 0:
            found.append(Moment(row.updated_at, "alert", row.mandate, "updated", row.rule))
    return found


def _mails(connection: Connection, case_id: str) -> list[Moment]:
    history = delivery_history.c
    query = (
        select(history.at, alerts.c.mandate, history.state, history.cause)
        .select_from(
            delivery_history.join(deliveries, deliveries.c.delivery_id == history.delivery_id).join(
                alerts, alerts.c.alert_id == deliveries.c.alert_id
            )
        )
        .where(deliveries.c.case_id == case_id, history.state != DeliveryState.CLAIMED)
        .order_by(history.id)
    )
    return [Moment(at, "mail", mandate, state, cause) for at, mandate, state, cause in connection.execute(query)]


def _answers(connection: Connection, case_id: str) -> list[Moment]:
    """Mail that came in. It answers no alert: only a person who signs in does."""
    return [
        Moment(line.received_at, "inbox", line.mandate or "", _WROTE.get(line.kind, line.kind), _proved(line))
        for line in inbound.listed(connection, case_id, handled=True)
    ]


def _proved(line: inbound.Line) -> str:
    if line.kind != "reply":
        return ""
    return "genuine" if line.is_genuine else "not-proved"


_WROTE = {"reply": "a recipient wrote back", "out_of_office": "a recipient is away", "unknown": "unreadable mail"}
