"""Nobody has answered an alert: the next in line are told, and at last the operators."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.domain.following.escalation import Step, interval, level_for, next_step
from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.routes import Route
from tocsin.domain.routing.standing import UNKNOWN
from tocsin.store import acknowledgements, audit, reviews
from tocsin.store.alerts import Alert
from tocsin.store.due_times import DueTime, Kind
from tocsin_schemas.vocabulary import Priority


@dataclass(frozen=True, slots=True)
class Escalating:
    """The effects of the due times of alerts."""

    alerting: Alerting

    def escalate(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """Tell the next tier those who have not been told. Whether anything may be told is decided anew."""
        alert = acknowledgements.awaited(connection, due.subject)
        if alert is None:
            return "answered"
        if self._next(connection, alert, alert.recipients, now) is None:
            return "exhausted"
        file = self.alerting.locked(connection, alert.case_id)
        found = self._route(connection, file, alert, now)
        if found is None:
            return "not-to-be-told"
        step = next_step(found.chain, file.told)
        if step is None:
            return "exhausted"
        changes = self.alerting.changes(file, now)
        self._tell(connection, alert, found, step, due, changes)
        if not step.is_last:
            self._continue(alert, due, changes)
        changes.write(connection)
        detail = {"step": due.step, "tier": step.tier, "recipients": list(step.recipients)}
        audit.append(connection, "dispatcher", "alert-escalated", alert.alert_id, detail, now)
        return step.tier

    def give_up(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """The time to answer is over: operators ask by other means."""
        alert = acknowledgements.awaited(connection, due.subject)
        if alert is None:
            return "answered"
        left = self._next(connection, alert, alert.recipients, now)
        why = "escalation-exhausted" if left is None else "nobody-answered"
        reviews.request_of(connection, "unanswered", alert.alert_id, f"{why}: {alert.mandate}", now, alert.case_id)
        return "unanswered"

    def _next(self, connection: Connection, alert: Alert, told: Collection[str], now: datetime) -> Step | None:
        return next_step(chain(alert.mandate, self.alerting.people.at(connection, now), now), told)

    def _route(self, connection: Connection, file: CaseFile, alert: Alert, now: datetime) -> Route | None:
        if not file.claims:
            return None
        routing = self.alerting.route(connection, file, UNKNOWN, now)  # its standing changes nothing of who may be told
        return next((found for found in routing.routes if found.mandate == alert.mandate), None)

    def _tell(
        self, connection: Connection, alert: Alert, found: Route, step: Step, due: DueTime, changes: Changes
    ) -> None:
        wishes = self.alerting.people.at(connection, changes.announce.now).levels
        level = level_for(found.level, [wishes[person] for person in step.recipients])
        told = replace(alert, round=alert.round + 1, recipients=[*alert.recipients, *step.recipients])
        changes.replace(told)
        changes.announce.escalated(told, due.step, level, step.recipients)

    def _continue(self, alert: Alert, due: DueTime, changes: Changes) -> None:
        """By the same clock from when it was due, not from now: what comes late makes nobody wait longer."""
        each = interval(Priority(alert.priority), self.alerting.knowledge.clocks.values())
        if each is not None:
            following = changes.timetable.due(
                Kind.ESCALATION, alert, f"{due.due_id} then", due.due_at + each, step=due.step + 1
            )
            changes.timetable.wanted.append(following)
