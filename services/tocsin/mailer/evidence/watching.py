"""The watch over mails that do not arrive: somebody else is turned to, once, and operators are asked to look.

An urgent mail goes to the person's second address; if there is none, or that fails too, the next in line are told now
instead of later. It makes no difference whether the provider is down or only silent: the deadline escalates.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from tocsin.domain import asking
from tocsin.mailer.evidence import second_addresses
from tocsin.runtime import metrics
from tocsin.store.alerting import acknowledgements, alerts, due_times
from tocsin.store.alerting.alerts import Alert
from tocsin.store.alerting.due_times import Kind
from tocsin.store.auditing import audit
from tocsin.store.casework.locks import despite_deadlocks
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.mail import undelivered
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.mail.undelivered import Undelivered
from tocsin.store.matching import reviews
from tocsin_schemas.alerts import EscalationCause

_ROUTINE = timedelta(hours=24)
"""After how long without delivery people look at what is not urgent."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watching:
    """Looks for mails that did not arrive.

    patience: how long an urgent mail may take. wake: tells the sender that a mail was asked for.
    """

    engine: Engine
    deployment: Deployment
    patience: timedelta
    clock: Callable[[], datetime]
    wake: Callable[[], None] = lambda: None

    def watch(self) -> int:
        """Turn to others for every mail that did not arrive; returns how many there were."""
        now, turned = self.clock(), Counter[str]()
        metrics.undelivered("next-in-line", 0)  # a metric that is absent wakes nobody
        with reading(self.engine) as connection:
            urgent = undelivered.urgent(connection, now - self.patience)
            routine = undelivered.routine(connection, now - _ROUTINE, now)
        for found in urgent:
            turned[despite_deadlocks(partial(self._turn, found, now, self._elsewhere))] += 1
        for found in routine:
            turned[despite_deadlocks(partial(self._turn, found, now, _to_nobody))] += 1
        del turned[""]
        for word, number in turned.items():
            metrics.undelivered(word, number)
        if turned["second-address"]:
            self.wake()
        return turned.total()

    def _turn(self, found: Undelivered, now: datetime, elsewhere: "Elsewhere") -> str:
        """One mail, in one transaction; returns a word for what was done, empty if there was nothing to do."""
        delivery = found.delivery
        with unit_of_work(self.engine) as connection:
            if not undelivered.mark(connection, found, now):
                return ""
            alert = None if delivery.alert_id is None else alerts.get(connection, delivery.alert_id)
            if alert is not None and alert.state != "raised":
                return "over"
            word = elsewhere(connection, delivery, alert, now)
            reason = _reason(found, word, None if alert is None else alert.mandate)
            for untold in (delivery, *undelivered.mark_carried(connection, delivery, now)):
                of = (untold.delivery_id, reason, now, untold.case_id)
                reviews.request_of(connection, "undelivered", *of)
            detail = {"state": found.state.value, "turned": word, "attempt": delivery.attempt}
            audit.append(connection, "mailer", "mail-undelivered", delivery.delivery_id, detail, now)
        log.warning("a mail did not arrive", extra={"delivery_id": delivery.delivery_id, "turned": word})
        return word

    def _elsewhere(self, connection: Connection, delivery: Delivery, alert: Alert | None, now: datetime) -> str:
        assert alert is not None, "an urgent mail that is watched tells of an alert"
        if second_addresses.is_asked_for(connection, self.deployment, delivery, alert, now):
            return "second-address"
        if acknowledgements.awaited(connection, alert.alert_id) is None:
            return "in-hand"
        others = undelivered.others(connection, delivery, now - self.patience)
        if others.reached:
            return "others-reached"
        if others.awaited:
            return "others-awaited"
        because = EscalationCause.UNDELIVERED
        brought = due_times.bring_forward(connection, alert.alert_id, Kind.ESCALATION, now, because)
        return "next-in-line" if brought else "nobody-left"


Elsewhere = Callable[[Connection, Delivery, Alert | None, datetime], str]
"""Turns to somebody else, and says to whom."""


def _to_nobody(_connection: Connection, _delivery: Delivery, _alert: Alert | None, _now: datetime) -> str:
    """It can wait until a person has looked."""
    return "review"


def _reason(found: Undelivered, turned: str, mandate: str | None) -> str:
    delivery = found.delivery
    told = {"state": found.state, "turned": turned, "mail": delivery.kind, "person": delivery.recipient_id}
    return asking.UNDELIVERED(**told) if mandate is None else asking.UNDELIVERED_OF(mandate=mandate, **told)
