"""Who was told of each case: what the router decided, alerts, mails and their fate, and who took it in hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from tocsin.devtools.standing.cases import Made
from tocsin.devtools.standing.rows import Rows
from tocsin.devtools.standing.scale import Dice
from tocsin.domain.routing.directory import Directory, index
from tocsin.domain.routing.routes import Refusal, Route, Routing, route
from tocsin.knowledge.load import load
from tocsin.store.deployment import Deployment
from tocsin.store.tables import (
    acknowledgements,
    alerts,
    deliveries,
    delivery_history,
    disclosures,
    due_times,
    provider_events,
    routing_decisions,
    viewed,
)
from tocsin_schemas.directory import Recipient
from tocsin_schemas.vocabulary import Priority

_ENDS = (
    ("delivered", "webhook", 88.0),
    ("bounced", "webhook", 4.0),
    ("dropped", "webhook", 1.0),
    ("accepted", "provider_accepted", 5.0),
    ("complained", "webhook", 0.3),
    ("cancelled", "answered", 1.6),
)
_RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert, and by which mails it was told."""

    alert_id: str
    case: Made
    mechanism: str
    mandate: str
    priority: str
    raised_at: datetime
    mails: list[tuple[str, str]]


@dataclass
class Telling:
    """Tells of one case after another."""

    deployment: Deployment
    people: list[Recipient]
    dice: Dice
    rows: Rows
    raised: list[Raised] = field(default_factory=list)
    unrouted: list[Made] = field(default_factory=list)
    _known: dict[tuple[str, str, bool], Routing] = field(default_factory=dict)

    @cached_property
    def directory(self) -> Directory:
        return index(self.people)

    def tell(self, case: Made) -> None:
        routing = self._routing(case)
        decisions: list[Route | Refusal] = [*routing.routes, *routing.refusals]
        for decision in decisions:
            self._decided(case, decision)
        if not routing.routes:
            self.unrouted.append(case)
        if case.redirects_to is None:
            for place, found in enumerate(routing.routes):
                self._raise(case, found, place)
            for refusal in routing.refusals:
                if refusal.hold is not None:
                    self._hold(case, refusal)

    def _routing(self, case: Made) -> Routing:
        """By the real router, once for all cases that are alike to it."""
        granted = any(rule.status == "granted" for rule in case.claim.consents)
        key = (case.country, case.violation, granted)
        if key not in self._known:
            self._known[key] = route([case.claim], self.directory, load(), case.opened_at)
        return self._known[key]

    def _decided(self, case: Made, decision: Route | Refusal) -> None:
        self.rows.add(
            routing_decisions,
            case_id=case.case_id,
            case_revision=1,
            mechanism=decision.mechanism,
            mandate=decision.mandate,
            outcome="route" if isinstance(decision, Route) else "refusal",
            rule=decision.rule,
            detail=decision.detail,
            knowledge_version=load().version[:64],
            decided_at=case.opened_at + timedelta(seconds=1),
        )

    def _alert(self, case: Made, mandate: str) -> str:
        return self.deployment.identities.alert(case.case_id, mandate, 1)

    def _hold(self, case: Made, refusal: Refusal) -> None:
        assert refusal.hold is not None
        at = case.opened_at + timedelta(seconds=1)
        own = {"round": 0, "state": "held", "priority": "P3", "level": "L0", "recipients": []}
        what = {"rule": refusal.rule, "detail": refusal.detail, "hold_reason": refusal.hold.value}
        who = {
            "alert_id": self._alert(case, refusal.mandate),
            "mechanism": refusal.mechanism,
            "mandate": refusal.mandate,
        }
        times = {"raised_at": at, "updated_at": at}
        self.rows.add(alerts, case_id=case.case_id, revision=1, **own, **what, **who, **times)

    def _raise(self, case: Made, found: Route, place: int) -> None:
        alert_id, at = self._alert(case, found.mandate), case.opened_at + timedelta(seconds=1)
        priority = (Priority.P1, Priority.P2, Priority.P3, Priority.P4)[(case.number + place) % 4].value
        rounds = 1 if len(case.reports) > 8 and place < 3 else 0
        level = min(found.level.value, "L1")
        self.rows.add(
            alerts,
            alert_id=alert_id,
            case_id=case.case_id,
            mechanism=found.mechanism,
            mandate=found.mandate,
            revision=1,
            round=rounds,
            state="raised",
            priority=priority,
            level=level,
            rule=found.rule,
            detail=found.detail,
            recipients=list(found.recipients),
            reply_by=at + timedelta(hours=6 * (1 + place % 4)),
            raised_at=at,
            updated_at=self.dice.after(at, timedelta(days=20)) if rounds else at,
        )
        mails = [
            self._mail(case, alert_id, person, priority, number, at)
            for person in found.recipients
            for number in range(rounds + 1)
        ]
        raised = Raised(alert_id, case, found.mechanism, found.mandate, priority, at, mails)
        self.raised.append(raised)
        self._follow(raised, level)

    def _mail(
        self, case: Made, alert_id: str, person: str, priority: str, number: int, at: datetime
    ) -> tuple[str, str]:
        delivery_id = self.deployment.identities.delivery(alert_id, person, "email", number)
        asked = at + number * timedelta(days=2)
        state, cause = self._end(asked)
        steps = [("requested", "alert", 0), ("claimed", "alert", 1)]
        steps += [("accepted", "provider_accepted", 1)] if state not in ("cancelled", "rejected") else []
        steps += [(state, cause, 1)] if state not in ("accepted", "requested") else []
        steps = steps[:1] if state == "requested" else steps
        for place, (name, why, attempt) in enumerate(steps):
            told = {"delivery_id": delivery_id, "state": name, "cause": why, "attempt": attempt, "detail": "250 ok"}
            self.rows.add(delivery_history, **told, at=asked + place * timedelta(seconds=3))
        for name in ("processed", "delivered") if state == "delivered" else ():
            occurred = {"occurred_at": asked, "received_at": asked + timedelta(seconds=9)}
            self.rows.add(
                provider_events, provider_event_id=self.dice.ident(), delivery_id=delivery_id, event=name, **occurred
            )
        self.rows.add(
            deliveries,
            delivery_id=delivery_id,
            alert_id=alert_id,
            case_id=case.case_id,
            recipient_id=person,
            channel="email",
            round=number,
            kind="update" if number else "alert",
            priority=priority,
            state=state,
            attempt=steps[-1][2],
            possible_repeat=False,
            provider="sendgrid" if len(steps) > 2 else None,
            fallback_at=asked + timedelta(minutes=10) if state in ("bounced", "dropped", "accepted") else None,
            requested_at=asked,
            updated_at=asked + len(steps) * timedelta(seconds=3),
        )
        return delivery_id, person

    def _end(self, asked: datetime) -> tuple[str, str]:
        """What became of a mail; one of the last hour may be under way, and some few are in doubt."""
        if self.dice.chance(0.0003):
            return "unknown", "outcome_unknown"
        if asked > self.dice.now - _RECENT:
            return "requested", "alert"
        (found,) = self.dice.random.choices(_ENDS, [share for *_, share in _ENDS])
        return found[0], found[1]

    def _follow(self, raised: Raised, level: str) -> None:
        """Who took it in hand, what they were shown, and the times that were due for it."""
        at, case = raised.raised_at, raised.case
        in_hand = at + timedelta(minutes=self.dice.random.randrange(3, 900))
        answered = in_hand < self.dice.now and self.dice.chance(0.93)
        person = raised.mails[0][1] if raised.mails else None
        if answered:
            kept = {"alert_id": raised.alert_id, "priority": raised.priority, "recipient_id": person}
            self.rows.add(acknowledgements, **kept, acknowledged_at=in_hand)
        for delivery_id, reader in raised.mails:
            for report in case.reports[:3]:
                seen = {"report_id": report.report_id, "alert_id": raised.alert_id, "case_id": case.case_id}
                shown = {"recipient_id": reader, "level": level, "fields": ["/violation/types", "/violation/country"]}
                self.rows.add(disclosures, delivery_id=delivery_id, attempt=1, **seen, **shown, told_at=at)
                if answered and reader == person and report is case.reports[0]:
                    self.rows.add(viewed, viewing_id=self.dice.ident(), **seen, **shown, seen_at=in_hand)
        self._due(raised, in_hand if answered else None)

    def _due(self, raised: Raised, answered: datetime | None) -> None:
        for step, hours in enumerate((2, 12, 48)):
            due = raised.raised_at + timedelta(hours=hours)
            fired = due if answered is None or due < answered else None
            self.rows.add(
                due_times,
                due_id=self.dice.ident(),
                kind="escalation",
                case_id=raised.case.case_id,
                subject=raised.alert_id,
                about=raised.mandate,
                step=step,
                due_at=due,
                created_at=raised.raised_at,
                attempts=0,
                fired_at=fired if fired is not None and fired < self.dice.now else None,
                cancelled_at=answered if fired is None else None,
                outcome="escalated" if fired is not None else "answered",
            )
