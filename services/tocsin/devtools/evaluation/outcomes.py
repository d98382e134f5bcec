"""Where each report stands, kept up to date while the resolver thinks again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, bindparam, select

from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.outcome import Outcome
from tocsin.store.casework import links
from tocsin.store.tables import cases, reports
from tocsin_schemas.cases import LinkKind

_NEW = frozenset({"opened", "joined", "corrected"})
"""After these, the resolver itself says where the report stands."""
_CASE = (
    select(reports.c.case_id, cases.c.founding_report_id)
    .join(cases, cases.c.case_id == reports.c.case_id)
    .where(reports.c.report_id == bindparam("r"))
)


@dataclass(slots=True)
class Standings:
    """The last known standing of each report."""

    known: dict[str, Outcome] = field(default_factory=dict)
    naming: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Case -> reports said to be linked to it."""

    def learn(self, connection: Connection, outcome: Outcome) -> Iterator[Outcome]:
        """The standing of the report that came, then of those that it moved, and of those linked to where they were."""
        gone = {self.known[moved].case_id for moved in outcome.changed if moved in self.known}
        concerned = {*outcome.changed, *(r for case in gone for r in self.naming[case])} - {outcome.report_id}
        yield self._keep(outcome if outcome.word in _NEW else self._read(connection, outcome.report_id))
        for report_id in sorted(concerned & self.known.keys()):
            yield self._keep(self._read(connection, report_id))

    def _keep(self, outcome: Outcome) -> Outcome:
        self._forget(outcome.report_id)
        self.known[outcome.report_id] = outcome
        for case_id in outcome.linked:
            self.naming[case_id].add(outcome.report_id)
        return outcome

    def _forget(self, report_id: str) -> None:
        before = self.known.pop(report_id, None)
        for case_id in before.linked if before else ():
            self.naming[case_id].discard(report_id)

    def _read(self, connection: Connection, report_id: str) -> Outcome:
        standing = standing_of(connection, report_id)
        before = self.known.get(report_id)
        return replace(standing, candidates=before.candidates) if before else standing


def standing_of(connection: Connection, report_id: str) -> Outcome:
    """Where the tables say that a report stands; raises NoResultFound if it was not accepted."""
    case_id, founder = connection.execute(_CASE, {"r": report_id}).one()
    linked = {
        other: kind
        for ends, kind in links.of_cases(connection, [case_id]).items()
        for other in ends
        if other != case_id
    }
    verdict = _of_founder(linked.values()) if founder == report_id else Verdict.DUPLICATE
    return Outcome("standing", report_id, case_id, verdict, linked=tuple(sorted(linked)))


def _of_founder(kinds: Iterable[LinkKind]) -> Verdict:
    """The more cautious word first: what may be a duplicate waits for a person."""
    found = set(kinds)
    if LinkKind.POSSIBLE_DUPLICATE in found:
        return Verdict.POSSIBLE
    return Verdict.SAME_PERSON if LinkKind.SAME_PERSON in found else Verdict.UNRELATED
