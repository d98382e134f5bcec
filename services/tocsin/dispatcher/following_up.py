"""What falls due of actions, recommendations and labels."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from tocsin.dispatcher import sharing
from tocsin.dispatcher.alerting import Alerting
from tocsin.domain import asking
from tocsin.domain.following import clocks
from tocsin.domain.following.acting import ActionState
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, labels
from tocsin.store.following import actions, answers
from tocsin.store.matching import reviews
from tocsin.store.streams import outbox
from tocsin_schemas.actions import FollowUpDue
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.knowledge import ClockKind
from tocsin_schemas.topics import ACTIONS

_A_DAY, _A_YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class FollowingUp:
    """The effects of the due times of actions."""

    alerting: Alerting

    def reply_overdue(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """The State has not answered in time, or not completed its answer: those who wrote to it hear of it."""
        kept = actions.find(connection, due.subject)
        if kept is None or kept.action.state is ActionState.ANSWERED:
            return "answered"
        reason = "reply-incomplete" if due.step else "reply-overdue"
        cause = UpdateCause.REPLY_OVERDUE
        return self._follow_up(connection, due, kept.case_id, kept.action.is_by, reason, cause, now)

    def recommendation_overdue(self, connection: Connection, due: DueTime, now: datetime) -> str:
        made = answers.recommendation(connection, due.subject)
        if made is None or made.settled_at is not None:
            return "settled"
        cause, reason = UpdateCause.RECOMMENDATION_OVERDUE, "recommendation-due"

        def is_by(mechanism: str, mandate: str) -> bool:
            return made.mechanism in (mechanism, mandate)

        return self._follow_up(connection, due, made.case_id, is_by, reason, cause, now)

    def publish(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """The embargo on an action is over. It is visible by its date alone; here the others are told that it is."""
        kept = actions.find(connection, due.subject)
        if kept is None or kept.case_id is None:
            return "no-case"
        file = self.alerting.locked(connection, kept.case_id)
        changes = self.alerting.changes(file, now)
        what, known = f"{kept.action.action_id} public", self.alerting.knowledge
        sharing.note(file, kept.action, UpdateCause.ACTION_TAKEN, what, known, changes)
        changes.write(connection)
        audit.append(connection, "dispatcher", "action-public", kept.action.action_id, {"case": kept.case_id}, now)
        return "public"

    def look_at_label(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """A label is looked at every year."""
        case_id = due.subject
        label = next((d for d in labels.in_force(connection, [case_id]) if d.value == labels.EMBLEMATIC), None)
        if label is None:
            return "no-label"
        day = f"{label.decided_at:%Y-%m-%d}"
        reason = asking.LABEL_REVIEW(label=labels.EMBLEMATIC, day=day, by=label.decided_by)
        reviews.request_of(connection, "emblematic_review", f"{case_id} {due.step}", reason, now, case_id)
        due_times.schedule(connection, [self.review_of(case_id, due.step + 1, due.due_at)], now)
        audit.append(connection, "dispatcher", "label-review-due", case_id, {"label": label.value}, now)
        return "asked"

    def review_of(self, case_id: str, step: int, since: datetime) -> DueTime:
        """When people look at the label of a case next."""
        every = clocks.of_kind(ClockKind.REVIEW, self.alerting.knowledge.clocks.values()) or _A_YEAR
        mark = f"{step} {since.isoformat()}"
        due_id = self.alerting.deployment.identities.due_time(Kind.EMBLEMATIC_REVIEW, case_id, mark)
        return DueTime(due_id, Kind.EMBLEMATIC_REVIEW, case_id, case_id, labels.EMBLEMATIC, step, since + every)

    def _follow_up(
        self,
        connection: Connection,
        due: DueTime,
        case_id: str | None,
        is_by: Callable[[str, str], bool],
        reason: str,
        cause: UpdateCause,
        now: datetime,
    ) -> str:
        last_day = (due.due_at - _A_DAY).date()
        self._announce(connection, due, case_id, reason, last_day, now)
        written = 0
        if case_id is not None:
            file = self.alerting.locked(connection, case_id)
            changes = self.alerting.changes(file, now)
            known = self.alerting.knowledge
            written = sharing.write_to(file, lambda alert: is_by(alert.mechanism, alert.mandate), cause, known, changes)
            changes.write(connection)
        detail = {"reason": reason, "mechanism": due.about, "told": written}
        audit.append(connection, "dispatcher", "follow-up-due", due.subject, detail, now)
        return reason

    def _announce(
        self, connection: Connection, due: DueTime, case_id: str | None, reason: str, last_day: date, now: datetime
    ) -> None:
        reference = cases.get(connection, cases.current(connection, case_id)).reference if case_id else None
        said = FollowUpDue(mechanism=due.about, case=reference, due_on=last_day, reason=reason, recorded_at=now)
        event_id = self.alerting.deployment.identities.event("follow-up.due", due.due_id)
        event = outbox.new_event(event_id, "follow-up.due", said, now, subject=case_id)
        outbox.enqueue(connection, ACTIONS, case_id or due.subject, event, now)
