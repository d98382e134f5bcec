"""Who has been told of a case already, also through cases that became part of it."""

from dataclasses import dataclass, field, replace

from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.domain.following.subscribing import hearers
from tocsin.domain.routing.routes import Route
from tocsin.store.alerting.alerts import Alert
from tocsin_schemas.alerts import UpdateCause


@dataclass(slots=True)
class Telling:
    """The alerts of one case while they are brought up to date.

    apart: the case was part of another until now, so that some were not told of it. lowered: a person has lowered its
    priority, so that its alerts may wait longer than before.
    """

    file: CaseFile
    changes: Changes
    apart: bool = False
    lowered: bool = False
    told: set[str] = field(init=False)
    heard: set[str] = field(default_factory=set)
    """Who follows the case, and is written to now."""

    def __post_init__(self) -> None:
        self.told = self.file.told

    def fresh(self, found: Route) -> list[str]:
        """Recipients who have not been told yet; from now on they have."""
        fresh = [person for person in found.recipients if person not in self.told]
        self.told.update(fresh)
        return fresh

    def update(self, found: Route, known: Alert) -> str:
        """A second report informs; only a higher priority alarms again, or standing apart from another case."""
        silenced = self.fresh(found) if self.apart else []
        if silenced:
            known = replace(known, recipients=[*known.recipients, *silenced])
            self.changes.replace(known)
            self.changes.announce.raised_again(replace(known, recipients=silenced), self.file.case.revision)
        if found.priority < known.priority:
            return self._raise(found, known)
        if self.lowered and found.priority > known.priority:
            self._lower(found, known)
        return "raised" if silenced else "unchanged"

    def _raise(self, found: Route, known: Alert) -> str:
        people = [*known.recipients, *self._heirs(known)]
        urgent = replace(
            known, priority=found.priority, round=known.round + 1, reply_by=found.reply_by, recipients=people
        )
        self.changes.replace(urgent)
        self.changes.announce.updated(urgent, UpdateCause.PRIORITY_RAISED, [*people, *self._followers(urgent)])
        self.changes.timetable.ask(urgent, again=True)
        return "updated"

    def _lower(self, found: Route, known: Alert) -> None:
        """Nobody is written to; those who have not been told yet have more time."""
        calmer = replace(known, priority=found.priority, round=known.round + 1, reply_by=found.reply_by)
        self.changes.replace(calmer)
        self.changes.timetable.ask(calmer, again=True)

    def _followers(self, alert: Alert) -> list[str]:
        """Those who were not told, and follow the case by this alert; through another they hear of it no more."""
        found = hearers({alert.alert_id: ()}, self.file.wishes, UpdateCause.PRIORITY_RAISED)
        fresh = [person for person in found.get(alert.alert_id, []) if person not in self.told | self.heard]
        self.heard.update(fresh)
        return fresh

    def _heirs(self, known: Alert) -> list[str]:
        """Those whom this mandate's alert in a merged case had told: what is new reaches them too."""
        same = (a for a in self.file.inherited if a.mandate == known.mandate and a.state == "raised")
        people = dict.fromkeys(person for alert in same for person in alert.recipients)
        return [person for person in people if person not in known.recipients]
