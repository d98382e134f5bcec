"""Making the cases what the judgements say: reports move, cases merge, split, open and go on, and say so.

Where the cases are so already, nothing changes and nothing is said.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities
from tocsin.domain.matching.clusters import Alarm, Solution, canonical, solve
from tocsin.resolver import linking
from tocsin.resolver.announcing import Announcements, Cause
from tocsin.resolver.components import Component
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, reports
from tocsin.store.casework.cases import Case, Standing
from tocsin.store.matching import judgements, reviews


@dataclass(frozen=True, slots=True)
class Occasion:
    """What made it necessary.

    rule: the coded reason. report_id: the report that brought it, if it was one. corrected: it now says something else.
    dwindled: a case of which a report was withdrawn. judged: cases of which a person has judged.
    """

    rule: str
    cause: Cause
    now: datetime
    report_id: str | None = None
    corrected: bool = False
    dwindled: str | None = None
    judged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Regrouped:
    """moved: for each report that changed its case, the new one. cases: every case that changed."""

    moved: Mapping[str, str] = field(default_factory=dict)
    cases: frozenset[str] = frozenset()


def regroup(connection: Connection, identities: Identities, component: Component, occasion: Occasion) -> Regrouped:
    """Solve the component, which must be locked, again, and apply the difference."""
    nodes = component.nodes
    solution = solve(nodes, judgements.touching(connection, [node.report_id for node in nodes]))
    return apply(connection, identities, component, solution, occasion)


def apply(
    connection: Connection, identities: Identities, component: Component, solution: Solution, occasion: Occasion
) -> Regrouped:
    """Give each cluster of the solution its case, and make the database so."""
    known = _standings(connection, component)
    target = _assigned(connection, identities, component, solution, known)
    change = _Change(connection, identities, component, occasion, known, target)
    change.write()
    change.say()
    linking.refresh(connection, change.announced, change.gone, occasion.now)
    raise_alarms(connection, solution.alarms, target, occasion.now)
    return Regrouped(change.moved, frozenset({*change.gone, *change.announced}))


def raise_alarms(connection: Connection, alarms: Sequence[Alarm], home: Mapping[str, str], now: datetime) -> None:
    """Let a person look at what was not merged, once for each pair of cases."""
    for alarm in alarms:
        pair = sorted({home[alarm.left], home[alarm.right]})
        if len(pair) == 2 and reviews.request(connection, "component_alarm", alarm.reason, now, *pair):
            detail = {"other": pair[1], "reason": alarm.reason}
            audit.append(connection, "resolver", "component-alarm", pair[0], detail, now)


def _standings(connection: Connection, component: Component) -> dict[str, Standing]:
    """The cases concerned. One whose founder was withdrawn is handed over to its oldest live report."""
    home = component.home
    known = cases.standings(connection, component.cases, home)
    orphaned = [case for case, members in component.cases.items() if members and known[case].founder not in home]
    for case in orphaned:
        known[case] = replace(known[case], founder=component.cases[case][0].report_id)
    cases.hand_over(connection, [(case, known[case].founder) for case in sorted(orphaned)])
    return known


def _assigned(
    connection: Connection,
    identities: Identities,
    component: Component,
    solution: Solution,
    known: Mapping[str, Standing],
) -> dict[str, str]:
    """The case of each report, the oldest report first."""
    founded: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for standing in known.values():
        founded[standing.founder].append((standing.opened_at, standing.case_id))
    found = {}
    for cluster in solution.clusters:
        case = canonical(cluster, founded) or _new_id(connection, identities, cluster[0])
        found.update(dict.fromkeys(cluster, case))
    ordered = sorted(component.nodes, key=lambda node: (node.accepted_at, node.report_id))
    return {node.report_id: found[node.report_id] for node in ordered}


def _new_id(connection: Connection, identities: Identities, founder: str) -> str:
    """The founder's own case may go on under another report; then the next id that is free."""
    attempt, wanted = 0, identities.case(founder)
    while cases.exists(connection, wanted):
        attempt += 1
        wanted = identities.case(f"{founder}/{attempt}")
    return wanted


@dataclass(slots=True)
class _Change:
    """From ``home``, where each report was, to ``target``.

    gone: cases without a report left, and where their founder went. come: cases that had none, with their reports.
    """

    connection: Connection
    identities: Identities
    component: Component
    occasion: Occasion
    known: Mapping[str, Standing]
    target: Mapping[str, str]
    home: Mapping[str, str] = field(init=False)
    moved: dict[str, str] = field(init=False)
    gone: dict[str, str] = field(init=False)
    come: dict[str, list[str]] = field(init=False)
    announced: dict[str, Announcements] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = {report: self.component.home[report] for report in self.target}
        self.moved = {report: case for report, case in self.target.items() if self.home[report] != case}
        before, after = _members(self.home), _members(self.target)
        self.gone = {case: self.target[self.known[case].founder] for case in before if case not in after}
        self.come = {case: members for case, members in after.items() if case not in before}

    def write(self) -> None:
        now = self.occasion.now
        reports.move(self.connection, self.moved)
        for case in sorted(self._touched()):
            facts = reports.facts_of(self.connection, case)
            if case in self.known:
                changed = cases.revise(self.connection, case, facts, now)
            else:
                changed = cases.found(self.connection, case, self.come[case][0], facts, now)
            self.announced[case] = self._announcing(changed)
        for case, into in sorted(self.gone.items()):
            cases.merge(self.connection, case, into, now)
        cases.redirect(self.connection, self._redirects())

    def say(self) -> None:
        for case, members in sorted(self.come.items()):
            source = self.gone.get(self.home[members[0]], self.home[members[0]])
            if case not in self.known:
                self.announced[case].opened([])
            if source != case:
                self.announced[source].split(case)
        for case, into in sorted(self.gone.items()):
            self.announced[into].merged(case)
        publishers = {node.report_id: node.publisher for node in self.component.nodes}
        for report, case in self._joined():
            self._announcing(self.announced[case].case, report).corroborated(publishers[report])
        for case in sorted(self._updated()):
            self.announced[case].updated(self.occasion.cause)

    def _touched(self) -> set[str]:
        """Cases with another membership than before, or other claims or judgements."""
        ends = {case for report, to in self.moved.items() for case in (to, self.home[report])}
        judged = self.occasion.judged & set(self.target.values())
        return (ends | judged | self._dwindled() | self._corrected()) - self.gone.keys()

    def _joined(self) -> list[tuple[str, str]]:
        """Reports that went from one case that goes on to another that was there."""
        went = ((report, case) for report, case in self.moved.items() if case not in self.come)
        return sorted((report, case) for report, case in went if self.home[report] not in self.gone)

    def _updated(self) -> set[str]:
        lost = {self.home[report] for report, _ in self._joined()}
        stayed = self._corrected() if self.occasion.report_id not in self.moved else set()
        return lost | stayed | self._dwindled()

    def _corrected(self) -> set[str]:
        return {self.target[self.occasion.report_id or ""]} if self.occasion.corrected else set()

    def _dwindled(self) -> set[str]:
        return {case for case in self.target.values() if case == self.occasion.dwindled}

    def _redirects(self) -> dict[str, str]:
        """Cases merged earlier follow their founder, or if that is withdrawn, the case that they were merged into."""
        earlier = {c: s for c, s in self.known.items() if s.redirects_to is not None and c not in self.announced}
        wanted = {c: self.target.get(s.founder) or self.gone.get(s.redirects_to or "") for c, s in earlier.items()}
        return {c: to for c, to in wanted.items() if to is not None and to != earlier[c].redirects_to}

    def _announcing(self, case: Case, report_id: str | None = None) -> Announcements:
        about, rule = report_id or self.occasion.report_id, self.occasion.rule
        return Announcements(self.connection, self.identities, case, about, rule, self.occasion.now)


def _members(where: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for report, case in where.items():
        found[case].append(report)
    return found
