"""Who was to answer an alert says that others should: a named person, or the next in line. And who takes it back."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.dispatcher.escalating import Escalating
from tocsin.domain.following.escalation import is_asked_after, time_to_answer
from tocsin.domain.following.reminders import who_stands_for
from tocsin.domain.routing.chain import chain
from tocsin.store.alerting import acknowledgements, untold
from tocsin.store.alerting.alerts import Alert
from tocsin.store.recipients import heard_answers
from tocsin_schemas.alerts import EscalationCause
from tocsin_schemas.vocabulary import Priority


@dataclass(slots=True)
class HandingOver:
    """Each method is called with the case locked and for who is entitled; it returns a word for what it did."""

    alerting: Alerting
    escalating: Escalating = field(init=False)

    def __post_init__(self) -> None:
        self.escalating = Escalating(self.alerting)

    def hand_over(
        self, connection: Connection, file: CaseFile, alert: Alert, giver: str, taker: str, now: datetime
    ) -> str:
        """Tell a named person of the mandate, and await the answer anew. What giver had in hand is so no more."""
        if alert.state != "raised":
            return "not-raised"
        people, aside = self.alerting.people.at(connection, now), heard_answers.stood_aside(connection, alert.alert_id)
        if taker == giver or taker in aside or taker not in who_stands_for(alert.mandate, people, now):
            return "nobody-to-take-it"
        found = self.escalating.route_for(connection, file, alert, now)
        if found is None:
            return "not-to-be-told"
        changes = self.alerting.changes(file, now)
        self._release(connection, _of_mandate(file, alert), giver, changes)
        latest = changes.latest(alert)
        if is_open := not acknowledgements.is_answered(connection, alert.alert_id, alert.priority):
            asked = replace(latest, reply_by=self._reply_by(latest, now))
            step, because = max(asked.round, 1), EscalationCause.HANDED_OVER
            self.escalating.tell(connection, asked, found, [taker], step, changes, because)
        self._ask_anew(changes)
        changes.write(connection)
        return "handed-over" if is_open else "in-hand"

    def decline(self, connection: Connection, file: CaseFile, alert: Alert, person: str, now: datetime) -> str:
        """Tell the next in line at once, unless they have been asked already; if nobody is left, ask operators."""
        if alert.state != "raised":
            return "not-raised"
        changes = self.alerting.changes(file, now)
        self._release(connection, _of_mandate(file, alert), person, changes)
        self._ask_anew(changes)
        changes.write(connection)
        if acknowledgements.is_answered(connection, alert.alert_id, alert.priority):
            return "in-hand"
        return self._pass_on(connection, changes.latest(alert), _told(file, changes), person, now)

    def take_back(self, connection: Connection, file: CaseFile, alert: Alert, person: str, now: datetime) -> str | None:
        """Await the answers again that nobody else has given; None if this person had given none.

        It counts for the alerts for which acknowledging did.
        """
        changes = self.alerting.changes(file, now)
        same = [a for a in file.alerts if a.mandate == alert.mandate or not a.recipients]
        if not self._release(connection, same, person, changes):
            return None
        self._ask_anew(changes)
        changes.write(connection)
        opened = [reopened for reopened, _ in changes.replaced.values()]
        for reopened in opened:
            if self.escalating.next_of(connection, reopened, _told(file, changes), now) is None:
                self.escalating.ask_operators(connection, reopened, "nobody-left", now)
        if alert.alert_id in changes.replaced:
            return "reopened"
        return "in-hand" if acknowledgements.is_answered(connection, alert.alert_id, alert.priority) else "revoked"

    def _pass_on(self, connection: Connection, alert: Alert, told: set[str], person: str, now: datetime) -> str:
        line = chain(alert.mandate, self.alerting.people.at(connection, now), now)
        aside = heard_answers.stood_aside(connection, alert.alert_id) | {person}
        asked = set(alert.recipients) - aside
        if is_asked_after(line, person, asked):
            return "passed-on-before"
        is_last = self.escalating.next_of(connection, alert, told | aside, now) is None
        if is_last and is_asked_after(line, person, asked, inclusive=True):
            return "others-asked"
        return "passed-on" if self.escalating.hasten(connection, alert, told | aside, now) else "nobody-left"

    def _release(self, connection: Connection, concerned: Iterable[Alert], person: str, changes: Changes) -> set[str]:
        """What this person had in hand is so no more; what nobody else has in hand, and is raised, waits again.

        Returns the ids of all that this person had said to have in hand.
        """
        by_id = {alert.alert_id: alert for alert in concerned}
        was_in_hand = [
            alert
            for alert in by_id.values()
            if alert.state == "raised" and acknowledgements.is_answered(connection, alert.alert_id, alert.priority)
        ]
        released = acknowledgements.revoke(connection, by_id, person, changes.announce.now)
        for alert in was_in_hand:
            if not acknowledgements.is_answered(connection, alert.alert_id, alert.priority):
                self._reopen(connection, alert, person, changes)
        return released

    def _reopen(self, connection: Connection, alert: Alert, person: str, changes: Changes) -> None:
        """Whose mail was withheld while it was in hand has not been told, and stands in line again."""
        untold_yet = untold.of_alert(connection, alert.alert_id)
        kept = [recipient for recipient in alert.recipients if recipient not in untold_yet]
        until = self._reply_by(alert, changes.announce.now)
        opened = replace(alert, round=alert.round + 1, reply_by=until, recipients=kept)
        changes.replace(opened)
        changes.announce.reopened(opened, person)

    def _ask_anew(self, changes: Changes) -> None:
        for alert, _ in list(changes.replaced.values()):
            changes.timetable.ask(alert, again=True)

    def _reply_by(self, alert: Alert, now: datetime) -> datetime | None:
        within = time_to_answer(Priority(alert.priority), self.alerting.knowledge.clocks.values())
        return alert.reply_by if within is None else now + within


def _of_mandate(file: CaseFile, alert: Alert) -> list[Alert]:
    return [other for other in file.alerts if other.mandate == alert.mandate]


def _told(file: CaseFile, changes: Changes) -> set[str]:
    """Everyone who knows of the case, as far as mails may have reached them."""
    latest = (changes.latest(alert) for alert in file.alerts if alert.state != "closed")
    return {person for alert in latest for person in alert.recipients}
