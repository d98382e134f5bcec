"""The part of the graph that a change can touch: cases, and those to which a sure judgement leads from them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tocsin.domain.matching.graph import Node
from tocsin.resolver.profiles import Profiles
from tocsin.resolver.surveying import node_of
from tocsin.store.casework import reports
from tocsin.store.casework.locks import lock_found
from tocsin.store.matching import judgements

WIDEST = 200
"""Reports after which a component is followed no further: what is beyond stays where it is."""


@dataclass(frozen=True, slots=True)
class Component:
    """cases: each with its live reports, the oldest first; locked."""

    cases: Mapping[str, Sequence[Node]]

    @property
    def nodes(self) -> list[Node]:
        return [node for members in self.cases.values() for node in members]

    def without(self, report_id: str) -> "Component":
        """The component when a report is gone; a case that has no other is not in it."""
        left = {case: [n for n in nodes if n.report_id != report_id] for case, nodes in self.cases.items()}
        return Component({case: nodes for case, nodes in left.items() if nodes})

    @property
    def home(self) -> dict[str, str]:
        """Where each report stands."""
        return {node.report_id: case for case, members in self.cases.items() for node in members}


def reach(connection: Connection, cases: Collection[str]) -> set[str]:
    """``cases``, and every case that sure judgements connect with them."""
    found, fresh, reached = set(cases), set(cases), 0
    while fresh and reached <= WIDEST:
        members = [m.report_id for case in reports.members(connection, fresh).values() for m in case]
        reached += len(members)
        sure = (edge for edge in judgements.touching(connection, members) if edge.automatic or edge.must_link)
        ends = {end for edge in sure for end in edge.pair}.difference(members)
        fresh = set(reports.cases_of(connection, ends).values()) - found
        found |= fresh
    return found


def locked(connection: Connection, profiles: Profiles, seeds: Callable[[], Collection[str]]) -> Component:
    """The component of the cases that ``seeds`` reads, locked and then read."""
    held = lock_found(connection, lambda: reach(connection, seeds()))
    members = reports.members(connection, held)
    known = profiles.of(connection, [m for case in members.values() for m in case])
    return Component({c: [node_of(m, known.get(m.report_id)) for m in of_case] for c, of_case in members.items()})
