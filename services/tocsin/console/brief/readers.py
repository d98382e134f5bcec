"""For whom a case is given out: a recipient's own mandates, or one that an operator names. Consent is asked anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.console.access.viewer import Role, Viewer
from tocsin.console.recipient.people import People
from tocsin.domain.exporting.case import HIGHEST, CaseExport, Extract, extracts, together
from tocsin.domain.following.acting import Acted
from tocsin.domain.routing.consent import addressee
from tocsin.store.alerting.alerts import Alert
from tocsin.store.alerting.viewings import Viewing
from tocsin.store.casework import cases, reports
from tocsin.store.casework.cases import Case
from tocsin.store.following import actions
from tocsin.store.following.actions import Asking
from tocsin.store.views import own_alerts
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Recipient
from tocsin_schemas.knowledge import Knowledge

OPERATORS = (Role.DUTY_OFFICER, Role.REVIEWER)
"""They may give out what a mandate may have, naming it; of themselves they have no right to a case."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is given out, and what of it goes on record as shown to a recipient."""

    case: CaseExport
    case_id: str
    shown: Sequence[Viewing]


@dataclass(frozen=True, slots=True)
class _Opened:
    alert: Alert
    extracts: list[Extract]


def given_out(
    connection: Connection,
    knowledge: Knowledge,
    people: People,
    viewer: Viewer,
    reference: str,
    mandate: str | None,
    now: datetime,
) -> Given | None:
    """The case for this viewer now; None if it is not there or not theirs, which nobody can tell apart.

    mandate: for which an operator asks; a recipient's are known.
    """
    known = cases.by_reference(connection, reference)
    if known is None:
        return None
    case = cases.get(connection, cases.current(connection, known.case_id))
    person = people.now(connection).by_id.get(viewer.name) if viewer.may(Role.RECIPIENT) else None
    alerts = _alerts(connection, people, viewer, person, case, mandate, now)
    opened = [found for alert in alerts if (found := _opened(connection, knowledge, alert, person, now)) is not None]
    return _given(connection, case, opened, person, now) if opened else None


def _alerts(
    connection: Connection,
    people: People,
    viewer: Viewer,
    person: Recipient | None,
    case: Case,
    mandate: str | None,
    now: datetime,
) -> list[Alert]:
    """The alerts by which the case is theirs: those of the pages of recipients, or that of the mandate named."""
    family = own_alerts.family(connection, case.case_id)
    if person is not None:
        held = people.now(connection).mandates_in_line(person.recipient_id, now)
        found = own_alerts.concerning(connection, person.recipient_id, held, family)
        found = [alert for alert in found if alert.mandate in held or person.recipient_id in alert.recipients]
    elif mandate is not None and viewer.may(*OPERATORS):
        found = own_alerts.concerning(connection, "", {mandate}, family)
    else:
        found = []
    return [alert for alert in found if alert.state == "raised"]


def _opened(
    connection: Connection, knowledge: Knowledge, alert: Alert, person: Recipient | None, now: datetime
) -> _Opened | None:
    """What the alert may tell; None if nothing any more."""
    mechanism = knowledge.mechanisms.get(alert.mechanism)
    if mechanism is None:
        return None
    level = min(DisclosureLevel(alert.level), HIGHEST if person is None else person.level)
    claims = reports.claims_of(connection, alert.case_id)
    found = extracts(claims, addressee(mechanism, alert.mandate), level, now)
    return _Opened(alert, found) if found else None


def _given(
    connection: Connection, case: Case, opened: Sequence[_Opened], person: Recipient | None, now: datetime
) -> Given:
    told = [one for one in opened if any(extract.fields for extract in one.extracts)]
    acts: dict[Acted, None] = {}
    for one in told:
        alert = one.alert
        acts |= dict.fromkeys(actions.visible(connection, Asking(alert.case_id, alert.mechanism, alert.mandate), now))
    export = CaseExport(
        reference=case.reference,
        revision=case.revision,
        priority=min(one.alert.priority for one in opened),
        mandates=sorted({one.alert.mandate for one in opened}),
        made_at=now,
        extracts=[extract for extract in together(one.extracts for one in opened) if extract.fields],
        acted=list(acts),
    )
    shown = [] if person is None else [view for one in opened for view in _viewings(one, person)]
    return Given(export, case.case_id, shown)


def _viewings(one: _Opened, person: Recipient) -> list[Viewing]:
    return [
        Viewing(
            recipient_id=person.recipient_id,
            alert_id=one.alert.alert_id,
            report_id=extract.report_id,
            case_id=one.alert.case_id,
            level=(HIGHEST if extract.fields else DisclosureLevel.L0).value,
            fields=sorted(extract.fields),
        )
        for extract in one.extracts
    ]
