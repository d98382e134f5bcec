"""One case: what is due, who was told and who answered, what each mechanism reported, and why it all came so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from tocsin.console.access.viewer import Role, require
from tocsin.console.operator import tones
from tocsin.console.operator.desk import READERS, Desk, Page, Who
from tocsin.console.operator.live import Refresh, draw_live
from tocsin.domain.additive import probability
from tocsin.store.access.operators import CHAIN
from tocsin.store.alerting import acknowledgements, due_times
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, labels
from tocsin.store.database import reading, unit_of_work
from tocsin.store.following import actions
from tocsin.store.mail import inbound
from tocsin.store.views import case_matching, overview, own_alerts, review_queue, timeline
from tocsin.store.views.overview import AlertLine, CaseLine
from tocsin.store.views.timeline import Moment, RoutingLine

GIVES_OUT = (Role.REVIEWER, Role.DUTY_OFFICER)
"""Who may hand out what a mandate may have; see ``console/brief/readers``."""


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(dependencies=[Depends(require(*READERS))], default_response_class=HTMLResponse)

    @router.get("/cases/{reference}")
    def show(request: Request, viewer: Who, reference: str, page: Page = 1, refresh: Refresh = None) -> Response:
        with reading(desk.engine) as connection:
            case = overview.case(connection, reference)
            if case is None:
                raise HTTPException(404)
            content = _content(connection, case, desk.clock(), page)
        content["may_decide"] = viewer.may(*GIVES_OUT)

        def shown() -> None:
            with unit_of_work(desk.engine) as connection:
                audit.append(connection, CHAIN, "case-read", case.case_id, {"by": viewer.name}, desk.clock())

        return draw_live(request, "case", refresh, shown, case=case, **content)

    return router


def _content(connection: Connection, case: CaseLine, now: datetime, page: int) -> dict[str, Any]:
    in_hand, mails = own_alerts.in_hand(connection, [case.case_id]), inbound.listed(connection, case.case_id, True)
    people = [*(one.recipient_id for one in in_hand), *(mail.recipient_id for mail in mails)]
    people += [person for alert in case.alerts for person in alert.recipients]
    decisions, part_of = timeline.decisions(connection, case.case_id), cases.current(connection, case.case_id)
    content = {
        "now": now,
        "part_of": None if part_of == case.case_id else cases.get(connection, part_of).reference,
        "reports": overview.reports_of(connection, case.case_id, page),
        "raised": [alert for alert in case.alerts if alert.state != "held"],
        "links": overview.linked_cases(connection, case.case_id),
        "decided": labels.in_force(connection, [case.case_id]),
        "due": due_times.waiting(connection, case.case_id),
        "reviews": review_queue.of_case(connection, case.case_id),
        "acts": actions.of_case(connection, case.case_id),
        "in_hand": {one.alert_id: one for one in reversed(in_hand)},
        "since": acknowledgements.of_case(connection, case.case_id),
        "mails": mails,
        "roles": inbound.roles(connection, people),
        "judged": case_matching.of_case(connection, case.case_id),
        "decisions": decisions,
        "not_told": refusals(decisions),
        "moments": together(timeline.of_case(connection, case.case_id)),
        "mandates": [alert.mandate for alert in case.told],
        **_SAID_WITH,
    }
    return content | _cut(content, page, overview.number_of_reports(connection, case.case_id))


def _cut(content: Mapping[str, Any], page: int, reports: int) -> dict[str, Any]:
    """Of each list that grows with a case what is on this page, how long it is, and whether there is more of any."""
    totals = {name: len(content[name]) for name in _ON_A_PAGE} | {"reports": reports}
    ends = {name: page * most for name, most in _ON_A_PAGE.items()} | {"reports": page * overview.REPORTS}
    cut = {name: content[name][(page - 1) * most : page * most] for name, most in _ON_A_PAGE.items()}
    return cut | {"page": page, "totals": totals, "is_full": any(totals[name] > ends[name] for name in totals)}


def refusals(decisions: Iterable[RoutingLine]) -> list[tuple[str, list[str]]]:
    """(rule, mandates that it refused) by the latest decision on each mandate; the rule of most mandates first."""
    latest: dict[str, RoutingLine] = {}
    for decision in sorted(decisions, key=lambda one: one.case_revision):
        latest[decision.mandate] = decision
    found: dict[str, list[str]] = defaultdict(list)
    for mandate, decision in sorted(latest.items()):
        if decision.outcome == "refusal":
            found[decision.rule].append(mandate)
    return sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))


def _flags(claim: Mapping[str, Any]) -> list[str]:
    """Facts of the kind that is so or is not."""
    return [name for name in FLAGS if claim.get(name)]


def _roles_of(alert: AlertLine, roles: Mapping[str, str]) -> list[tuple[str, int]]:
    """(role, number) of those whom an alert is for, in the order of the roles' names."""
    counted: dict[str, int] = defaultdict(int)
    for person in alert.recipients:
        counted[roles.get(person) or "unknown"] += 1
    return sorted(counted.items())


def _evidence(judged: case_matching.Judgement) -> Sequence[tuple[str, float]]:
    return judged.evidence[:_MOST_EVIDENCE]


def together(moments: Iterable[Moment]) -> list[tuple[Moment, list[str]]]:
    """What happened to several in one second is told once, with all of them."""

    def alike(moment: Moment) -> tuple[object, ...]:
        return moment.at.replace(microsecond=0), moment.area, moment.what, moment.why

    found: dict[tuple[object, ...], tuple[Moment, list[str]]] = {}
    for moment in moments:
        _, subjects = found.setdefault(alike(moment), (moment, []))
        if moment.subject and moment.subject not in subjects:
            subjects.append(moment.subject)
    return list(found.values())


def what(moment: Moment) -> tuple[str, str]:
    """(kind, code) of what happened at a moment."""
    return _WHAT.get(moment.area, f"moment.{moment.area}"), moment.what


def whence(moment: Moment) -> tuple[str, str]:
    """(kind, code) of what it comes from."""
    if moment.area == "alert":
        return "hold" if moment.what == "held" else "rule", moment.why
    if moment.area == "decision":
        return "verdict" if moment.what == "taken_back" else "label", moment.why
    return _WHENCE.get(moment.area, moment.area), moment.why


_WHAT = {"mail": "mailed", "inbox": "came", "action": "acted"}
_WHENCE = {"mail": "cause", "inbox": "proof", "action": "act"}
FLAGS = (
    "risk_to_life",
    "risk_to_integrity",
    "risk_to_health",
    "irreparable",
    "incommunicado",
    "whereabouts_unknown",
    "lawyer_denied",
    "care_denied",
    "minor",
    "pregnant",
    "elderly",
    "strict_reprisal",
    "broad_reprisal",
    "terrorism_charge",
    "company_involved",
    "prior_attacks",
)
"""Of a claim, the gravest first."""
_MOST_EVIDENCE = 8
_ON_A_PAGE = {"raised": 16, "acts": 12, "mails": 12, "judged": 12, "decisions": 15, "moments": 24}
"""How much of each list; reports: ``overview.REPORTS``."""
_SAID_WITH: Mapping[str, Any] = {
    "alert_tones": tones.ALERT,
    "consent_tones": tones.CONSENT,
    "mail_tone": tones.worst,
    "flags": _flags,
    "roles_of": _roles_of,
    "evidence_of": _evidence,
    "chance": probability,
    "what": what,
    "whence": whence,
}
"""What the template asks of rows."""
