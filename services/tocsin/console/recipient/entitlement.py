"""Which alerts are a person's: those that told them, and those that they would be told of now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.people import Everybody
from tocsin.domain.claims import Claim
from tocsin.domain.routing.resting import Basis, bases
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import cases, reports
from tocsin.store.casework.cases import Case
from tocsin.store.views import own_alerts
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Recipient

HIGHEST = DisclosureLevel.L1
"""Whatever is above it is only told encrypted to the person."""


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with what it may tell this person now. rests_on: empty if nothing may be told any more."""

    alert: Alert
    rests_on: Sequence[Basis]

    @property
    def level(self) -> DisclosureLevel:
        return HIGHEST if any(basis.fields for basis in self.rests_on) else DisclosureLevel.L0

    @property
    def may_be_told(self) -> bool:
        return self.alert.state == "raised" and bool(self.rests_on)


def open_alerts(
    connection: Connection, everybody: Everybody, person: Recipient, now: datetime, page: int
) -> tuple[list[Alert], bool]:
    """A page of the person's open alerts, and whether there may be more."""
    mandates = everybody.mandates_in_line(person.recipient_id, now)
    found = own_alerts.open_ones(connection, person.recipient_id, mandates, page)
    own = [alert for alert in found if alert.mandate in mandates or person.recipient_id in alert.recipients]
    return own, len(found) == own_alerts.PAGE


def alerts_of(
    connection: Connection, everybody: Everybody, person: Recipient, now: datetime, case_ids: Collection[str]
) -> list[Alert]:
    """The person's alerts on these cases."""
    mandates = everybody.mandates_in_line(person.recipient_id, now)
    found = own_alerts.concerning(connection, person.recipient_id, mandates, case_ids)
    return [alert for alert in found if alert.mandate in mandates or person.recipient_id in alert.recipients]


def alerts_on(
    connection: Connection, everybody: Everybody, person: Recipient, now: datetime, case: Case
) -> list[Alert]:
    """The person's alerts on a case, and the open ones on those that became part of it: what its page shows."""
    found = alerts_of(connection, everybody, person, now, own_alerts.family(connection, case.case_id))
    return [alert for alert in found if alert.case_id == case.case_id or alert.state == "raised"]


def case_of(connection: Connection, reference: str) -> Case | None:
    """The case of this reference, or the one that it became part of."""
    found = cases.by_reference(connection, reference)
    return None if found is None else cases.get(connection, cases.current(connection, found.case_id))


def told(connection: Connection, desk: Desk, person: Recipient, alerts: list[Alert], now: datetime) -> list[Told]:
    """What each of these alerts may tell the person now: consent is asked again, as before each mail."""
    claims = reports.claims_of_cases(connection, {alert.case_id for alert in alerts})
    return [Told(alert, _bases(desk, alert, claims[alert.case_id], person, now)) for alert in alerts]


def _bases(desk: Desk, alert: Alert, claims: list[Claim], person: Recipient, now: datetime) -> list[Basis]:
    mechanism = desk.knowledge.mechanisms.get(alert.mechanism)
    if mechanism is None or alert.state != "raised":
        return []
    level = min(DisclosureLevel(alert.level), person.level, HIGHEST)
    return bases(claims, mechanism, alert.mandate, level, now)
