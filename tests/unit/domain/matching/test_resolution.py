"""One case is joined, another event is a new case, and doubt is published as new."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.domain.matching.graph import CERTAIN, Judged, Node
from tocsin.domain.matching.resolution import Compared, edges_of, relation, resolve
from tocsin.domain.matching.verdicts import Comparison, Evidence, Verdict
from tocsin_schemas.cases import LinkKind

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
POSSIBLE, SAME = LinkKind.POSSIBLE_DUPLICATE, LinkKind.SAME_PERSON
REFERENCE = Evidence("same-reference", 12.0, "quoted words")
DUPLICATE = Comparison(0.99, 0.99, Verdict.DUPLICATE)
REFERRED = Comparison(0.999, 0.999, Verdict.DUPLICATE, (), (REFERENCE,))
OTHER_EVENT = Comparison(0.99, 0.001, Verdict.SAME_PERSON)
NEARBY = Comparison(0.99, 0.5, Verdict.POSSIBLE)
LOOKALIKE = Comparison(0.4, 0.9, Verdict.POSSIBLE)
NOTHING = Comparison(0.001, 0.5, Verdict.UNRELATED)
VETOED = Comparison(0.9, 0.9, Verdict.POSSIBLE, ("birth",))


def _node(name: str, minute: int, **over) -> Node:
    at = NOW + timedelta(minutes=minute)
    return Node(**({"report_id": name, "publisher": f"P-{name}", "accepted_at": at, "since": at} | over))


NEW = _node("new", 60)


def _compared(**found: Comparison | None) -> list[Compared]:
    """``a1=…``: report a1 of case a."""
    return [
        Compared(name, name[0], comparison, "" if comparison else "ValueError") for name, comparison in found.items()
    ]


def _cases(compared: list[Compared]) -> dict[str, list[Node]]:
    cases: dict[str, list[Node]] = {}
    for minute, c in enumerate(compared):
        cases.setdefault(c.case_id, []).append(_node(c.report_id, minute))
    return cases


DECISIONS = [
    ("nobody known", {}, (), Verdict.UNRELATED, "no-match", {}),
    ("the same event", {"a1": DUPLICATE}, ("a",), Verdict.DUPLICATE, "same-person-same-event", {}),
    ("the same reference", {"a1": REFERRED}, ("a",), Verdict.DUPLICATE, "same-reference", {}),
    ("a re-arrest", {"a1": OTHER_EVENT}, (), Verdict.SAME_PERSON, "same-person-other-event", {"a": SAME}),
    ("a day apart", {"a1": NEARBY}, (), Verdict.POSSIBLE, "same-person-nearby-date", {"a": POSSIBLE}),
    ("perhaps the same person", {"a1": LOOKALIKE}, (), Verdict.POSSIBLE, "possible-duplicate", {"a": POSSIBLE}),
    ("nothing in common", {"a1": NOTHING}, (), Verdict.UNRELATED, "no-match", {}),
    ("a veto of the matcher", {"a1": VETOED}, (), Verdict.POSSIBLE, "same-person-nearby-date", {"a": POSSIBLE}),
    ("a member that vetoes", {"a1": DUPLICATE, "a2": VETOED}, (), Verdict.POSSIBLE, "match-kept-apart", {"a": POSSIBLE}),
    ("a case of which half has nothing in common", {"a1": DUPLICATE, "a2": NOTHING}, (), Verdict.POSSIBLE, "match-kept-apart", {"a": POSSIBLE}),
    ("joins one, linked to an earlier arrest", {"a1": OTHER_EVENT, "b1": DUPLICATE}, ("b",), Verdict.DUPLICATE, "same-person-same-event", {"a": SAME}),
    ("joins the better, the other flagged", {"a1": DUPLICATE, "b1": REFERRED}, ("b",), Verdict.DUPLICATE, "same-reference", {"a": POSSIBLE}),
    ("doubt outweighs another event", {"a1": OTHER_EVENT, "a2": NEARBY}, (), Verdict.POSSIBLE, "same-person-nearby-date", {"a": POSSIBLE}),
    ("one comparison failed", {"a1": DUPLICATE, "b1": None}, (), Verdict.POSSIBLE, "matching-incomplete", {"a": POSSIBLE, "b": POSSIBLE}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "found", "together", "verdict", "rule", "links"), DECISIONS, ids=[d[0] for d in DECISIONS]
)
def test_decision(what, found, together, verdict, rule, links) -> None:
    compared = _compared(**found)
    decided = resolve(NEW, compared, _cases(compared))
    assert (decided.together, decided.verdict, decided.rule, decided.links) == (together, verdict, rule, links)


def test_young_cases_that_were_compared_become_one_when_a_report_shows_it() -> None:
    compared = _compared(a1=DUPLICATE, b1=DUPLICATE)
    between = Judged("a1", "b1", Verdict.POSSIBLE, 0.0, NOW)
    assert set(resolve(NEW, compared, _cases(compared), [between]).together) == {"a", "b"}


def test_a_report_that_a_person_would_not_have_in_two_cases_joins_one_and_flags_nothing() -> None:
    compared = _compared(a1=DUPLICATE, b1=REFERRED)
    said = Judged("a1", "b1", Verdict.UNRELATED, -CERTAIN, NOW, 1, by_person=True)
    decided = resolve(NEW, compared, _cases(compared), [said])
    assert (decided.together, decided.links) == (("b",), {})


def test_a_report_too_wide_for_its_case_alarms_and_is_published_as_new() -> None:
    compared = _compared(a1=DUPLICATE)
    cases = {"a": [_node("a1", 0, born=(1960, 1960))]}
    decided = resolve(_node("new", 60, born=(1990, 1990)), compared, cases)
    assert (decided.together, decided.rule, decided.links) == ((), "component-alarm", {"a": POSSIBLE})
    assert [alarm.reason for alarm in decided.alarms] == ["birth-years"]


def test_what_is_kept_of_a_comparison_holds_codes_and_bits_and_no_words() -> None:
    (edge, explanation), *_ = edges_of(NEW, _compared(a1=REFERRED))
    assert explanation["evidence"] == [["same-reference", 12.0]]
    assert "quoted words" not in repr((edge, explanation))


def test_of_pairs_with_nothing_in_common_only_those_in_a_near_case_are_kept() -> None:
    kept = edges_of(NEW, _compared(a1=NEARBY, a2=NOTHING, b1=NOTHING))
    assert {edge.right for edge, _ in kept} == {"a1", "a2"}


def test_if_one_comparison_failed_no_judgement_is_kept_on_which_it_could_join_later() -> None:
    kept = edges_of(NEW, _compared(a1=DUPLICATE, b1=None))
    assert {edge.verdict for edge, _ in kept} == {Verdict.POSSIBLE}
    assert {"failure": "ValueError"} in [explanation for _, explanation in kept]


def _across(*verdicts: Verdict, person: Verdict | None = None) -> list[Judged]:
    edges = [Judged("a", f"b{n}", v, 0.0, NOW, n) for n, v in enumerate(verdicts)]
    return edges + ([Judged("a", "b9", person, 0.0, NOW, 9, by_person=True)] if person else [])


RELATIONS = [
    (_across(Verdict.UNRELATED), None),
    (_across(Verdict.SAME_PERSON, Verdict.UNRELATED), SAME),
    (_across(Verdict.SAME_PERSON, Verdict.POSSIBLE), POSSIBLE),
    (_across(Verdict.DUPLICATE), POSSIBLE),
    (_across(Verdict.POSSIBLE, person=Verdict.UNRELATED), None),
    (_across(Verdict.POSSIBLE, person=Verdict.SAME_PERSON), SAME),
    (_across(Verdict.UNRELATED, person=Verdict.DUPLICATE), POSSIBLE),
]


@pytest.mark.parametrize(("edges", "kind"), RELATIONS)
def test_how_two_cases_relate_that_are_not_one(edges: list[Judged], kind: LinkKind | None) -> None:
    assert relation(edges) is kind
