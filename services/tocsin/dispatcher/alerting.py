"""What a change of a case means for its alerts, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.dispatcher import casefile, deciding, holding, joining, recalling, rehearsing
from tocsin.dispatcher.announcing import Announcements
from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.dispatcher.people import People
from tocsin.dispatcher.telling import Telling
from tocsin.dispatcher.timetable import Timetable
from tocsin.domain.routing.routes import Routing, route
from tocsin.domain.routing.standing import Standing
from tocsin.runtime.messages import Message
from tocsin.store.auditing import audit
from tocsin.store.casework import cases
from tocsin.store.casework.locks import are_needed, lock_found
from tocsin.store.deployment import Deployment
from tocsin.store.matching import reviews
from tocsin_schemas.cases import CaseChange, CaseClosed, CaseLinked, CaseMerged, CaseSplit, CaseUpdated, LinkKind
from tocsin_schemas.drills import DrillResolved
from tocsin_schemas.events import Event
from tocsin_schemas.knowledge import Knowledge
from tocsin_schemas.model import Model

_QUIET = {"case.linked", "review.requested"}
"""They come with another event of the same case, or concern operators alone."""
_OF_A_CASE = ("unrouted", "certainty", "emblematic_suggested")
"""Reviews that ask about one case; the case that it became part of has its own."""
_MAILED = timedelta(seconds=90)
"""Where others write at the same time, a mail that was being written while its report was withdrawn has left by then.
Such a mail is called back after it."""
_OUTCOMES = ("raised", "released", "updated", "held")
"""The word for an evaluation is the first of these that it did."""


@dataclass(slots=True)
class Alerting:
    """Keeps the alerts of cases true; an instance is the ``work`` of the dispatcher's consumer."""

    deployment: Deployment
    knowledge: Knowledge
    people: People = field(init=False)

    def __post_init__(self) -> None:
        self.people = People(self.deployment)

    def __call__(self, connection: Connection, event: Event[Model], _message: Message, now: datetime) -> str:
        change = event.data
        if isinstance(change, DrillResolved):
            people = self.people.at(connection, now)
            return rehearsing.send_on(connection, self.deployment, change, people, self.knowledge, now)
        assert isinstance(change, CaseChange)
        if isinstance(change, CaseLinked) and change.kind is LinkKind.SAME_PERSON:
            self._warn_of_impunity(connection, [change.case_id, change.other_case_id], now)
        if event.type in _QUIET:
            return "noted"
        if isinstance(change, CaseSplit):
            return self._split(connection, change, now)
        if isinstance(change, CaseMerged):
            for kind in _OF_A_CASE:
                reviews.resolve(connection, kind, change.merged_case_id, "dispatcher", now)
        outcome = self.evaluate(connection, change.case_id, now)
        if isinstance(change, CaseUpdated | CaseClosed) and are_needed(connection):
            self._look_again(connection, [change.case_id], now + _MAILED, now, "written meanwhile")
        if isinstance(change, CaseUpdated):
            linked = casefile.same_person(connection, [change.case_id])
            self._warn_of_impunity(connection, [change.case_id, *linked] if linked else [], now)
        return outcome

    def evaluate(self, connection: Connection, case_id: str, now: datetime, apart: bool = False) -> str:
        """Route the case as it stands, or the one that it became part of, and bring its alerts up to the result.

        apart: it was one with another until now; who was not told of it for that reason is told now.
        """
        file = self.locked(connection, case_id)
        changes = self.changes(file, now)
        if not file.claims:
            return self._close(connection, file, changes)
        is_known = any(True for _ in file.alerts)
        standing = casefile.standing_of(connection, file)
        routing = self.route(connection, file, standing, now)
        telling = Telling(file, changes, apart, lowered=standing.lowered is not None)
        outcomes = holding.apply(self.deployment.identities, routing, telling)
        routed = {found.mandate for found in routing.routes}
        recalled = recalling.recall(connection, file, routed, self.knowledge, changes) if is_known else {}
        deciding.record(connection, file.case, routing, self.knowledge.version, now)
        changes.timetable.write_moments(connection, file.case, file.claims, is_new=not is_known)
        changes.write(connection)
        deciding.queue_for_people(connection, file, routing, standing, now)
        self._join_strays(connection, file, now)
        recalling.trace(connection, recalled, changes)
        tally = deciding.tally(file.case.revision, routing, standing)
        audit.append(connection, "dispatcher", "case-routed", file.case.case_id, tally, now)
        return _first(outcomes)

    def locked(self, connection: Connection, case_id: str) -> CaseFile:
        """The case, or the one that it became part of, locked until the transaction ends."""
        found = lock_found(connection, lambda: {case_id, cases.current(connection, case_id)})
        return casefile.read(connection, case_id if found == {case_id} else cases.current(connection, case_id))

    def route(self, connection: Connection, file: CaseFile, standing: Standing, now: datetime) -> Routing:
        """The decision on the case as it stands. It must have a live claim."""
        return route(file.claims, self.people.at(connection, now), self.knowledge, now, standing)

    def changes(self, file: CaseFile, now: datetime) -> Changes:
        """Nothing yet."""
        identities = self.deployment.identities
        timetable = Timetable(identities, self.knowledge.clocks, now)
        return Changes(file.case.revision, Announcements(identities, now), timetable)

    def _join_strays(self, connection: Connection, file: CaseFile, now: datetime) -> None:
        """Actions that came before the report that they are on, or whose report has come from another case."""
        if strays := joining.strays(connection, file):
            renewed = casefile.read(connection, file.case.case_id)
            changes = self.changes(renewed, now)
            joining.join(connection, self.deployment, self.knowledge, renewed, strays, changes)
            changes.write(connection)

    def _close(self, connection: Connection, file: CaseFile, changes: Changes) -> str:
        holding.close(file, changes)
        recalled = recalling.recall(connection, file, set(), self.knowledge, changes)
        changes.timetable.write_moments(connection, file.case, (), is_new=False)
        changes.write(connection)
        recalling.trace(connection, recalled, changes)
        return "closed"

    def _split(self, connection: Connection, change: CaseSplit, now: datetime) -> str:
        """Both cases stand alone again."""
        both = sorted((change.case_id, change.split_case_id))
        lock_found(connection, lambda: {*both, *(cases.current(connection, case) for case in both)})
        return _first({self.evaluate(connection, case, now, apart=True) for case in both})

    def _warn_of_impunity(self, connection: Connection, case_ids: Sequence[str], now: datetime) -> None:
        """If an attack on this person went unpunished, route each of their cases again, under its own lock."""
        if casefile.is_unpunished(connection, case_ids):
            self._look_again(connection, case_ids, now, now, "linked")

    def _look_again(
        self, connection: Connection, case_ids: Sequence[str], at: datetime, now: datetime, why: str
    ) -> None:
        timetable = Timetable(self.deployment.identities, self.knowledge.clocks, now)
        for case_id in case_ids:
            timetable.route_again(case_id, at, why)
        timetable.write(connection)


def _first(outcomes: set[str]) -> str:
    return next((o for o in _OUTCOMES if o in outcomes), "unchanged")
