"""Clusters: which reports are one case, as a pure function of what was judged of their pairs.

The judgements are replayed in the order of time: a report comes in, and joins what it may join; a person says "same",
and two clusters become one. So the order in which judgements are read does not matter, taking one back gives the
partition of before, and a report is placed on arrival exactly as it is when everything is solved again (DESIGN §6;
research: entity_resolution §5e).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from tocsin.domain.matching.graph import Judged, Node, Pair, breach, effective, pair_of

Cluster = list[Node]
Part = list[Node]
"""The reports of a cluster that the matcher put together. What a person unites keeps its parts: a report that fits one
of them belongs there, whatever the matcher thinks of it and the others."""


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """Two groups of reports that are kept apart for a reason that a person must look at.

    reason: ``too-large``, ``too-many-countries``, ``birth-years`` or ``contradiction``. left, right: a report of each.
    """

    reason: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Solution:
    """clusters: report ids, the oldest first in each, and the cluster with the oldest report first."""

    clusters: list[tuple[str, ...]]
    alarms: tuple[Alarm, ...] = ()


def partition(reports: Sequence[Node], edges: Iterable[Judged]) -> list[tuple[str, ...]]:
    """The clusters of ``reports``; judgements of other reports are ignored."""
    return solve(reports, edges).clusters


def solve(reports: Sequence[Node], edges: Iterable[Judged]) -> Solution:
    """As ``partition``, with what must alarm a person."""
    return _replayed(reports, edges).solution()


def _replayed(reports: Sequence[Node], edges: Iterable[Judged]) -> "_Replay":
    here = {node.report_id: node for node in reports}
    judged = {pair: edge for pair, edge in effective(edges).items() if pair[0] in here and pair[1] in here}
    replay = _Replay(judged)
    said = replay.said(judged.values())
    since = {edge.pair: max(edge.at, *(here[end].since for end in edge.pair)) for edge in said}
    for node in sorted(reports, key=lambda node: (node.since, node.report_id)):
        replay.hear(edge for edge in said if since[edge.pair] < node.since)
        replay.arrive(node)
    replay.hear(said)
    return replay


def arrive(clusters: Iterable[Sequence[Node]], node: Node, edges: Iterable[Judged]) -> Solution:
    """The clusters after ``node``, the newest report, has come to those that stand.

    edges: of the node with their reports, between the clusters that it may unite, and within those that people united.
    """
    judged = effective(edges)
    replay = _Replay(judged)
    said = {end for edge in judged.values() if edge.must_link for end in edge.pair}
    for cluster in clusters:
        united = any(n.report_id in said for n in cluster)
        replay.place(_parts(cluster, judged.values()) if united else [list(cluster)])
    replay.arrive(node)
    return replay.solution()


def _parts(cluster: Sequence[Node], edges: Iterable[Judged]) -> list[Part]:
    """What the matcher put together in a cluster of which a person has united the parts."""
    replay = _replayed(cluster, edges)
    return list({id(part): part for part in replay.part.values()}.values())


def canonical(cluster: Iterable[str], founded: Mapping[str, Iterable[tuple[datetime, str]]]) -> str | None:
    """The case that a cluster is: the oldest that one of its reports founded, or None if it needs a new one.

    founded: for each report the cases that it founded, with the time of their opening. So a case keeps its id while
    younger reports come, and takes it back when a merge is undone.
    """
    known = [case for report in cluster for case in founded.get(report, ())]
    return min(known)[1] if known else None


@dataclass(slots=True)
class _Replay:
    """The clusters while judgements are replayed. ``of`` and ``part`` lead from a report to its cluster and part."""

    judged: Mapping[Pair, Judged]
    of: dict[str, Cluster] = field(default_factory=dict)
    part: dict[str, Part] = field(default_factory=dict)
    alarms: set[Alarm] = field(default_factory=set)
    near: dict[str, list[Judged]] = field(default_factory=lambda: defaultdict(list))
    _heard: set[Pair] = field(default_factory=set)

    def __post_init__(self) -> None:
        for edge in self.judged.values():
            for end in edge.pair:
                self.near[end].append(edge)

    def solution(self) -> Solution:
        distinct = {id(cluster): cluster for cluster in self.of.values()}
        clusters = sorted((sorted(c, key=_age) for c in distinct.values()), key=lambda cluster: _age(cluster[0]))
        return Solution([tuple(n.report_id for n in cluster) for cluster in clusters], tuple(sorted(self.alarms)))

    def place(self, parts: Iterable[Part]) -> None:
        """One cluster, of these parts."""
        cluster: Cluster = []
        for part in parts:
            self.part.update((node.report_id, part) for node in part)
            cluster.extend(part)
        self.of.update((node.report_id, cluster) for node in cluster)

    def said(self, edges: Iterable[Judged]) -> list[Judged]:
        """What a person called the same, in the order of time."""
        return sorted((e for e in edges if e.must_link), key=lambda edge: (edge.at, edge.serial, edge.pair))

    def hear(self, said: Iterable[Judged]) -> None:
        """Unite what a person called the same, unless a person called some of it different."""
        for edge in said:
            if edge.pair in self._heard:
                continue
            self._heard.add(edge.pair)
            left, right = (self.of[end] for end in edge.pair)
            if left is right:
                continue
            if self._parted(left, right):
                self.alarms.add(Alarm("contradiction", *edge.pair))
            else:
                _unite(self.of, left, right)

    def arrive(self, node: Node) -> None:
        """Put ``node`` with what a person has said, then with the best part that admits it; unite what it may."""
        self.place([[node]])
        near = self.near[node.report_id]
        known = [edge for edge in near if edge.at <= node.since and edge.other(node.report_id) in self.of]
        self.hear(self.said(known))
        for part in self._nearest_first(node, known):
            own = self.part[node.report_id]
            if part is not own and self._admits(node, part):
                _unite(self.of, self.of[node.report_id], self.of[part[0].report_id])
                _unite(self.part, own, part)

    def _nearest_first(self, node: Node, known: Sequence[Judged]) -> list[Part]:
        """The parts of which a report is surely one case with ``node``."""
        bonds: dict[int, list[Judged]] = defaultdict(list)
        parts: dict[int, Part] = {}
        for edge in known:
            part = self.part[edge.other(node.report_id)]
            parts[id(part)] = part
            bonds[id(part)].append(edge)

        def weakness(key: int) -> tuple[float, float, tuple[datetime, str]]:
            best = max(edge.log_odds for edge in bonds[key] if edge.automatic)
            return -best, -_mean(bonds[key]), min(map(_age, parts[key]))

        sure = [key for key, edges in bonds.items() if any(edge.automatic for edge in edges)]
        return [parts[key] for key in sorted(sure, key=weakness)]

    def _admits(self, node: Node, part: Part) -> bool:
        """Whether the matcher may put ``part`` together with that of ``node``, which has just come.

        Where the node's own is more than itself, this unites two groups: they must have been compared with each other,
        and one of the clusters must be young, so that one poisoned report cannot unite two established cases.
        """
        own, rest = self.part[node.report_id], [n for n in self.part[node.report_id] if n is not node]
        direct = self._across(rest, part, node.since)
        cross = [*direct, *self._across([node], part, node.since)]
        if any(edge.vetoed for edge in cross) or not _mean(cross) > 0 or (rest and not direct):
            return False
        cluster, other = self.of[node.report_id], self.of[part[0].report_id]
        if cluster is not other and not self._may_unite([n for n in cluster if n is not node], other, node):
            return False
        if (reason := breach(own, part)) is not None:
            self.alarms.add(Alarm(reason, node.report_id, min(part, key=_age).report_id))
            return False
        return True

    def _may_unite(self, rest: Cluster, other: Cluster, node: Node) -> bool:
        established = _established(rest) and _established(other)
        return not established and not self._parted([*rest, node], other)

    def _parted(self, left: Iterable[Node], right: Iterable[Node]) -> bool:
        """A person called a report of one and a report of the other different."""
        pairs = (pair_of(a.report_id, b.report_id) for a, b in product(left, right))
        return any(pair in self.judged and self.judged[pair].cannot_link for pair in pairs)

    def _across(self, left: Iterable[Node], right: Iterable[Node], at: datetime) -> list[Judged]:
        """What counts at this time between two groups."""
        pairs = (pair_of(a.report_id, b.report_id) for a, b in product(left, right))
        edges = (self.judged[pair] for pair in pairs if pair in self.judged)
        return [edge for edge in edges if edge.at <= at]


def _unite(where: dict[str, list[Node]], left: list[Node], right: list[Node]) -> None:
    if left is not right:
        left.extend(right)
        where.update((node.report_id, left) for node in right)


def _established(cluster: Iterable[Node]) -> bool:
    """Two publishers have reported it."""
    return len({node.publisher for node in cluster}) > 1


def _mean(edges: Sequence[Judged]) -> float:
    """``fsum`` is exact, so the order of the edges does not show."""
    return math.fsum(edge.log_odds for edge in edges) / len(edges)


def _age(node: Node) -> tuple[datetime, str]:
    return node.accepted_at, node.report_id
