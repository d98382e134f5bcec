"""Which reports are one case, from what was judged of their pairs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.domain.matching.clusters import Alarm, arrive, canonical, partition, solve
from tocsin.domain.matching.graph import CERTAIN, LARGEST, Judged, Node, log_odds
from tocsin.domain.matching.verdicts import Comparison, Verdict

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DUPLICATE, POSSIBLE, UNRELATED = Verdict.DUPLICATE, Verdict.POSSIBLE, Verdict.UNRELATED


def _node(name: str, minute: int, **over) -> Node:
    at = START + timedelta(minutes=minute)
    return Node(
        **({"report_id": name, "publisher": f"P-{name}", "accepted_at": at, "since": at, "country": "TGO"} | over)
    )


def _nodes(names: str, **over) -> list[Node]:
    return [_node(name, minute, **over) for minute, name in enumerate(names)]


def _edge(pair: str, verdict: Verdict = DUPLICATE, bits: float | None = None, minute: int = 0, **over) -> Judged:
    weights = {DUPLICATE: 7.0, POSSIBLE: 0.5, UNRELATED: -9.0, Verdict.SAME_PERSON: -6.0}
    at = START + timedelta(minutes=minute)
    return Judged(pair[0], pair[1], verdict, weights[verdict] if bits is None else bits, at, **over)


def _said(pair: str, verdict: Verdict, minute: int = 60, serial: int = 100) -> Judged:
    bits = CERTAIN if verdict is DUPLICATE else -CERTAIN
    return _edge(pair, verdict, bits, minute, serial=serial, by_person=True)


CASES = [
    ("nothing is judged", "ab", [], ["a", "b"]),
    ("one pair is surely one case", "ab", [_edge("ab")], ["ab"]),
    ("doubt joins nothing", "ab", [_edge("ab", POSSIBLE, 3.0)], ["a", "b"]),
    ("the same person at another event", "ab", [_edge("ab", Verdict.SAME_PERSON)], ["a", "b"]),
    ("a chain, whose ends were not compared", "abc", [_edge("ab"), _edge("bc")], ["abc"]),
    ("a chain, whose ends have nothing in common", "abc", [_edge("ab"), _edge("bc"), _edge("ac", UNRELATED)], ["ab", "c"]),
    ("one member in doubt is outvoted", "abc", [_edge("ab"), _edge("bc"), _edge("ac", POSSIBLE, -1.0)], ["abc"]),
    ("a member's veto keeps a report out", "abc", [_edge("ab"), _edge("bc"), _edge("ac", POSSIBLE, vetoed=True)], ["ab", "c"]),
    ("a vetoed pair is never one, whatever the bits", "ab", [_edge("ab", DUPLICATE, 10.0, vetoed=True)], ["a", "b"]),
    ("the better of two cases is joined", "abc", [_edge("ac"), _edge("bc", bits=9.0)], ["a", "bc"]),
    ("two young cases that a third report shows to be one", "abc", [_edge("ab", POSSIBLE), _edge("ac"), _edge("bc")], ["abc"]),
    ("two young cases that were found to have nothing in common", "abc", [_edge("ab", UNRELATED), _edge("ac"), _edge("bc")], ["ac", "b"]),
    ("two young cases that were never compared", "abc", [_edge("ac"), _edge("bc")], ["ac", "b"]),
    ("an established case and a young one", "abcd", [_edge("ab"), _edge("ad"), _edge("bc", POSSIBLE), _edge("cd")], ["abcd"]),
    ("two established cases", "abcde", [_edge("ab"), _edge("cd"), _edge("ac", POSSIBLE), _edge("ae"), _edge("ce")], ["abe", "cd"]),
    ("a person says same", "ab", [_edge("ab", UNRELATED), _said("ab", DUPLICATE)], ["ab"]),
    ("a person says different", "ab", [_edge("ab"), _said("ab", UNRELATED)], ["a", "b"]),
    ("a person says same person, other event", "ab", [_edge("ab"), _said("ab", Verdict.SAME_PERSON)], ["a", "b"]),
    ("a person unites two established cases, whole", "abcd", [_edge("ab"), _edge("cd"), _edge("ad", UNRELATED), _said("bc", DUPLICATE)], ["abcd"]),
    ("a person's later word holds", "ab", [_said("ab", DUPLICATE, 60, 1), _said("ab", UNRELATED, 61, 2)], ["a", "b"]),
    ("a person's different holds through a chain of the matcher", "abc", [_edge("ab"), _edge("bc"), _edge("ac"), _said("ac", UNRELATED)], ["ab", "c"]),
    ("the matcher's newest word holds", "ab", [_edge("ab", serial=1), _edge("ab", UNRELATED, serial=2)], ["a", "b"]),
    ("a report that is not there decides nothing", "ac", [_edge("ab"), _edge("bc")], ["a", "c"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "names", "edges", "expected"), CASES, ids=[c[0] for c in CASES])
def test_partition(what: str, names: str, edges: list[Judged], expected: list[str]) -> None:
    nodes = _nodes(names)
    late = [replace(edge, at=max(edge.at, START)) for edge in edges]
    assert partition(nodes, late) == [tuple(cluster) for cluster in expected]


def test_contradicting_words_of_people_keep_apart_and_alarm() -> None:
    said = [_said("ab", DUPLICATE, 60, 1), _said("bc", DUPLICATE, 61, 2), _said("ac", UNRELATED, 62, 3)]
    found = solve(_nodes("abc"), said)
    assert found.clusters == [("a", "b"), ("c",)]
    assert found.alarms == (Alarm("contradiction", "b", "c"),)


def test_two_reports_of_one_publisher_do_not_establish_a_case() -> None:
    nodes = [_node(name, minute, publisher="P-same") for minute, name in enumerate("abcd")] + [_node("e", 5)]
    edges = [_edge("ab"), _edge("cd"), _edge("ac", POSSIBLE), _edge("ae"), _edge("ce", bits=6.0)]
    assert partition(nodes, edges) == [("a", "b", "c", "d", "e")]


def test_a_case_that_would_grow_too_large_alarms_instead() -> None:
    nodes = [_node(f"r{n:02}", n) for n in range(LARGEST + 1)]
    edges = [Judged("r00", node.report_id, DUPLICATE, 7.0, START) for node in nodes[1:]]
    found = solve(nodes, edges)
    assert [len(cluster) for cluster in found.clusters] == [LARGEST, 1]
    assert found.alarms == (Alarm("too-large", f"r{LARGEST:02}", "r00"),)


def test_a_case_that_would_span_three_countries_alarms_instead() -> None:
    nodes = [_node("a", 0), _node("b", 1, country="GHA"), _node("c", 2, country="BEN")]
    found = solve(nodes, [_edge("ab"), _edge("bc"), _edge("ac", POSSIBLE)])
    assert found.clusters == [("a", "b"), ("c",)]
    assert [alarm.reason for alarm in found.alarms] == ["too-many-countries"]


YEARS = [((1980, 1980), (1981, 1981), True), ((1980, 1980), (1982, 1982), False), ((1970, 1979), (1979, 1985), True), (None, (1950, 1950), True)]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "together"), YEARS)
def test_years_of_birth_that_cannot_be_one_persons_alarm(one, other, together: bool) -> None:
    nodes = [_node("a", 0, born=one), _node("b", 1), _node("c", 2, born=other)]
    found = solve(nodes, [_edge("ab"), _edge("bc")])
    assert found.clusters == ([("a", "b", "c")] if together else [("a", "b"), ("c",)])
    assert [alarm.reason for alarm in found.alarms] == ([] if together else ["birth-years"])


def test_a_person_may_unite_what_the_matcher_only_alarms_of() -> None:
    nodes = [_node("a", 0), _node("b", 1, country="GHA"), _node("c", 2, country="BEN")]
    assert partition(nodes, [_edge("ab"), _said("bc", DUPLICATE)]) == [("a", "b", "c")]


def test_what_is_judged_of_two_old_reports_counts_only_from_then_on() -> None:
    nodes = _nodes("abcd")
    established = [_edge("ab"), _edge("cd")]
    assert partition(nodes, [*established, _edge("bc", minute=30)]) == [("a", "b"), ("c", "d")]
    assert partition(nodes, [*established, _edge("bc", minute=0)]) == [("a", "b", "c", "d")]


def test_a_correction_that_ties_an_old_report_to_another_case_counts_as_if_it_came_last() -> None:
    a, b, c, d, e = _nodes("eabcd")
    edges = [_edge("ab"), _edge("cd"), _edge("ea"), _edge("ec"), _edge("ac", POSSIBLE), _edge("bd", POSSIBLE)]
    old_and_poisoned = replace(a, since=START + timedelta(hours=1))
    assert partition([old_and_poisoned, b, c, d, e], edges) == [("e", "a", "b"), ("c", "d")]


def test_a_report_is_placed_on_arrival_as_when_all_is_solved_again() -> None:
    nodes, edges = _nodes("abcd"), [_edge("ab"), _edge("cd", POSSIBLE), _edge("bd"), _edge("ad", POSSIBLE)]
    here = {node.report_id: node for node in nodes}
    before = [[here[r] for r in cluster] for cluster in partition(nodes[:3], edges)]
    assert arrive(before, nodes[3], edges) == solve(nodes, edges)


def test_a_case_keeps_the_id_that_its_oldest_founder_gave_it() -> None:
    founded = {"a": [(START, "case-a")], "c": [(START + timedelta(hours=1), "case-c")]}
    assert canonical(("a", "b", "c"), founded) == "case-a"
    assert canonical(("b", "c"), founded) == "case-c"
    assert canonical(("b",), founded) is None


@pytest.mark.parametrize(("person", "event", "bits"), [(1.0, 1.0, CERTAIN), (0.0, 1.0, -CERTAIN), (1.0, 0.5, 0.0)])
def test_no_single_pair_outvotes_a_whole_cluster(person: float, event: float, bits: float) -> None:
    assert log_odds(Comparison(person, event, POSSIBLE)) == pytest.approx(bits)
