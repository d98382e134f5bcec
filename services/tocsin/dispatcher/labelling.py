"""What people decide of a case: that it is emblematic, or less urgent than its facts say. It is routed again."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher import casefile
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.following_up import FollowingUp
from tocsin.domain.routing.triage import triage
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import Kind
from tocsin.store.auditing import audit
from tocsin.store.casework import labels
from tocsin.store.matching import reviews
from tocsin_schemas.vocabulary import Priority


class NotLower(ValueError):
    """A person may lower what the facts give, and restore it; never raise it. ``judged``: what the facts give."""

    def __init__(self, judged: Priority) -> None:
        super().__init__(judged)
        self.judged = judged


@dataclass(frozen=True, slots=True)
class Labelling:
    """Each method takes the case's id, and the name of who decides; it returns what that did to the alerts."""

    alerting: Alerting

    def lower(
        self, connection: Connection, case_id: str, priority: Priority, by: str, reason: str, now: datetime
    ) -> str:
        """Let the case wait longer than its facts say. It lapses when they become graver. Raises NotLower."""
        file = self.alerting.locked(connection, case_id)
        standing = replace(casefile.standing_of(connection, file), lowered=None)
        judged = triage(file.claims, now, standing).priority if file.claims else Priority.P1
        if priority <= judged:
            raise NotLower(judged)
        current = file.case.case_id
        decision = labels.decide(connection, current, "priority", priority.value, by, now, judged.value)
        self._keep(connection, current, decision, reason, now)
        return self._decided(connection, current, "priority-lowered", {"by": by, "to": priority.value}, now)

    def restore(self, connection: Connection, case_id: str, by: str, now: datetime) -> str | None:
        """Let the facts decide again; None if nobody had lowered the case."""
        current = self.alerting.locked(connection, case_id).case.case_id
        if not labels.end(connection, current, "priority", by, now):
            return None
        return self._decided(connection, current, "priority-restored", {"by": by}, now)

    def label(self, connection: Connection, case_id: str, label: str, by: str, reason: str, now: datetime) -> str:
        """Call the case emblematic. People are asked every year whether it still is."""
        current = self.alerting.locked(connection, case_id).case.case_id
        decision = labels.decide(connection, current, "label", label, by, now)
        self._keep(connection, current, decision, reason, now)
        due_times.cancel(connection, [current], [Kind.EMBLEMATIC_REVIEW], now)
        due_times.schedule(connection, [FollowingUp(self.alerting).review_of(current, 1, now)], now)
        reviews.resolve(connection, "emblematic_suggested", current, by, now)
        return self._decided(connection, current, "case-labelled", {"by": by, "label": label}, now)

    def unlabel(self, connection: Connection, case_id: str, by: str, now: datetime) -> str | None:
        """Take the label back; None if the case had none."""
        current = self.alerting.locked(connection, case_id).case.case_id
        if not labels.end(connection, current, "label", by, now):
            return None
        due_times.cancel(connection, [current], [Kind.EMBLEMATIC_REVIEW], now)
        return self._decided(connection, current, "case-unlabelled", {"by": by}, now)

    def _keep(self, connection: Connection, case_id: str, decision: int, reason: str, now: datetime) -> None:
        labels.keep_reason(connection, self.alerting.deployment.vault, case_id, decision, reason, now)

    def _decided(
        self, connection: Connection, case_id: str, action: str, detail: dict[str, object], now: datetime
    ) -> str:
        outcome = self.alerting.evaluate(connection, case_id, now)
        audit.append(connection, "operators", action, case_id, detail, now)
        return outcome
