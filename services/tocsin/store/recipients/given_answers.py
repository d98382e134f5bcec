"""What people have answered on the pages, with the event that tells the dispatcher: one transaction, or neither."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from tocsin.store.auditing import audit
from tocsin.store.database import insert_if_absent
from tocsin.store.recipients.heard_answers import CHANGED_NOTHING
from tocsin.store.streams import outbox
from tocsin.store.tables import given_answers
from tocsin_schemas.answers import AnswerGiven
from tocsin_schemas.topics import ANSWERS

CHAIN = "recipients"
"""Of the audit log."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is kept. outcome: what the dispatcher made of it; None as long as it has not read it."""

    answer_id: str
    alert_id: str
    recipient_id: str
    answer: str
    to_recipient: str | None
    reason: str | None
    given_at: datetime
    outcome: str | None

    @property
    def is_pending(self) -> bool:
        """It is recorded and on its way."""
        return self.outcome is None

    @property
    def is_refused(self) -> bool:
        """It could not be followed; a person looks at it."""
        return self.outcome in CHANGED_NOTHING


_ALL = select(*(given_answers.c[name] for name in Given.__dataclass_fields__))
_ONE = _ALL.where(given_answers.c.answer_id == bindparam("a"))
_LATEST = _ALL.where(
    given_answers.c.alert_id.in_(bindparam("alerts", expanding=True)), given_answers.c.recipient_id == bindparam("r")
).order_by(given_answers.c.given_at, given_answers.c.answer_id)


def give(connection: Connection, said: AnswerGiven, now: datetime) -> bool:
    """Keep an answer and ask for its event; tells whether it is new."""
    row = {
        "answer_id": said.answer_id,
        "alert_id": said.alert_id,
        "recipient_id": said.recipient,
        "answer": said.answer.value,
        "to_recipient": said.to,
        "reason": None if said.reason is None else said.reason.value,
        "given_at": said.at,
    }
    if not insert_if_absent(connection, given_answers, **row):
        return False
    event = outbox.new_event(said.answer_id, "answer.given", said, now, subject=said.alert_id)
    outbox.enqueue(connection, ANSWERS, said.alert_id, event, now)
    detail = {"answer": said.answer.value, "by": said.recipient, "to": said.to, "reason": row["reason"]}
    audit.append(connection, CHAIN, "answer-given", said.alert_id, detail, now)
    return True


def find(connection: Connection, answer_id: str) -> Given | None:
    row = connection.execute(_ONE, {"a": answer_id}).first()
    return None if row is None else Given(*row)


def latest(connection: Connection, alert_ids: Collection[str], recipient_id: str) -> dict[str, Given]:
    """The last answer of one person to each of these alerts."""
    if not alert_ids:
        return {}
    rows = connection.execute(_LATEST, {"alerts": list(alert_ids), "r": recipient_id})
    return {row.alert_id: Given(*row) for row in rows}
