"""What became of the answers of recipients: each is heard once, and what it did is kept with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import alerts, given_answers
from tocsin_schemas.answers import Answer, AnswerGiven

CHANGED_NOTHING = ("unknown-alert", "not-entitled", "nobody-to-take-it", "not-to-be-told")
"""Outcomes of answers that could not be followed, and wait for a person."""
_BEGUN = "begun"
_ONE = given_answers.c.answer_id == bindparam("a")
_HEAR = (
    update(given_answers)
    .where(_ONE, given_answers.c.outcome.is_(None))
    .values(outcome=_BEGUN)
    .execution_options(preserve_rowcount=True)
)
_SETTLE = update(given_answers).where(_ONE).values(outcome=bindparam("became"))
_FOLLOWED = given_answers.c.outcome.is_not(None) & given_answers.c.outcome.not_in((_BEGUN, *CHANGED_NOTHING))
_OF_ALERT = (
    select(given_answers.c.recipient_id, given_answers.c.answer, given_answers.c.to_recipient)
    .where(given_answers.c.alert_id == bindparam("a"), _FOLLOWED)
    .order_by(given_answers.c.given_at, given_answers.c.answer_id)
)


@dataclass(frozen=True, slots=True)
class Declined:
    """How often an alert that this rule made was said to be for somebody else, and why."""

    mandate: str
    rule: str
    reason: str
    times: int


def hear(connection: Connection, said: AnswerGiven) -> bool:
    """Note that an answer has come; tells whether it had not been heard. The page has written it, or nobody has."""
    row = {"answer_id": said.answer_id, "alert_id": said.alert_id, "recipient_id": said.recipient}
    facts = {"answer": said.answer.value, "to_recipient": said.to, "reason": said.reason, "given_at": said.at}
    insert_if_absent(connection, given_answers, **row, **facts, outcome=None)
    return connection.execute(_HEAR, {"a": said.answer_id}).rowcount == 1


def settle(connection: Connection, answer_id: str, outcome: str) -> None:
    """Keep what the answer did. outcome: a code word of at most 30 characters."""
    connection.execute(_SETTLE, {"a": answer_id, "became": outcome})


def stood_aside(connection: Connection, alert_id: str) -> set[str]:
    """Those who have said that others should answer this alert, and have neither taken it since nor been given it."""
    aside: set[str] = set()
    for recipient_id, answer, to in connection.execute(_OF_ALERT, {"a": alert_id}):
        if answer == Answer.ACKNOWLEDGED:
            aside.discard(recipient_id)
        else:
            aside.add(recipient_id)
        aside.discard(to)
    return aside


def unheard(connection: Connection, before: datetime, limit: int) -> list[str]:
    """Answers that were given before ``before``, and have not been heard."""
    waiting = (given_answers.c.outcome.is_(None), given_answers.c.given_at < before)
    query = select(given_answers.c.answer_id).where(*waiting).order_by(given_answers.c.given_at).limit(limit)
    return list(connection.execute(query).scalars())


def declined(connection: Connection) -> list[Declined]:
    """Whom the rules of routing have told in vain, the most frequent first: to look at these rules."""
    times = func.count()
    of = (alerts.c.mandate, alerts.c.rule, given_answers.c.reason)
    query = (
        select(*of, times)
        .join(alerts, alerts.c.alert_id == given_answers.c.alert_id)
        .where(given_answers.c.answer == Answer.NOT_MINE, _FOLLOWED)
        .group_by(*of)
        .order_by(times.desc(), *of)
    )
    return [Declined(*row) for row in connection.execute(query)]
