"""What is near one report: its candidates, their cases and the members of those, all compared with it.

The keys of the report must be locked before; the cases are locked here, before what is decided on is read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, product, zip_longest

from sqlalchemy import Connection

from tocsin.domain.matching.graph import Judged, Node, log_odds, pair_of
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.resolution import Compared, explained
from tocsin.resolver import finding
from tocsin.resolver.comparing import BUDGET, Comparer, Comparing
from tocsin.resolver.finding import Sought
from tocsin.resolver.profiles import Profiles
from tocsin.store.casework import reports
from tocsin.store.casework.locks import are_needed, lock_found
from tocsin.store.casework.reports import Member
from tocsin.store.matching import judgements

MEMBERS = 12
"""Reports of one case that are compared: the nearest, the oldest and the newest."""
MOST_FAILURES = 5
"""Reports that are flagged because they could not be compared."""


@dataclass(frozen=True, slots=True)
class Survey:
    """compared: with the live reports of ``cases``. candidates: how many reports the index gave."""

    compared: Sequence[Compared] = ()
    cases: Mapping[str, Sequence[Node]] = field(default_factory=dict)
    standing: Sequence[Judged] = ()
    candidates: int = 0


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Looks around a report. budget: comparisons, at most."""

    matcher: Comparer
    profiles: Profiles
    budget: int = BUDGET

    def survey(
        self,
        connection: Connection,
        profile: Profile,
        keys: Sought,
        now: datetime,
        own: Callable[[], set[str]] = set,
        reach: Callable[[set[str]], set[str]] = set,
    ) -> Survey:
        """Find and compare.

        own: reads the cases whose members are compared whatever the candidates say. reach: from cases to all that are
        to be locked. Both are called again once the locks are held.
        """
        comparing = Comparing(self.matcher, profile, self.budget)
        found = finding.find(connection, keys, profile.report_id)
        where = reports.located(connection, found)
        located = [where[each] for each in found if each in where]
        comparing.with_each([each.report_id for each in located], self.profiles.of(connection, located))
        near = comparing.related()
        if are_needed(connection):
            lock_found(
                connection, lambda: reach(own() | {r.case_id for r in reports.located(connection, near).values()})
            )
            where = reports.located(connection, near)
        wanted = dict.fromkeys([*sorted(own()), *(where[each].case_id for each in near if each in where)])
        if not wanted:
            return Survey(candidates=len(found))
        return self._decide_on(connection, comparing, list(wanted), len(found), now)

    def _decide_on(
        self,
        connection: Connection,
        comparing: Comparing,
        wanted: Sequence[str],
        candidates: int,
        now: datetime,
    ) -> Survey:
        """With the cases locked: read who is in them, and compare with those who were no candidates."""
        members = reports.members(connection, wanted)
        members = {
            case: [m for m in members[case] if m.report_id != comparing.profile.report_id]
            for case in wanted
            if case in members
        }
        everyone = [member for case in members.values() for member in case]
        profiles = self.profiles.of(connection, everyone)
        for case in members.values():
            automatic = any(comparing.is_automatic(m.report_id) for m in case)
            comparing.with_each(_chosen(case, comparing), profiles, optional=not automatic)
        cases = {case: [node_of(m, profiles.get(m.report_id)) for m in of_case] for case, of_case in members.items()}
        standing = self._standing(connection, [m.report_id for m in everyone], len(cases) > 1)
        if len(cases) > 1:
            standing += self._between(connection, comparing, cases, profiles, standing, now)
        return Survey(_compared(everyone, comparing), cases, standing, candidates)

    def _between(
        self,
        connection: Connection,
        comparing: Comparing,
        cases: Mapping[str, Sequence[Node]],
        profiles: Mapping[str, Profile | None],
        standing: Sequence[Judged],
        now: datetime,
    ) -> list[Judged]:
        """Compare cases that the report may unite with one another; returns what was not judged before."""
        sure = [c for c, nodes in cases.items() if any(comparing.is_automatic(n.report_id) for n in nodes)]
        judged, fresh = {edge.pair for edge in standing}, []
        for left, right in combinations(sure, 2):
            for a, b in product(cases[left][:MEMBERS], cases[right][:MEMBERS]):
                one, other = profiles.get(a.report_id), profiles.get(b.report_id)
                if one is None or other is None or pair_of(a.report_id, b.report_id) in judged:
                    continue
                pair = Comparing(comparing.matcher, one, min(comparing.budget, 1))
                pair.with_each([b.report_id], {b.report_id: other}, optional=True)
                comparing.budget = max(comparing.budget - 1, 0)
                fresh += [(a, b, comparison) for comparison in pair.results.values()]
        edges = [
            (Judged(a.report_id, b.report_id, c.verdict, log_odds(c), now, vetoed=bool(c.vetoes)), explained(c))
            for a, b, c in fresh
        ]
        judgements.record(connection, edges, self.matcher.version, now)
        return [edge for edge, _ in edges]

    def _standing(self, connection: Connection, members: Sequence[str], several: bool) -> list[Judged]:
        """What was judged among the members, where it can matter: of several cases, or of one that people united."""
        if several or judgements.people_have_judged(connection, members):
            return judgements.touching(connection, members)
        return []


def born_of(profile: Profile | None) -> tuple[int, int] | None:
    """The possible years of birth, if the report names one person."""
    return profile.persons[0].born if profile is not None and len(profile.persons) == 1 else None


def node_of(member: Member, profile: Profile | None) -> Node:
    born = born_of(profile)
    return Node(member.report_id, member.publisher, member.accepted_at, member.since, member.country, born)


def _chosen(case: Sequence[Member], comparing: Comparing) -> list[str]:
    """Those who were candidates, then the oldest and the newest in turn."""
    ids = [m.report_id for m in case]
    known = [each for each in comparing.related() if each in ids]
    ends = zip_longest(ids[: (len(ids) + 1) // 2], reversed(ids[(len(ids) + 1) // 2 :]))
    return list(dict.fromkeys([*known, *(each for pair in ends for each in pair if each is not None)]))[:MEMBERS]


def _compared(members: Iterable[Member], comparing: Comparing) -> list[Compared]:
    failures = [m for m in members if m.report_id in comparing.failures][:MOST_FAILURES]
    done = [
        Compared(m.report_id, m.case_id, comparing.results[m.report_id])
        for m in members
        if m.report_id in comparing.results
    ]
    return done + [Compared(m.report_id, m.case_id, None, comparing.failures[m.report_id]) for m in failures]
