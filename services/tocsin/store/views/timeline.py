"""What happened in one case, in the order of time: reports, alerts, mails, answers, acts, decisions. No names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tocsin.store.casework import labels
from tocsin.store.mail import inbound
from tocsin.store.tables import (
    acknowledgements,
    actions,
    alerts,
    deliveries,
    delivery_history,
    reports,
    routing_decisions,
)
from tocsin.store.views import case_matching
from tocsin_schemas.deliveries import DeliveryState


@dataclass(frozen=True, slots=True)
class Moment:
    """subject: publisher, mandate, mechanism or account. what: a code of its area. why: cause, rule, reason or act."""

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
    decided, same = routing_decisions.c, routing_decisions.alias("same")
    newest = select(func.max(same.c.case_revision)).where(same.c.case_id == decided.case_id).scalar_subquery()
    query = select(decided.case_id, decided.rule, decided.mandate)
    query = query.where(decided.case_id.in_(case_ids), decided.case_revision == newest)
    found: dict[str, dict[str, list[str]]] = {case_id: {} for case_id in case_ids}
    for row in connection.execute(query.where(decided.outcome == "refusal").order_by(decided.rule, decided.mandate)):
        found[row.case_id].setdefault(row.rule, []).append(row.mandate)
    return found


def of_case(connection: Connection, case_id: str) -> list[Moment]:
    told = [*_alerts(connection, case_id), *_mails(connection, case_id), *_answers(connection, case_id)]
    done = [*_in_hand(connection, case_id), *_acts(connection, case_id), *_decided(connection, case_id)]
    return sorted([*_reports(connection, case_id), *told, *done], key=lambda moment: moment.at)


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
        Moment(line.received_at, "inbox", line.mandate or "", line.kind, _proved(line))
        for line in inbound.listed(connection, case_id, handled=True)
    ]


def _proved(line: inbound.Line) -> str:
    if line.kind != "reply":
        return ""
    return "genuine" if line.is_genuine else "not-proved"


def _in_hand(connection: Connection, case_id: str) -> list[Moment]:
    """Who took an alert in hand, and who took that back."""
    columns = (alerts.c.mandate, acknowledgements.c.acknowledged_at, acknowledgements.c.revoked_at)
    both = acknowledgements.join(alerts, alerts.c.alert_id == acknowledgements.c.alert_id)
    found = []
    for mandate, taken_at, revoked_at in connection.execute(
        select(*columns).select_from(both).where(alerts.c.case_id == case_id)
    ):
        found.append(Moment(taken_at, "answer", mandate, "in_hand", ""))
        if revoked_at is not None:
            found.append(Moment(revoked_at, "answer", mandate, "revoked", ""))
    return found


def _acts(connection: Connection, case_id: str) -> list[Moment]:
    columns = (actions.c.recorded_at, actions.c.mechanism, actions.c.state, actions.c.action)
    rows = connection.execute(select(*columns).where(actions.c.case_id == case_id))
    return [Moment(at, "action", mechanism, state, action) for at, mechanism, state, action in rows]


def _decided(connection: Connection, case_id: str) -> list[Moment]:
    """What people decided of the case, or of its being one with another, and took back."""
    found = []
    for decision in labels.of_case(connection, case_id):
        found.append(Moment(decision.decided_at, "decision", decision.decided_by, decision.value, ""))
        if decision.ended_at is not None:
            found.append(Moment(decision.ended_at, "decision", decision.ended_by or "", "ended", decision.value))
    for judged in case_matching.of_case(connection, case_id):
        if judged.by_person:
            found.append(Moment(judged.created_at, "decision", judged.author, judged.verdict, ""))
        if judged.deleted_at is not None:
            found.append(Moment(judged.deleted_at, "decision", "", "taken_back", judged.verdict))
    return found
