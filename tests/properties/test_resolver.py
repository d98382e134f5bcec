"""Whatever happens, and in whatever order, the cases in the database are what the judgements say."""

import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from builders import a_report, a_victim, a_violation
from resolving import Resolver, withdrawal_of
from tocsin.domain.matching.clusters import partition
from tocsin.domain.matching.graph import effective
from tocsin.domain.matching.resolution import relation
from tocsin.resolver.deciding import Undecidable
from tocsin.resolver.surveying import node_of
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import reading
from tocsin.store.matching import judgements
from tocsin_schemas.cases import LinkKind

NAMES = ["Afi Mensahvi", "Afi Mensahvi", "Afi Mensahwi", "Kodzo Mensahvi"]
DATES = ["2026-11-20", "2026-11-20", "2026-11-21", "2026-11-24", "2026-11", "2026-01-05"]
PUBLISHERS = ["UN-A", "UN-B", "NGO-C"]
NUMBERS = st.integers(0, 2)

accepted = st.tuples(
    st.just("accept"), NUMBERS, st.sampled_from(PUBLISHERS), st.sampled_from(NAMES), st.sampled_from(DATES)
)
withdrawn = st.tuples(st.just("withdraw"), NUMBERS, st.sampled_from(PUBLISHERS))
decisions = st.sampled_from(["same", "same", "different", "same_person"])
decided = st.tuples(st.just("decide"), st.integers(0, 3), st.integers(0, 3), decisions)
undone = st.tuples(st.just("undo"), st.integers(0, 1))
histories = st.tuples(
    st.lists(accepted, min_size=5, max_size=8),
    st.lists(st.one_of(decided, accepted, undone, withdrawn), min_size=3, max_size=14),
).map(lambda parts: parts[0] + parts[1])


class World:
    """A resolver, and what was said to it."""

    def __init__(self, folder: Path) -> None:
        self.resolver = Resolver(folder)
        self.revisions: dict[tuple[str, int], int] = defaultdict(int)
        self.decisions: list[int] = []

    def do(self, what: str, *details) -> None:
        getattr(self, what)(*details)

    def accept(self, number: int, publisher: str, name: str, date: str) -> None:
        revision = self._next(publisher, number)
        report = self._report(
            publisher, number, revision=revision, alleged_victims=[a_victim(name)], violation=a_violation(date=date)
        )
        self.resolver.accept(report, "report.submitted" if revision == 1 else "report.corrected")

    def withdraw(self, number: int, publisher: str) -> None:
        if self.revisions[publisher, number]:
            revision = self._next(publisher, number)
            self.resolver.accept(withdrawal_of(self._report(publisher, number), revision), "report.withdrawn")

    def decide(self, one: int, other: int, decision: str) -> None:
        cases = sorted((row.opened_at, row.case_id) for row in self.resolver.rows(tables.cases))
        if max(one, other) < len(cases):
            try:
                done = self.resolver.decide(cases[one][1], cases[other][1], decision)
            except Undecidable:
                return
            self.decisions.append(done.judgement_id)

    def undo(self, which: int) -> None:
        if which < len(self.decisions):
            self.resolver.undo(self.decisions.pop(which))

    def _report(self, publisher: str, number: int, **over):
        return a_report(publisher=publisher, publisher_reference=f"{publisher}/{number}", **over)

    def _next(self, publisher: str, number: int) -> int:
        self.revisions[publisher, number] += 1
        return self.revisions[publisher, number]


def check(resolver: Resolver) -> None:
    """Cases, redirects and links, against the judgements alone."""
    with reading(resolver.engine) as connection:
        homes = {r.report_id: r.case_id for r in resolver.rows(tables.reports) if r.withdrawn_at is None}
        members = reports.members(connection, set(homes.values()))
        everyone = [m for case in members.values() for m in case]
        known = resolver.acceptance._placing.surveyor.profiles.of(connection, everyone)
        nodes = [node_of(m, known[m.report_id]) for m in everyone]
        edges = judgements.touching(connection, list(homes))
        cases = {row.case_id: row for row in connection.execute(select(tables.cases))}
    clusters = defaultdict(set)
    for report, case in homes.items():
        clusters[case].add(report)
    assert sorted(map(sorted, clusters.values())) == sorted(map(sorted, partition(nodes, edges)))
    for case_id, row in cases.items():
        assert (row.state == "open") == (case_id in clusters)
        assert (row.state == "merged") == (row.redirects_to is not None)
        if row.redirects_to is not None:
            assert cases[row.redirects_to].redirects_to is None
            assert homes.get(row.founding_report_id, row.redirects_to) == row.redirects_to
        elif row.state == "open":
            assert homes[row.founding_report_id] == case_id
    _check_links(resolver, homes, edges)
    keys = Counter(row.key for row in resolver.rows(tables.blocking_keys))
    assert {row.key: row.reports for row in resolver.rows(tables.key_frequencies) if row.reports} == keys


def _check_links(resolver: Resolver, homes: dict[str, str], edges) -> None:
    across = defaultdict(list)
    for edge in effective(edges).values():
        ends = {homes.get(edge.left), homes.get(edge.right)}
        if len(ends) == 2 and None not in ends:
            across[frozenset(ends)].append(edge)
    wanted = {pair: kind for pair, between in across.items() if (kind := relation(between)) is not None}
    live = set(homes.values())
    rows = [row for row in resolver.rows(tables.case_links) if {row.case_id, row.other_case_id} <= live]
    assert {frozenset({row.case_id, row.other_case_id}): row.kind for row in rows} == wanted
    assert len(rows) == len(wanted)
    waiting = {
        frozenset({row.case_id, row.other_case_id})
        for row in resolver.rows(tables.reviews)
        if row.kind == "possible_duplicate" and row.resolved_at is None
    }
    flagged = {pair for pair, kind in wanted.items() if kind is LinkKind.POSSIBLE_DUPLICATE}
    assert {pair for pair in waiting if pair <= live} == flagged


SPELLING_CORRECTED_TWICE = [
    ("accept", 0, "UN-A", "Afi Mensahvi", "2026-11-20"),
    ("accept", 0, "UN-B", "Afi Mensahvi", "2026-11-21"),
    ("accept", 0, "NGO-C", "Afi Mensahvi", "2026-11-20"),
    ("accept", 1, "UN-A", "Afi Mensahwi", "2026-11-20"),
    ("accept", 0, "UN-A", "Afi Mensahwi", "2026-11-20"),
    ("accept", 1, "UN-A", "Afi Mensahvi", "2026-11-20"),
    ("accept", 1, "UN-A", "Afi Mensahvi", "2026-11-21"),
]
"""A case of which the founder and the oldest report part: it redirects to where the founder went."""


@given(histories)
@example(SPELLING_CORRECTED_TWICE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_cases_are_always_what_the_judgements_say(history) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for step in history:
            world.do(*step)
            check(world.resolver)
        world.resolver.engine.dispose()
