"""The time to answer is running out: those who were told and have not answered are asked once more."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.escalating import TOLD_NOBODY, Escalating
from tocsin.domain.following.escalation import interval
from tocsin.domain.following.reminders import put_off_until, to_remind
from tocsin.store.alerting import acknowledgements, due_times
from tocsin.store.alerting.alerts import Alert
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.auditing import audit
from tocsin.store.recipients import heard_answers
from tocsin_schemas.vocabulary import Priority

REMINDED = "reminded"


@dataclass(frozen=True, slots=True)
class Reminding:
    """The effect of reminders: one at most for each alert and priority."""

    escalating: Escalating

    def remind(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """Ask those who may still answer, if the alert may still be told. Nobody is asked right after being told."""
        alert = acknowledgements.awaited(connection, due.subject)
        if alert is None:
            return "answered"
        if due_times.has_done(connection, alert.alert_id, Kind.REMINDER, due.step, REMINDED):
            return "reminded-before"
        if alert.reply_by is not None and now >= alert.reply_by:
            return "over"
        file = self.escalating.alerting.locked(connection, alert.case_id)
        each = interval(Priority(alert.priority), self.escalating.alerting.knowledge.clocks.values())
        last_told = due_times.last_fired(connection, alert.alert_id, Kind.ESCALATION, TOLD_NOBODY)
        if (later := put_off_until(last_told, each, now)) is not None:
            return self._put_off(connection, file, alert, due, later, now)
        return self._ask(connection, file, alert, now)

    def _put_off(
        self, connection: Connection, file: CaseFile, alert: Alert, due: DueTime, at: datetime, now: datetime
    ) -> str:
        changes = self.escalating.alerting.changes(file, now)
        changes.timetable.put_off(due, alert, at)
        changes.write(connection)
        return "put-off"

    def _ask(self, connection: Connection, file: CaseFile, alert: Alert, now: datetime) -> str:
        found = self.escalating.route_for(connection, file, alert, now)
        if found is None:
            return "not-to-be-told"
        people = self._silent(connection, file, alert, now)
        if not people:
            return "nobody-to-remind"
        changes = self.escalating.alerting.changes(file, now)
        asked = replace(alert, round=alert.round + 1)
        changes.replace(asked)
        changes.announce.reminded(asked, self.escalating.level(connection, found, people, now), people)
        changes.write(connection)
        audit.append(connection, "dispatcher", "alert-reminded", alert.alert_id, {"recipients": people}, now)
        return REMINDED

    def _silent(self, connection: Connection, file: CaseFile, alert: Alert, now: datetime) -> list[str]:
        """Those from whom an answer may still come; who is asked by the case that this one became part of is not."""
        people = self.escalating.alerting.people.at(connection, now)
        aside = heard_answers.stood_aside(connection, alert.alert_id)
        found = to_remind(alert.recipients, aside, alert.mandate, people, now)
        heir = file.known.get(alert.mandate)
        return (
            found if heir is None or heir.alert_id == alert.alert_id else [p for p in found if p not in heir.recipients]
        )
