"""What a change of a case means for its alerts, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from tocsin.dispatcher.announcing import Announcements
from tocsin.dispatcher.changes import Changes
from tocsin.dispatcher.telling import Telling
from tocsin.domain.routing.routes import Refusal, Route, Routing, route
from tocsin.runtime.stream import Message
from tocsin.store import alerts, audit, cases, directory, reports, reviews
from tocsin.store.alerts import Alert, Decision
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.locks import lock_found
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.cases import CaseChange, CaseMerged, CaseSplit
from tocsin_schemas.directory import Recipient
from tocsin_schemas.events import Event
from tocsin_schemas.knowledge import Knowledge
from tocsin_schemas.model import Model

_QUIET = {"case.linked", "review.requested"}
"""They come with another event of the same case, or concern operators alone."""
_OF_A_CASE = ("unrouted", "certainty")
"""Reviews that ask about one case; the case that it became part of has its own."""
_OUTCOMES = ("raised", "released", "updated", "held")
"""The word for an evaluation is the first of these that it did."""


@dataclass(slots=True)
class Alerting:
    """Keeps the alerts of cases true; an instance is the ``work`` of the dispatcher's consumer."""

    deployment: Deployment
    knowledge: Knowledge
    _recipients: tuple[object, list[Recipient]] = (None, [])

    def __call__(self, connection: Connection, event: Event[Model], _message: Message, now: datetime) -> str:
        change = event.data
        assert isinstance(change, CaseChange)
        if event.type in _QUIET:
            return "noted"
        if isinstance(change, CaseSplit):
            return self._split(connection, change, now)
        if isinstance(change, CaseMerged):
            for kind in _OF_A_CASE:
                reviews.resolve(connection, kind, change.merged_case_id, "dispatcher", now)
        return self.evaluate(connection, change.case_id, now)

    def evaluate(self, connection: Connection, case_id: str, now: datetime, apart: bool = False) -> str:
        """Route the case as it stands, or the one that it became part of, and bring its alerts up to the result.

        apart: it was one with another until now; who was not told of it for that reason is told now.
        """
        lock_found(connection, lambda: {case_id, cases.current(connection, case_id)})
        case_id = cases.current(connection, case_id)
        case, claims = cases.get(connection, case_id), reports.claims_of(connection, case_id)
        known = alerts.of_case(connection, case_id)
        changes = Changes(case.revision, Announcements(self.deployment.identities, now))
        if not claims:
            return _close(connection, known, changes)
        routing = route(claims, self._directory(connection), self.knowledge, now)
        telling = Telling(known, alerts.of_cases(connection, cases.parts_of(connection, case_id)), changes, apart)
        outcomes = self._apply(case, routing, telling)
        self._record(connection, case, routing, now)
        changes.write(connection)
        self._queue_for_people(connection, case_id, routing, now)
        audit.append(connection, "dispatcher", "case-routed", case_id, _tally(case.revision, routing), now)
        return next((o for o in _OUTCOMES if o in outcomes), "unchanged")

    def release_due(self, engine: Engine, now: datetime) -> int:
        """Evaluate again every case with an embargo that is over, each in its own transaction; returns how many."""
        with reading(engine) as connection:
            due = alerts.cases_due_for_release(connection, now)
        for case_id in due:
            with unit_of_work(engine) as connection:
                self.evaluate(connection, case_id, now)
                alerts.forget_due_release(connection, case_id, now)
        return len(due)

    def _split(self, connection: Connection, change: CaseSplit, now: datetime) -> str:
        """Both cases stand alone again."""
        both = sorted((change.case_id, change.split_case_id))
        lock_found(connection, lambda: {*both, *(cases.current(connection, case) for case in both)})
        outcomes = {self.evaluate(connection, case, now, apart=True) for case in both}
        return next((o for o in _OUTCOMES if o in outcomes), "unchanged")

    def _apply(self, case: cases.Case, routing: Routing, telling: Telling) -> set[str]:
        outcomes = {self._apply_route(case, r, telling) for r in routing.routes}
        held = [r for r in routing.refusals if r.hold is not None]
        return outcomes | {self._hold(case, r, routing, telling.known.get(r.mandate), telling.changes) for r in held}

    def _apply_route(self, case: cases.Case, found: Route, telling: Telling) -> str:
        known, changes = telling.known.get(found.mandate), telling.changes
        if known is not None and known.state == "raised":
            return telling.update(found, known, case.revision)
        alert_id = known.alert_id if known else self._alert_id(case, found.mandate)
        alert = _raised(alert_id, case.case_id, found, telling.fresh(found))
        if known is None:
            changes.add(alert)
            changes.announce.raised(alert)
            return "raised"
        changes.replace(alert)
        changes.announce.released(alert, known.hold_reason)
        return "released"

    def _hold(self, case: cases.Case, refusal: Refusal, routing: Routing, known: Alert | None, changes: Changes) -> str:
        alert_id = known.alert_id if known else self._alert_id(case, refusal.mandate)
        held = _held(alert_id, case.case_id, refusal, routing)
        if known is None:
            changes.add(held, refusal.release_at)
            changes.announce.held(held, refusal.release_at)
            return "held"
        if known.state == "held" and known != held:  # the detail holds the time of the release
            changes.replace(held, refusal.release_at)
        return "unchanged"

    def _queue_for_people(self, connection: Connection, case_id: str, routing: Routing, now: datetime) -> None:
        """Silence is a bug: a case of which nobody is told, or will be, waits for a person."""
        if routing.needs_review:
            reviews.request(connection, "certainty", routing.triage_rule, now, case_id)
        if routing.routes or any(r.release_at is not None for r in routing.refusals):
            reviews.resolve(connection, "unrouted", case_id, "dispatcher", now)
            return
        reasons = ", ".join(sorted({r.rule for r in routing.refusals})) or "no-competent-mandate"
        reviews.request(connection, "unrouted", reasons, now, case_id)

    def _record(self, connection: Connection, case: cases.Case, routing: Routing, now: datetime) -> None:
        """Keep each decision that is new or has changed, with the rule that made it."""
        earlier = alerts.latest_decisions(connection, case.case_id)
        found = [Decision(r.mechanism, r.mandate, "route", r.rule, r.detail[:500]) for r in routing.routes]
        found += [Decision(r.mechanism, r.mandate, "refusal", r.rule, r.detail[:500]) for r in routing.refusals]
        changed = [d for d in found if _is_new(d, case.revision, *earlier.get(d.mandate, (0, None)))]
        alerts.record_decisions(connection, case.case_id, case.revision, changed, self.knowledge.version, now)

    def _directory(self, connection: Connection) -> list[Recipient]:
        version = directory.version(connection)
        if self._recipients[0] != version:
            self._recipients = (version, directory.load_recipients(connection))
        return self._recipients[1]

    def _alert_id(self, case: cases.Case, mandate: str) -> str:
        return self.deployment.identities.alert(case.case_id, mandate, case.revision)


def _is_new(decision: Decision, revision: int, earlier_revision: int, earlier: Decision | None) -> bool:
    """One decision is kept for each mandate and revision of the case."""
    return earlier_revision != revision and decision != earlier


def _close(connection: Connection, known: dict[str, Alert], changes: Changes) -> str:
    """No live report is left: what is not sent stays unsent."""
    for alert in known.values():
        if alert.state != "closed":
            changes.replace(replace(alert, state="closed"))
            changes.announce.closed(alert, "report_withdrawn")
    changes.write(connection)
    return "closed"


def _raised(alert_id: str, case_id: str, found: Route, recipients: list[str]) -> Alert:
    return Alert(
        alert_id,
        case_id,
        found.mechanism,
        found.mandate,
        0,
        "raised",
        found.priority,
        found.level,
        found.rule,
        found.detail[:500],
        recipients,
        None,
        found.reply_by,
    )


def _held(alert_id: str, case_id: str, refusal: Refusal, routing: Routing) -> Alert:
    return Alert(
        alert_id,
        case_id,
        refusal.mechanism,
        refusal.mandate,
        0,
        "held",
        routing.priority,
        DisclosureLevel.L0,
        refusal.rule,
        refusal.detail[:500],
        [],
        refusal.hold,
        None,
    )


def _tally(revision: int, routing: Routing) -> dict[str, object]:
    return {
        "revision": revision,
        "priority": str(routing.priority),
        "routes": [r.mandate for r in routing.routes],
        "refusals": {r.mandate: r.rule for r in routing.refusals},
    }
