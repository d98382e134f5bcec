"""The oracle of the storm of due times. Reads the tables alone, with none of the product's code."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, text

from tocsin.devtools.faults.verdict import Verdict

_DUE = "SELECT kind, subject, step, due_at, fired_at, cancelled_at, outcome FROM due_times"
_EVENTS = "SELECT headers, body FROM outbox WHERE topic = 'tocsin.alerts.v1'"
_REMINDED = "org.tocsin.alert.reminded"
_TOLD = ("staff", "mandate_holder", "deputy", "duty_officer")


def check(engine: Engine) -> Verdict:
    """What is left, when everything has fired, against what must be true."""
    with engine.connect() as connection:
        due = [row._asdict() for row in connection.execute(text(_DUE))]
        events = list(_said(connection))
        said = [body for kind, body in events if kind != _REMINDED]
        reminders = [body for kind, body in events if kind == _REMINDED]
        breaches = [
            *_fired(due),
            *_escalated(due, said),
            *_told(connection, said),
            *_reminded(connection, due, said, reminders),
            *_asked(connection, due),
            *_audited(connection, due),
        ]
    outcomes = Counter(f"{row['kind']}:{row['outcome']}" for row in due if row["fired_at"])
    return Verdict(breaches, {"due_times": len(due), **dict(sorted(outcomes.items()))})


def _said(connection: Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Events of alerts that ask for mails: type and content."""
    for row in connection.execute(text(_EVENTS)):
        body = json.loads(bytes(row.body))
        if "recipients" in body:
            yield dict(_listed(row.headers))["ce_type"], body


def _fired(due: list[dict[str, Any]]) -> Iterator[str]:
    """Each has fired or was cancelled, not both, and none was given up."""
    if waiting := [row for row in due if not row["fired_at"] and not row["cancelled_at"]]:
        yield f"{len(waiting)} due times never fired"
    if both := [row for row in due if row["fired_at"] and row["cancelled_at"]]:
        yield f"{len(both)} due times fired and were cancelled"
    if failed := [row for row in due if row["outcome"] in (None, "failed") and row["fired_at"]]:
        yield f"{len(failed)} due times fired without an effect"


def _escalated(due: list[dict[str, Any]], said: list[dict[str, Any]]) -> Iterator[str]:
    """Each step that told a tier has one event, and no event is without its step."""
    steps = Counter((r["subject"], r["step"]) for r in due if r["kind"] == "escalation" and r["outcome"] in _TOLD)
    events = Counter((body["alert_id"], body["step"]) for body in said if "step" in body)
    if steps != events:
        yield f"{sum(((steps - events) + (events - steps)).values())} steps and events of escalation do not agree"
    if not steps:
        yield "nothing escalated: the storm has shown nothing"


def _told(connection: Connection, said: list[dict[str, Any]]) -> Iterator[str]:
    """Nobody is told twice of a case, and the alerts know whom they told."""
    told = Counter((body["case_id"], person) for body in said for person in body["recipients"])
    if twice := [pair for pair, times in told.items() if times > 1]:
        yield f"{len(twice)} persons were told twice of one case"
    persons = sum(
        len(_listed(recipients))
        for recipients in connection.execute(text("SELECT recipients FROM alerts WHERE state = 'raised'")).scalars()
    )
    if persons != sum(told.values()):
        yield f"alerts know of {persons} persons, their events of {sum(told.values())}"


def _reminded(
    connection: Connection, due: list[dict[str, Any]], said: list[dict[str, Any]], reminders: list[dict[str, Any]]
) -> Iterator[str]:
    """One reminder at most for each alert and priority, of those alone who were told by that alert, and on record."""
    fired = Counter(row["subject"] for row in due if row["kind"] == "reminder" and row["outcome"] == "reminded")
    if fired != Counter(body["alert_id"] for body in reminders):
        yield "reminders that fired and their events do not agree"
    if again := [n for n in Counter((body["alert_id"], body["priority"]) for body in reminders).values() if n > 1]:
        yield f"{len(again)} alerts were reminded of twice"
    told = {(body["alert_id"], person) for body in said for person in body["recipients"]}
    if strangers := {(body["alert_id"], p) for body in reminders for p in body["recipients"]} - told:
        yield f"{len(strangers)} persons were reminded of what they had not been told"
    entries = connection.execute(text("SELECT count(*) FROM audit WHERE action = 'alert-reminded'")).scalar_one()
    if entries != len(reminders):
        yield f"{entries} entries of reminders in the audit log instead of {len(reminders)}"


def _asked(connection: Connection, due: list[dict[str, Any]]) -> Iterator[str]:
    """Operators are asked once about each alert that nobody answered."""
    expected = sum(1 for row in due if row["kind"] == "acknowledgement" and row["outcome"] == "unanswered")
    asked = connection.execute(text("SELECT count(*) FROM reviews WHERE kind = 'unanswered'")).scalar_one()
    if asked != expected:
        yield f"{asked} reviews of unanswered alerts instead of {expected}"


def _audited(connection: Connection, due: list[dict[str, Any]]) -> Iterator[str]:
    """Each step that told somebody is in the audit log once."""
    escalated = sum(1 for row in due if row["kind"] == "escalation" and row["outcome"] in _TOLD)
    entries = connection.execute(text("SELECT count(*) FROM audit WHERE action = 'alert-escalated'")).scalar_one()
    if entries != escalated:
        yield f"{entries} entries of escalations in the audit log instead of {escalated}"


def _listed(value: str | list[Any]) -> list[Any]:
    """A list as the driver gives it, or as text."""
    found: list[Any] = value if isinstance(value, list) else json.loads(value)
    return found
