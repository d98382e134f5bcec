"""What recipients answer on their pages: each answer is followed once, and what it did is kept with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.acknowledging import is_entitled, take_in_hand
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.handing_over import HandingOver
from tocsin.domain import asking
from tocsin.runtime.messages import Message
from tocsin.store.alerting import acknowledgements, alerts
from tocsin.store.alerting.alerts import Alert
from tocsin.store.auditing import audit
from tocsin.store.matching import reviews
from tocsin.store.recipients import heard_answers
from tocsin_schemas.answers import Answer, AnswerGiven, NotMineReason
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model

_OUT_OF_DATE = (NotMineReason.AWAY, NotMineReason.LEFT_OFFICE)
"""Reasons that say that the directory is not right."""
_Follow = Callable[[Connection, CaseFile, Alert, AnswerGiven, datetime], str]


@dataclass(slots=True)
class Answering:
    """Follows answers; an instance is the ``work`` of the dispatcher's consumer."""

    alerting: Alerting
    handing: HandingOver = field(init=False)

    def __post_init__(self) -> None:
        self.handing = HandingOver(self.alerting)

    def __call__(self, connection: Connection, event: Event[Model], _message: Message, now: datetime) -> str:
        assert isinstance(event.data, AnswerGiven)
        return self.follow(connection, event.data, now)

    def follow(self, connection: Connection, said: AnswerGiven, now: datetime) -> str:
        """Do what an answer asks for; returns a word for what that was."""
        known = alerts.get(connection, said.alert_id)
        file = None if known is None else self.alerting.locked(connection, known.case_id)
        if not heard_answers.hear(connection, said):
            return "repeat"
        alert = None if known is None else alerts.get(connection, said.alert_id)  # as it is under the lock
        outcome = "unknown-alert" if file is None or alert is None else self._follow(connection, file, alert, said, now)
        heard_answers.settle(connection, said.answer_id, outcome)
        if outcome in heard_answers.CHANGED_NOTHING:
            self._put_before_operators(connection, said, outcome, alert, now)
        detail = {"answer": said.answer.value, "by": said.recipient, "to": said.to, "reason": said.reason}
        audit.append(connection, "dispatcher", "answer-heard", said.alert_id, detail | {"outcome": outcome}, now)
        return outcome

    def _follow(self, connection: Connection, file: CaseFile, alert: Alert, said: AnswerGiven, now: datetime) -> str:
        people = self.alerting.people.at(connection, now)
        if said.answer is not Answer.REVOKED and not is_entitled(alert, said.recipient, people, now):
            return "not-entitled"
        ways: Mapping[Answer, _Follow] = {
            Answer.ACKNOWLEDGED: self._acknowledged,
            Answer.HANDED_OVER: self._handed_over,
            Answer.NOT_MINE: self._not_mine,
            Answer.REVOKED: self._revoked,
        }
        return ways[said.answer](connection, file, alert, said, now)

    def _acknowledged(
        self, connection: Connection, file: CaseFile, alert: Alert, said: AnswerGiven, now: datetime
    ) -> str:
        if alert.state != "raised":
            return "not-raised"
        people, known = self.alerting.people.at(connection, now), said.priority
        is_new = take_in_hand(connection, self.alerting.deployment, file, alert, said.recipient, people, now, known)
        if known is not None and known > alert.priority:
            return "more-urgent-since"
        return "acknowledged" if is_new else "known"

    def _handed_over(
        self, connection: Connection, file: CaseFile, alert: Alert, said: AnswerGiven, now: datetime
    ) -> str:
        assert said.to is not None
        return self.handing.hand_over(connection, file, alert, said.recipient, said.to, now)

    def _not_mine(self, connection: Connection, file: CaseFile, alert: Alert, said: AnswerGiven, now: datetime) -> str:
        if said.reason in _OUT_OF_DATE:
            subject = f"{said.recipient} {said.reason}"
            reason = asking.OUTDATED(person=said.recipient, declined=said.reason)
            reviews.request_of(connection, "directory_outdated", subject, reason, now, alert.case_id)
        return self.handing.decline(connection, file, alert, said.recipient, now)

    def _revoked(self, connection: Connection, file: CaseFile, alert: Alert, said: AnswerGiven, now: datetime) -> str:
        outcome = self.handing.take_back(connection, file, alert, said.recipient, now)
        if outcome is not None:
            return outcome
        before = acknowledgements.has_revoked(connection, alert.alert_id, said.recipient)
        return "known" if before else "not-entitled"

    def _put_before_operators(
        self, connection: Connection, said: AnswerGiven, outcome: str, alert: Alert | None, now: datetime
    ) -> None:
        reason = asking.QUESTIONED(answer=said.answer, outcome=outcome, person=said.recipient)
        case_id = None if alert is None else alert.case_id
        reviews.request_of(connection, "answer_questioned", said.answer_id, reason, now, case_id)
