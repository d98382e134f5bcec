"""What a person decides is done at once, outranks the matcher, and can be taken back without a trace in the cases."""

from pathlib import Path

import pytest

from builders import a_report, a_victim, a_violation
from databases import NOW
from resolving import Resolver, from_publisher, identity, withdrawal_of
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.deciding import Undecidable, decide_reports
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.views import review_queue

NEXT_DAY = a_violation(date="2026-11-21")
OTHER = [a_victim("Quite Another")]


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(tmp_path)


def _two_cases(resolver: Resolver) -> tuple[str, str]:
    """Two established cases, flagged as possible duplicates, and a third that has to do with the second alone."""
    for publisher in ("UN-A", "UN-B"):
        early = resolver.accept(from_publisher(publisher)).case_id
    for publisher in ("UN-C", "UN-D"):
        late = resolver.accept(from_publisher(publisher, violation=NEXT_DAY)).case_id
    resolver.accept(from_publisher("UN-E", violation=a_violation(date="2026-11-24")))
    assert early != late
    return early, late


def _open_reviews(resolver: Resolver) -> set[tuple[str | None, str | None]]:
    with reading(resolver.engine) as connection:
        return {(r.case_id, r.other_case_id) for r in review_queue.waiting(connection)}


def test_same_merges_the_younger_into_the_older_and_closes_the_review(resolver: Resolver) -> None:
    early, late = _two_cases(resolver)
    assert (late, early) in _open_reviews(resolver)
    decided = resolver.decide(late, early, "same")
    assert set(decided.moved.values()) == {early}
    cases = {row.case_id: row for row in resolver.rows(tables.cases)}
    assert (cases[late].state, cases[late].redirects_to) == ("merged", early)
    assert "case.merged" in resolver.published()
    assert (late, early) not in _open_reviews(resolver)
    assert {row.resolved_by for row in resolver.rows(tables.reviews) if row.other_case_id == early} >= {"duty-officer"}


def test_what_was_linked_to_the_younger_is_linked_to_the_case_that_stays(resolver: Resolver) -> None:
    early, late = _two_cases(resolver)
    third = resolver.homes()[identity(from_publisher("UN-E"))]
    resolver.decide(early, late, "same")
    assert {(row.case_id, row.other_case_id) for row in resolver.rows(tables.case_links)} == {(third, early)}
    assert _open_reviews(resolver) == {(third, early)}


def test_taking_a_merge_back_restores_cases_members_facts_and_links(resolver: Resolver) -> None:
    early, late = _two_cases(resolver)
    before, waiting = resolver.dump(), _open_reviews(resolver)
    decided = resolver.decide(early, late, "same")
    assert resolver.dump() != before
    resolver.undo(decided.judgement_id)
    assert resolver.dump() == before
    assert _open_reviews(resolver) == waiting
    assert "case.split" in resolver.published()


def test_merging_and_taking_back_again_and_again_makes_new_events_each_time(resolver: Resolver) -> None:
    early, late = _two_cases(resolver)
    for _ in range(3):
        resolver.undo(resolver.decide(early, late, "same").judgement_id)
    assert (resolver.published().count("case.merged"), resolver.published().count("case.split")) == (3, 3)


def test_what_came_after_the_merge_goes_to_the_case_it_fits_when_it_is_taken_back(resolver: Resolver) -> None:
    early, late = _two_cases(resolver)
    decided = resolver.decide(early, late, "same")
    newer = resolver.accept(from_publisher("UN-F", violation=NEXT_DAY))
    assert newer.case_id == early
    resolver.undo(decided.judgement_id)
    assert resolver.homes()[newer.report_id] == late


def test_three_cases_merged_in_a_chain_come_apart_where_it_is_taken_back(resolver: Resolver) -> None:
    ids = [
        resolver.accept(from_publisher(p, alleged_victims=[a_victim(name)])).case_id
        for p, name in (("UN-A", "First Person"), ("UN-B", "Second Body"), ("UN-C", "Third Human"))
    ]
    inner = resolver.decide(ids[1], ids[2], "same")
    outer = resolver.decide(ids[0], ids[1], "same")
    redirects = {row.case_id: row.redirects_to for row in resolver.rows(tables.cases)}
    assert redirects == {ids[0]: None, ids[1]: ids[0], ids[2]: ids[0]}, "a redirect never leads to another"
    resolver.undo(inner.judgement_id)
    redirects = {row.case_id: row.redirects_to for row in resolver.rows(tables.cases)}
    assert redirects == {ids[0]: None, ids[1]: ids[0], ids[2]: None}
    resolver.undo(outer.judgement_id)
    assert len(set(resolver.homes().values())) == 3


def test_different_ends_the_flag_and_the_matcher_does_not_raise_it_again(resolver: Resolver) -> None:
    first = resolver.accept(from_publisher("UN-A")).case_id
    second = resolver.accept(from_publisher("UN-B", violation=NEXT_DAY)).case_id
    resolver.decide(first, second, "different")
    assert resolver.rows(tables.case_links) == []
    third = resolver.accept(from_publisher("UN-C", violation=a_violation(date="2026-11")))
    assert third.word == "joined"
    assert third.linked == ()
    assert set(resolver.homes().values()) == {first, second}


def test_different_takes_a_merged_case_out_again(resolver: Resolver) -> None:
    first = resolver.accept(from_publisher("UN-A"))
    second = resolver.accept(from_publisher("UN-B", violation=NEXT_DAY))
    resolver.accept(from_publisher("UN-C", violation=a_violation(date="2026-11")))
    assert resolver.homes()[second.report_id] == first.case_id, "the third has shown the two to be one"
    resolver.decide(first.case_id, second.case_id, "different")
    homes = resolver.homes()
    assert (homes[first.report_id], homes[second.report_id]) == (first.case_id, second.case_id)
    assert "case.split" in resolver.published()


def test_same_person_links_without_merging(resolver: Resolver) -> None:
    first = resolver.accept(from_publisher("UN-A")).case_id
    second = resolver.accept(from_publisher("UN-B", violation=NEXT_DAY)).case_id
    decided = resolver.decide(first, second, "same_person")
    assert [row.kind for row in resolver.rows(tables.case_links)] == ["same_person"]
    assert _open_reviews(resolver) == set()
    resolver.undo(decided.judgement_id)
    assert [row.kind for row in resolver.rows(tables.case_links)] == ["possible_duplicate"]
    assert _open_reviews(resolver) == {(second, first)}


def test_a_report_is_taken_out_of_a_case_that_it_should_not_have_joined(resolver: Resolver) -> None:
    first, second = resolver.accept(from_publisher("UN-A")), resolver.accept(from_publisher("UN-B"))
    assert second.word == "joined"
    with unit_of_work(resolver.engine) as connection:
        decide_reports(
            connection, resolver.deployment, resolver.matcher, first.report_id, second.report_id, "different", "me", NOW
        )
    assert len(set(resolver.homes().values())) == 2


def test_contradicting_decisions_keep_apart_and_alarm(resolver: Resolver) -> None:
    names = ("First Person", "Second Body", "Third Human")
    a, b, c = (
        resolver.accept(from_publisher(f"UN-{n}", alleged_victims=[a_victim(name)])).case_id
        for n, name in enumerate(names)
    )
    resolver.decide(a, b, "same")
    resolver.decide(b, c, "same")
    resolver.decide(a, c, "different")
    assert len(set(resolver.homes().values())) == 2
    assert [r.kind for r in resolver.rows(tables.reviews)] == ["component_alarm"]
    assert "component-alarm" in {row.action for row in resolver.rows(tables.audit)}


def test_a_decision_is_kept_with_its_author_and_what_the_matcher_saw(resolver: Resolver) -> None:
    early, late = _two_cases(resolver)
    decided = resolver.decide(early, late, "same")
    row = next(r for r in resolver.rows(tables.judgements) if r.id == decided.judgement_id)
    assert (row.author, row.verdict, row.judgement) == ("duty-officer", Verdict.DUPLICATE, "positive")
    assert row.explanation["decision"] == "same"
    assert row.explanation["evidence"] == [["name", 5.0]]
    with reading(resolver.engine) as connection:
        assert audit.verify(connection) == []


def test_what_cannot_be_decided_is_refused_in_words(resolver: Resolver) -> None:
    case = resolver.accept(a_report()).case_id
    gone = resolver.accept(from_publisher("UN-B", alleged_victims=OTHER)).case_id
    resolver.accept(withdrawal_of(from_publisher("UN-B"), 2), "report.withdrawn")
    for other, decision in ((case, "same"), (gone, "same"), ("0" * 32, "same"), (gone, "perhaps")):
        with pytest.raises(Undecidable):
            resolver.decide(case, other, decision)
    with pytest.raises(Undecidable):
        resolver.undo(999)
    assert resolver.rows(tables.judgements) == []
