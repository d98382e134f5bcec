"""Nobody has answered an alert: the next in line are told, and at last the operators."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from tocsin.dispatcher import sharing
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.dispatcher.timetable import Timetable
from tocsin.domain import asking
from tocsin.domain.following.escalation import Step, interval, level_for, next_step
from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.routes import Route
from tocsin.domain.routing.standing import UNKNOWN
from tocsin.runtime import metrics
from tocsin.store.alerting import acknowledgements, due_times
from tocsin.store.alerting.alerts import Alert
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.auditing import audit
from tocsin.store.matching import reviews
from tocsin.store.recipients import heard_answers
from tocsin_schemas.alerts import DisclosureLevel, EscalationCause, UpdateCause
from tocsin_schemas.vocabulary import Priority

TOLD_NOBODY = ("answered", "exhausted", "not-to-be-told")
"""Outcomes of escalations other than the tier that was told."""


@dataclass(frozen=True, slots=True)
class Escalating:
    """The effects of the due times of alerts."""

    alerting: Alerting

    def escalate(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """Tell the next tier those who have not been told. Whether anything may be told is decided anew."""
        alert = acknowledgements.awaited(connection, due.subject)
        if alert is None:
            return "answered"
        if self.next_of(connection, alert, alert.recipients, now) is None:
            return self._exhausted(connection, alert, due, now)
        file = self.alerting.locked(connection, alert.case_id)
        found = self.route_for(connection, file, alert, now)
        if found is None:
            return "not-to-be-told"
        step = next_step(found.chain, file.told | heard_answers.stood_aside(connection, alert.alert_id))
        if step is None:
            return self._exhausted(connection, alert, due, now)
        changes = self.alerting.changes(file, now)
        because = due_times.cause_of(connection, due.due_id)
        self.tell(connection, alert, found, step.recipients, due.step, changes, because)
        known, followed = self.alerting.knowledge, [changes.latest(alert)]
        sharing.tell_followers(file, followed, UpdateCause.ESCALATED, known, changes, apart_from=step.recipients)
        if not step.is_last:
            self._continue(alert, due, changes)
        changes.write(connection)
        detail = {"step": due.step, "tier": step.tier, "recipients": list(step.recipients)}
        audit.append(connection, "dispatcher", "alert-escalated", alert.alert_id, detail, now)
        metrics.escalated(step.tier)
        return step.tier

    def give_up(self, connection: Connection, due: DueTime, now: datetime) -> str:
        """The time to answer is over: operators ask by other means."""
        alert = acknowledgements.awaited(connection, due.subject)
        if alert is None:
            return "answered"
        left = self.next_of(connection, alert, alert.recipients, now)
        self.ask_operators(connection, alert, "escalation-exhausted" if left is None else "nobody-answered", now)
        metrics.unanswered(alert.priority)
        return "unanswered"

    def hasten(self, connection: Connection, alert: Alert, told: Collection[str], now: datetime) -> bool:
        """Let the next in line be told at once; if nobody is left, operators are asked instead, and this is False.

        told: everybody who knows of the case.
        """
        if self.next_of(connection, alert, told, now) is None:
            self.ask_operators(connection, alert, "nobody-left", now)
            return False
        forward = partial(due_times.bring_forward, connection, alert.alert_id, Kind.ESCALATION, now)
        if not forward(EscalationCause.DECLINED):
            timetable = Timetable(self.alerting.deployment.identities, self.alerting.knowledge.clocks, now)
            timetable.wanted.append(
                timetable.due(Kind.ESCALATION, alert, f"hastened {now.isoformat()}", now, step=max(alert.round, 1))
            )
            timetable.write(connection)
            forward(EscalationCause.DECLINED)
        return True

    def ask_operators(self, connection: Connection, alert: Alert, why: str, now: datetime) -> None:
        reason = asking.UNANSWERED(why=why, mandate=alert.mandate)
        reviews.request_of(connection, "unanswered", alert.alert_id, reason, now, alert.case_id)

    def next_of(self, connection: Connection, alert: Alert, told: Collection[str], now: datetime) -> Step | None:
        """Who of the alert's line is told next."""
        return next_step(chain(alert.mandate, self.alerting.people.at(connection, now), now), told)

    def route_for(self, connection: Connection, file: CaseFile, alert: Alert, now: datetime) -> Route | None:
        """The decision on the alert's mandate as the case stands; None if it may be told nothing now."""
        if not file.claims:
            return None
        routing = self.alerting.route(connection, file, UNKNOWN, now)  # its standing changes nothing of who may be told
        return next((found for found in routing.routes if found.mandate == alert.mandate), None)

    def tell(
        self,
        connection: Connection,
        alert: Alert,
        found: Route,
        people: Sequence[str],
        step: int,
        changes: Changes,
        because: EscalationCause,
    ) -> Alert:
        """Tell these people of the alert, in a round of its own; returns the alert with them."""
        told = [*dict.fromkeys([*alert.recipients, *people])]
        grown = replace(alert, round=alert.round + 1, recipients=told)
        changes.replace(grown)
        level = self.level(connection, found, people, changes.announce.now)
        changes.announce.escalated(grown, step, level, people, because)
        return grown

    def level(self, connection: Connection, found: Route, people: Sequence[str], now: datetime) -> DisclosureLevel:
        """What may be disclosed to all of these people."""
        wishes = self.alerting.people.at(connection, now).levels
        return level_for(found.level, [wishes[person] for person in people])

    def _exhausted(self, connection: Connection, alert: Alert, due: DueTime, now: datetime) -> str:
        """Whoever had it brought forward counts on somebody being told."""
        if due_times.was_brought_forward(connection, due.due_id):
            self.ask_operators(connection, alert, "nobody-left", now)
        return "exhausted"

    def _continue(self, alert: Alert, due: DueTime, changes: Changes) -> None:
        """By the same clock from when it was due, not from now: what comes late makes nobody wait longer."""
        each = interval(Priority(alert.priority), self.alerting.knowledge.clocks.values())
        if each is not None:
            following = changes.timetable.due(
                Kind.ESCALATION, alert, f"{due.due_id} then", due.due_at + each, step=due.step + 1
            )
            changes.timetable.wanted.append(following)
