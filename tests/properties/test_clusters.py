"""What holds of clusters whatever is judged, and in whatever order."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.matching.clusters import arrive, canonical, partition, solve
from tocsin.domain.matching.graph import CERTAIN, Judged, Node, effective
from tocsin.domain.matching.verdicts import Verdict

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = "abcdefgh"
PUBLISHERS = ["UN", "NGO", "ACHPR"]


def _at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


@st.composite
def graphs(draw, people: bool = True):
    """Reports that came one after another, and judgements of some pairs, each from when its later report was there."""
    size = draw(st.integers(2, len(NAMES)))
    nodes = [
        Node(name, draw(st.sampled_from(PUBLISHERS)), _at(n), _at(n), draw(st.sampled_from(["TGO", "GHA", "BEN"])))
        for n, name in enumerate(NAMES[:size])
    ]
    pairs = list(itertools.combinations(range(size), 2))
    edges = []
    for serial, (one, other) in enumerate(draw(st.lists(st.sampled_from(pairs), max_size=24))):
        verdict = draw(st.sampled_from(list(Verdict)))
        sign = 1 if verdict in {Verdict.DUPLICATE, Verdict.POSSIBLE} else -1
        by_person = people and draw(st.integers(0, 4)) == 0 and verdict is not Verdict.POSSIBLE
        bits = sign * (CERTAIN if by_person else draw(st.floats(0.1, 9.0)))
        since = _at(max(one, other) + (draw(st.integers(0, 9)) if by_person else 0))
        vetoed = not by_person and draw(st.integers(0, 5)) == 0
        edges.append(Judged(NAMES[one], NAMES[other], verdict, bits, since, serial, vetoed, by_person))
    return nodes, edges


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_the_order_of_reports_and_judgements_does_not_matter(graph, dice) -> None:
    nodes, edges = graph
    shuffled_nodes, shuffled = list(nodes), [replace(e, left=e.right, right=e.left) for e in edges]
    dice.shuffle(shuffled_nodes)
    dice.shuffle(shuffled)
    assert solve(shuffled_nodes, shuffled) == solve(nodes, edges)


@given(graphs())
def test_every_report_is_in_exactly_one_cluster_and_saying_it_twice_changes_nothing(graph) -> None:
    nodes, edges = graph
    clusters = partition(nodes, edges)
    assert sorted(r for cluster in clusters for r in cluster) == sorted(n.report_id for n in nodes)
    assert partition(nodes, [*edges, *edges]) == clusters


@given(graphs(), st.data())
def test_a_merge_that_is_taken_back_leaves_the_partition_of_before(graph, data) -> None:
    nodes, edges = graph
    left, right = data.draw(st.sampled_from(list(itertools.combinations([n.report_id for n in nodes], 2))))
    merge = Judged(left, right, Verdict.DUPLICATE, CERTAIN, _at(99), 999, by_person=True)
    before = solve(nodes, edges)
    merged = solve(nodes, [*edges, merge])
    assert solve(nodes, [e for e in [*edges, merge] if e is not merge]) == before
    parted = {pair for pair, edge in effective([*edges, merge]).items() if edge.cannot_link}
    if not parted:
        assert any({left, right} <= set(cluster) for cluster in merged.clusters)


@given(graphs())
@settings(max_examples=300)
def test_what_a_person_called_different_is_never_together(graph) -> None:
    nodes, edges = graph
    apart = {pair for pair, edge in effective(edges).items() if edge.cannot_link}
    for cluster in partition(nodes, edges):
        assert not apart & set(itertools.combinations(sorted(cluster), 2))


@given(graphs(people=False))
def test_a_vetoed_pair_that_came_together_was_never_put_so_by_the_later_of_the_two(graph) -> None:
    """A veto that is known when a report comes keeps it out of the whole cluster."""
    nodes, edges = graph
    last = nodes[-1].report_id
    vetoed = {e.other(last) for e in effective(edges).values() if e.vetoed and last in e.pair}
    cluster = next(c for c in partition(nodes, edges) if last in c)
    assert not vetoed & set(cluster)


@given(st.integers(2, 5), st.integers(2, 5), st.floats(1.0, 10.0), st.data())
@settings(max_examples=200)
def test_a_poisoned_report_cannot_join_two_established_cases(first, second, bits, data) -> None:
    names = [f"x{n}" for n in range(first)] + [f"y{n}" for n in range(second)]
    nodes = [
        Node(name, PUBLISHERS[n % 2 if name[0] == "x" else (n - first) % 2], _at(n), _at(n))
        for n, name in enumerate(names)
    ]
    edges = [Judged(a, b, Verdict.DUPLICATE, 7.0, START) for a, b in itertools.combinations(names, 2) if a[0] == b[0]]
    edges += [
        Judged(a, b, Verdict.POSSIBLE, data.draw(st.floats(-1, 3)), START)
        for a, b in itertools.product(names[:first], names[first:])
    ]
    poison = Node("poison", "EVIL", _at(50), _at(50))
    edges += [Judged("poison", name, Verdict.DUPLICATE, bits, _at(50)) for name in names]
    clusters = partition([*nodes, poison], edges)
    assert not any("x0" in cluster and "y0" in cluster for cluster in clusters)
    corrected = replace(poison, accepted_at=_at(-5))
    clusters = partition([corrected, *nodes], edges)
    assert not any("x0" in cluster and "y0" in cluster for cluster in clusters)


@given(graphs())
@settings(max_examples=500)
def test_a_report_is_placed_on_arrival_as_when_all_is_solved_again(graph) -> None:
    """Whatever people have decided before it came."""
    nodes, edges = graph
    here = {node.report_id: node for node in nodes}
    for count, node in enumerate(nodes, start=1):
        known = [e for e in edges if (e.at < node.since if e.by_person else e.at <= node.since)]
        standing = [[here[r] for r in cluster] for cluster in partition(nodes[: count - 1], known)]
        assert arrive(standing, node, known).clusters == partition(nodes[:count], known)


@given(graphs(people=False))
def test_ids_of_cases_stay_while_they_grow(graph) -> None:
    """Each case is founded by the report that opens it; a younger one that becomes part of it gives its id up."""
    nodes, edges = graph
    founded: dict[str, list[tuple[datetime, str]]] = {}
    ids: dict[str, str] = {}
    for count, node in enumerate(nodes, start=1):
        for cluster in partition(nodes[:count], [e for e in edges if e.at <= node.since]):
            case = canonical(cluster, founded)
            if case is None:
                case = f"case-{cluster[0]}"
                founded[cluster[0]] = [(node.accepted_at, case)]
            known = [ids[r] for r in cluster if r in ids]
            assert case == min(known, default=case)
            ids.update(dict.fromkeys(cluster, case))
