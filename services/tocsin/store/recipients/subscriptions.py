"""Of which cases people want to hear more by mail than others are told, or no more than they must."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from tocsin.store.auditing import audit
from tocsin.store.recipients.given_answers import CHAIN
from tocsin.store.tables.wishes import subscriptions

_OF_ALERTS = select(subscriptions.c.alert_id, subscriptions.c.recipient_id, subscriptions.c.follows).where(
    subscriptions.c.alert_id.in_(bindparam("alerts", expanding=True))
)
_OF_PERSON = _OF_ALERTS.where(subscriptions.c.recipient_id == bindparam("r"))


def of_alerts(connection: Connection, alert_ids: Collection[str]) -> dict[str, dict[str, bool]]:
    """By alert and person, whether they follow; who has said nothing is absent."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for alert_id, recipient_id, follows in connection.execute(_OF_ALERTS, {"alerts": sorted(alert_ids)}):
        found[alert_id][recipient_id] = follows
    return found


def of_person(connection: Connection, recipient_id: str, alert_ids: Collection[str]) -> bool | None:
    """Whether a person follows the case of these alerts; None if they have said nothing."""
    rows = connection.execute(_OF_PERSON, {"alerts": sorted(alert_ids), "r": recipient_id}).all()
    return any(row.follows for row in rows) if rows else None


def choose(
    connection: Connection, recipient_id: str, case_id: str, alert_ids: Collection[str], follows: bool, now: datetime
) -> bool:
    """Follow the case of these alerts from now on, or hear no more of it than must be; tells whether that is new.

    alert_ids: every alert of it by which the person may see it.
    """
    known = of_alerts(connection, alert_ids)
    if all(known.get(alert_id, {}).get(recipient_id) is follows for alert_id in alert_ids):
        return False
    own = subscriptions.c.recipient_id == recipient_id, subscriptions.c.alert_id.in_(sorted(alert_ids))
    connection.execute(delete(subscriptions).where(*own))
    rows = [
        {"alert_id": alert_id, "recipient_id": recipient_id, "follows": follows, "changed_at": now}
        for alert_id in sorted(alert_ids)
    ]
    connection.execute(subscriptions.insert(), rows)
    action = "updates-followed" if follows else "updates-stopped"
    audit.append(connection, CHAIN, action, case_id, {"by": recipient_id}, now)
    return True
