"""The person's open alerts, and the page of one case. Reading them changes nothing but the record of who saw what."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse

from tocsin.console.recipient import entitlement, facts, subscribing
from tocsin.console.recipient.chronicle import Chronicle
from tocsin.console.recipient.entitlement import Told
from tocsin.console.recipient.pages import draw, message
from tocsin.console.recipient.people import Everybody
from tocsin.console.recipient.visits import Visit
from tocsin.console.recipient.words import label, words
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said
from tocsin.store.alerting import viewings
from tocsin.store.alerting.viewings import Viewing
from tocsin.store.database import reading, unit_of_work
from tocsin.store.recipients import given_answers
from tocsin.store.recipients.given_answers import Given
from tocsin.store.views import own_alerts
from tocsin.store.views.own_alerts import InHand
from tocsin_schemas.answers import Answer, NotMineReason
from tocsin_schemas.directory import Recipient
from tocsin_schemas.vocabulary import ActionType, ReferenceScheme

_CLOSED = "closed"
_NO_ACTS = {ActionType.NONE, ActionType.STATE_REPLY}


@dataclass(frozen=True, slots=True)
class Panel:
    """One alert of the person's, with what may be answered to it. status: a key of the words."""

    alert_id: str
    mandate: Said
    priority: str
    why: str
    status: str
    reply_by: Said | None
    is_open: bool
    is_mine: bool
    pending: Given | None
    colleagues: list[tuple[str, str]]
    actions: list[tuple[str, str]]
    key: str


def overview(visit: Visit, person: Recipient, page: int) -> HTMLResponse:
    """Open alerts by case: that there is a case, how urgent, by when; nothing of what happened."""
    desk, now, said = visit.desk, visit.desk.clock(), words(visit.language)
    with reading(desk.engine) as connection:
        everybody = desk.people.now(connection)
        alerts, is_full = entitlement.open_alerts(connection, everybody, person, now, page)
        told = [one for one in entitlement.told(connection, desk, person, alerts, now) if one.may_be_told]
        case_ids = {one.alert.case_id for one in told}
        references, hands = own_alerts.references(connection, case_ids), own_alerts.in_hand(connection, case_ids)
        shown = [replace(view, level="L0", fields=[]) for view in facts.viewings(told, person)]
        is_known = viewings.is_recorded(connection, desk.identities, shown)
    if not is_known:
        _record(visit, shown, now)
    grouped: dict[str, list[Told]] = {}
    for one in told:
        grouped.setdefault(references[one.alert.case_id], []).append(one)
    cases = [
        {
            "reference": reference,
            "priority": min(one.alert.priority for one in group),
            "alerts": [_line(visit, one, hands, person, said) for one in group],
        }
        for reference, group in grouped.items()
    ]
    waiting = len({one.alert.case_id for one in told if _status(one, hands, person) == "waits"})
    return draw(visit, "overview", cases=cases, waiting=waiting, page=page, is_full=is_full)


def case_page(
    visit: Visit, person: Recipient, reference: str, notice: str | None = None, status: int = 200
) -> HTMLResponse:
    """What the person's mandates may be told of a case now, and the forms to answer. notice: a key of the words."""
    desk, now, said = visit.desk, visit.desk.clock(), words(visit.language)
    with reading(desk.engine) as connection:
        case = entitlement.case_of(connection, reference)
        everybody = desk.people.now(connection)
        alerts = [] if case is None else entitlement.alerts_on(connection, everybody, person, now, case)
        told = entitlement.told(connection, desk, person, alerts, now)
        if case is None or not told:
            return message(visit, "missing", 404)
        family = own_alerts.family(connection, case.case_id)
        hands = own_alerts.in_hand(connection, family)
        given = given_answers.latest(connection, [one.alert.alert_id for one in told], person.recipient_id)
        open_ones = [one for one in told if one.may_be_told]
        shown = facts.viewings(open_ones, person)
        acts = facts.acts_shown(connection, open_ones, now)
        chronicle = Chronicle(desk, open_ones, hands, acts, everybody, person, said)
        content: dict[str, Any] = {
            "reference": case.reference,
            "priority": min((one.alert.priority for one in open_ones), default=_CLOSED),
            "rows": facts.rows(open_ones, said),
            "accounts": facts.accounts(open_ones, said),
            "acted": facts.acted(desk, acts, said),
            "in_hand": facts.in_hand(desk, hands, open_ones, everybody, person, said),
            "deadlines": chronicle.deadlines(now),
            "happened": chronicle.happened(connection),
            "updates": subscribing.standing(connection, person, open_ones) if open_ones else None,
            "alerts": [_panel(visit, one, hands, given, everybody, person, said) for one in told],
        }
        is_known = viewings.is_recorded(connection, desk.identities, shown)
    if not is_known:
        _record(visit, shown, now)
    closed_sets = {"reasons": [r.value for r in NotMineReason], "schemes": _schemes()}
    return draw(visit, "case", status, notice=notice, **content, **closed_sets)


def _record(visit: Visit, shown: list[Viewing], now: datetime) -> None:
    """Durable before the page leaves: nobody is told off the record."""
    with unit_of_work(visit.desk.engine) as connection:
        viewings.record(connection, visit.desk.identities, shown, now)


def _line(visit: Visit, one: Told, hands: list[InHand], person: Recipient, said: Words) -> dict[str, Any]:
    mandate = facts.mandate_name(visit.desk, one.alert.mandate, said)
    return {"mandate": mandate, "status": _status(one, hands, person), "reply_by": _reply_by(one, person, said)}


def _panel(
    visit: Visit,
    one: Told,
    hands: list[InHand],
    given: dict[str, Given],
    everybody: Everybody,
    person: Recipient,
    said: Words,
) -> Panel:
    alert, status, last = one.alert, _status(one, hands, person), given.get(one.alert.alert_id)
    pending = last if last is not None and last.is_pending else None
    is_mine = status == "mine" if pending is None else pending.answer == Answer.ACKNOWLEDGED
    return Panel(
        alert_id=alert.alert_id,
        mandate=facts.mandate_name(visit.desk, alert.mandate, said),
        priority=alert.priority,
        why=facts.why(one, said),
        status=status,
        reply_by=_reply_by(one, person, said),
        is_open=one.may_be_told,
        is_mine=is_mine,
        pending=pending,
        colleagues=_colleagues(alert.mandate, everybody, person, visit.desk.clock(), said),
        actions=_actions(visit, one, said),
        key=secrets.token_hex(16),
    )


def _status(one: Told, hands: list[InHand], person: Recipient) -> str:
    if not one.may_be_told:
        return _CLOSED
    holders = {hand.recipient_id for hand in hands if hand.alert_id == one.alert.alert_id}
    if person.recipient_id in holders:
        return "mine"
    return "in_hand" if holders else "waits"


def _reply_by(one: Told, person: Recipient, said: Words) -> Said | None:
    return None if one.alert.reply_by is None else said.instant(one.alert.reply_by, person.timezone)


def _colleagues(
    mandate: str, everybody: Everybody, person: Recipient, now: datetime, said: Words
) -> list[tuple[str, str]]:
    """Those in line for the mandate now, in that order."""
    others = [other for other in everybody.in_line(mandate, now) if other != person.recipient_id]
    return [(other, facts.seat_name(everybody.by_id[other], said)) for other in others]


def _actions(visit: Visit, one: Told, said: Words) -> list[tuple[str, str]]:
    """What the mechanism does, or everything if that is not known."""
    mechanism = visit.desk.knowledge.mechanisms.get(one.alert.mechanism)
    usual = [] if mechanism is None else mechanism.actions
    return [(act.value, label(said, "actions", act)) for act in usual or sorted(set(ActionType) - _NO_ACTS)]


def _schemes() -> list[str]:
    """ "Other" first: it is right for whoever does not know."""
    rest = [scheme for scheme in ReferenceScheme if scheme is not ReferenceScheme.OTHER]
    return [scheme.value for scheme in (ReferenceScheme.OTHER, *rest)]
