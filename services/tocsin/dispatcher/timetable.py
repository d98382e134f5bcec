"""What falls due of a case and its alerts: gathered while they are decided, written with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.claims import Claim
from tocsin.domain.following.escalation import interval
from tocsin.domain.following.moments import moments
from tocsin.domain.following.reminders import remind_at
from tocsin.domain.identifiers import Identities
from tocsin.store.alerting import due_times
from tocsin.store.alerting.alerts import Alert
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.casework.cases import Case
from tocsin_schemas.knowledge import Clock
from tocsin_schemas.vocabulary import Priority

OF_ALERTS = (Kind.ACKNOWLEDGEMENT, Kind.ESCALATION, Kind.REMINDER)
_OF_CASES = (Kind.EMBARGO_END, Kind.CONSENT_EXPIRY, Kind.CRITICAL_DATE)


@dataclass(slots=True)
class Timetable:
    """One transaction's changes of what is due."""

    identities: Identities
    clocks: Mapping[str, Clock]
    now: datetime
    wanted: list[DueTime] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    """Alerts of which no answer is awaited any more."""

    def ask(self, alert: Alert, again: bool = False) -> None:
        """Await an answer to an alert from now on, at its priority. again: one was awaited before, at another."""
        if again:
            self.answered.append(alert.alert_id)
        mark = str(alert.round)
        if alert.reply_by is not None:
            self.wanted.append(self.due(Kind.ACKNOWLEDGEMENT, alert, mark, alert.reply_by))
        if (each := interval(Priority(alert.priority), self.clocks.values())) is not None:
            self.wanted.append(self.due(Kind.ESCALATION, alert, mark, self.now + each, step=1))
        if (at := remind_at(Priority(alert.priority), self.now, alert.reply_by, self.clocks.values())) is not None:
            self.wanted.append(self.due(Kind.REMINDER, alert, mark, at, step=step_of(alert)))

    def put_off(self, fired: DueTime, alert: Alert, at: datetime) -> None:
        """Let what has fired without effect fall due again."""
        self.wanted.append(self.due(fired.kind, alert, f"{fired.due_id} then", at, step=fired.step))

    def ask_no_more(self, alert: Alert) -> None:
        self.answered.append(alert.alert_id)

    def route_again(self, case_id: str, at: datetime, why: str) -> None:
        """Let a case be evaluated under its own lock. why: tells several reasons at one moment apart."""
        self.wanted.append(self._of_case(Kind.LOOK_AGAIN, case_id, at, f"{at.isoformat()} {why}"))

    def write(self, connection: Connection) -> None:
        due_times.cancel(connection, self.answered, OF_ALERTS, self.now)
        due_times.schedule(connection, self.wanted, self.now)

    def write_moments(self, connection: Connection, case: Case, claims: Iterable[Claim], is_new: bool) -> None:
        """Let the case be routed again when an embargo or a consent ends, or a date comes near; forget earlier dates.

        A revision has moments of its own: what fired too early, by a wrong clock, is due again for the next one.
        is_new: nothing can be due of it yet.
        """
        found = [
            self._of_case(Kind(m.why), case.case_id, m.at, f"{m.at.isoformat()} of {case.revision}")
            for m in moments(claims, self.now)
        ]
        if not is_new:
            due_times.keep_only(connection, case.case_id, _OF_CASES, [due.due_id for due in found], self.now)
        self.wanted.extend(found)

    def due(self, kind: Kind, alert: Alert, mark: str, at: datetime, step: int = 0) -> DueTime:
        """Something due of an alert. mark: tells several of one kind apart."""
        due_id = self.identities.due_time(kind, alert.alert_id, mark)
        return DueTime(due_id, kind, alert.case_id, alert.alert_id, alert.mandate, step, at)

    def _of_case(self, kind: Kind, case_id: str, at: datetime, mark: str) -> DueTime:
        return DueTime(self.identities.due_time(kind, case_id, mark), kind, case_id, case_id, "", 0, at)


def step_of(alert: Alert) -> int:
    """Of a reminder: one is sent at each priority."""
    return tuple(Priority).index(Priority(alert.priority)) + 1
