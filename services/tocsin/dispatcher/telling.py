"""Who has been told of a case already, also through cases that became part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tocsin.dispatcher.changes import Changes
from tocsin.domain.routing.routes import Route
from tocsin.store.alerts import Alert


@dataclass(slots=True)
class Telling:
    """The alerts of one case while they are brought up to date.

    known: its own, by mandate. inherited: those of the cases that became part of it. apart: the case was part of
    another until now, so that some were not told of it.
    """

    known: Mapping[str, Alert]
    inherited: Sequence[Alert]
    changes: Changes
    apart: bool = False
    told: set[str] = field(init=False)

    def __post_init__(self) -> None:
        raised = (a for a in (*self.known.values(), *self.inherited) if a.state == "raised")
        self.told = {person for alert in raised for person in alert.recipients}

    def fresh(self, found: Route) -> list[str]:
        """Recipients who have not been told yet; from now on they have."""
        fresh = [person for person in found.recipients if person not in self.told]
        self.told.update(fresh)
        return fresh

    def update(self, found: Route, known: Alert, revision: int) -> str:
        """A second report informs; only a higher priority alarms again, or standing apart from another case."""
        silenced = self.fresh(found) if self.apart else []
        if silenced:
            known = replace(known, recipients=[*known.recipients, *silenced])
            self.changes.replace(known)
            self.changes.announce.raised_again(replace(known, recipients=silenced), revision)
        if found.priority >= known.priority:
            return "raised" if silenced else "unchanged"
        people = [*known.recipients, *self._heirs(known)]
        updated = replace(
            known, priority=found.priority, round=known.round + 1, reply_by=found.reply_by, recipients=people
        )
        self.changes.replace(updated)
        self.changes.announce.updated(updated, "priority_raised")
        return "updated"

    def _heirs(self, known: Alert) -> list[str]:
        """Those whom this mandate's alert in a merged case had told: what is new reaches them too."""
        same = (a for a in self.inherited if a.mandate == known.mandate and a.state == "raised")
        people = dict.fromkeys(person for alert in same for person in alert.recipients)
        return [person for person in people if person not in known.recipients]
