"""A correction or a withdrawal finds the report's place again, and says what that changed of other cases."""

from datetime import timedelta
from pathlib import Path

import pytest

from builders import a_report, a_victim, a_violation
from databases import NOW
from matching_fakes import PlainMatcher
from resolving import Resolver, from_publisher, identity, withdrawal_of
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.accepting import Acceptance
from tocsin.store import tables

ONE_DAY_LATER = a_violation(date="2026-11-21")
THAT_MONTH = a_violation(date="2026-11")
LONG_BEFORE = a_violation(date="2026-01-05")


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(tmp_path)


def _states(resolver: Resolver) -> dict[str, tuple[str, str | None]]:
    return {row.case_id: (row.state, row.redirects_to) for row in resolver.rows(tables.cases)}


def test_a_correction_that_now_fits_a_case_joins_it_and_its_own_case_redirects(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    second = resolver.accept(from_publisher("NGO-OBS", violation=ONE_DAY_LATER))
    assert second.verdict is Verdict.POSSIBLE
    corrected = resolver.accept(from_publisher("NGO-OBS", revision=2), "report.corrected")
    assert (corrected.word, corrected.case_id, corrected.verdict) == ("corrected", first.case_id, Verdict.DUPLICATE)
    assert _states(resolver)[second.case_id] == ("merged", first.case_id)
    assert resolver.published()[-1] == "case.merged"
    assert resolver.rows(tables.case_links) == []


def test_a_correction_that_no_longer_fits_leaves_its_case_and_opens_one(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    second = resolver.accept(from_publisher("NGO-OBS"))
    corrected = resolver.accept(from_publisher("NGO-OBS", revision=2, violation=LONG_BEFORE), "report.corrected")
    assert second.case_id == first.case_id != corrected.case_id
    assert corrected.verdict is Verdict.SAME_PERSON
    assert resolver.published()[2:] == ["case.opened", "case.split", "case.linked"]
    assert [row.kind for row in resolver.rows(tables.case_links)] == ["same_person"]


def test_a_founder_that_leaves_keeps_its_case_and_the_others_found_one(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    others = [resolver.accept(from_publisher(p)) for p in ("NGO-OBS", "NGO-FLD")]
    corrected = resolver.accept(a_report(revision=2, violation=LONG_BEFORE), "report.corrected")
    homes = resolver.homes()
    assert corrected.case_id == first.case_id
    assert len({homes[o.report_id] for o in others} - {first.case_id}) == 1
    assert set(corrected.changed) == {o.report_id for o in others}


def test_a_correction_back_restores_the_cases(resolver: Resolver) -> None:
    resolver.accept(a_report())
    resolver.accept(from_publisher("NGO-OBS"))
    before = resolver.homes()
    resolver.accept(a_report(revision=2, violation=LONG_BEFORE), "report.corrected")
    resolver.accept(a_report(revision=3), "report.corrected")
    assert resolver.homes() == before


def test_a_correction_that_changes_nothing_of_the_match_changes_no_case(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    resolver.accept(from_publisher("NGO-OBS"))
    before = resolver.homes()
    outcome = resolver.accept(a_report(revision=2, language="fr"), "report.corrected")
    assert (outcome.changed, outcome.case_id) == ((), first.case_id)
    assert resolver.homes() == before
    assert resolver.published() == ["case.opened", "case.corroborated", "case.updated"]


def test_an_old_report_that_is_corrected_to_fit_two_established_cases_cannot_unite_them(resolver: Resolver) -> None:
    resolver.accept(from_publisher("NGO-SLY", alleged_victims=[a_victim("Quite Another")]))
    early = [resolver.accept(from_publisher(p)) for p in ("UN-A", "UN-B")]
    late = [resolver.accept(from_publisher(p, violation=a_violation(date="2026-11-22"))) for p in ("UN-C", "UN-D")]
    poisoned = from_publisher("NGO-SLY", revision=2, violation=THAT_MONTH)
    resolver.accept(poisoned, "report.corrected")
    homes = resolver.homes()
    assert homes[early[0].report_id] == homes[early[1].report_id] != homes[late[0].report_id]
    assert homes[late[0].report_id] == homes[late[1].report_id]
    assert homes[identity(poisoned)] in {homes[early[0].report_id], homes[late[0].report_id]}


def test_after_the_founder_is_withdrawn_the_case_goes_on_under_its_id(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    resolver.accept(from_publisher("NGO-OBS"))
    resolver.accept(withdrawal_of(a_report(), 2), "report.withdrawn")
    third = resolver.accept(from_publisher("NGO-FLD"))
    assert third.case_id == first.case_id
    assert resolver.published() == ["case.opened", "case.corroborated", "case.updated", "case.corroborated"]
    founders = [row.founding_report_id for row in resolver.rows(tables.cases)]
    assert founders == [identity(from_publisher("NGO-OBS"))]


def test_a_withdrawn_report_finds_nothing_and_is_found_by_nothing(resolver: Resolver) -> None:
    resolver.accept(a_report())
    resolver.accept(withdrawal_of(a_report(), 2), "report.withdrawn")
    assert resolver.accept(from_publisher("NGO-OBS")).word == "opened"
    assert {row.reports for row in resolver.rows(tables.key_frequencies)} == {1}
    assert len(resolver.rows(tables.blocking_keys)) == len(resolver.rows(tables.key_frequencies))


def test_a_report_that_only_held_two_others_together_parts_them_when_it_is_withdrawn(resolver: Resolver) -> None:
    month = from_publisher("NGO-OBS", violation=THAT_MONTH)
    first = resolver.accept(month)
    second = resolver.accept(a_report())
    third = resolver.accept(from_publisher("NGO-FLD", violation=ONE_DAY_LATER))
    assert {second.case_id, third.case_id} == {first.case_id}
    resolver.accept(withdrawal_of(month, 2), "report.withdrawn")
    homes = resolver.homes()
    assert homes[second.report_id] == first.case_id != homes[third.report_id]
    assert resolver.published()[-5:] == ["case.opened", "case.split", "case.updated", "case.linked", "review.requested"]


def test_a_withdrawn_report_that_comes_back_takes_its_case_up_again(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    resolver.accept(withdrawal_of(a_report(), 2), "report.withdrawn")
    assert _states(resolver) == {first.case_id: ("closed", None)}
    again = resolver.accept(a_report(revision=3), "report.corrected")
    assert again.case_id == first.case_id
    assert _states(resolver) == {first.case_id: ("open", None)}


def test_a_report_withdrawn_before_its_case_was_merged_comes_back_to_where_the_others_went(resolver: Resolver) -> None:
    old = resolver.accept(from_publisher("UN-A"))
    resolver.accept(a_report(violation=ONE_DAY_LATER))
    resolver.accept(from_publisher("UN-B", violation=ONE_DAY_LATER))
    young = resolver.homes()[identity(a_report())]
    resolver.accept(withdrawal_of(a_report(), 2), "report.withdrawn")
    resolver.decide(old.case_id, young, "same")
    back = resolver.accept(a_report(revision=3, violation=ONE_DAY_LATER), "report.corrected")
    assert back.case_id == old.case_id
    assert set(resolver.homes().values()) == {old.case_id}


def test_a_correction_that_cannot_be_compared_stands_alone_and_waits_for_a_person(
    resolver: Resolver, tmp_path: Path
) -> None:
    first = resolver.accept(a_report())
    resolver.accept(from_publisher("NGO-OBS"))
    resolver.acceptance = Acceptance(resolver.deployment, PlainMatcher(fails_on="NGO-OBS"))
    outcome = resolver.accept(from_publisher("NGO-OBS", revision=2), "report.corrected")
    assert (outcome.verdict, outcome.linked) == (Verdict.POSSIBLE, (first.case_id,))
    assert [row.reason for row in resolver.rows(tables.reviews)] == ["matching-incomplete"]


def test_every_judgement_of_an_earlier_revision_is_taken_back_and_none_is_removed(resolver: Resolver) -> None:
    resolver.accept(a_report())
    resolver.accept(from_publisher("NGO-OBS"))
    resolver.accept(from_publisher("NGO-OBS", revision=2), "report.corrected", NOW + timedelta(hours=1))
    rows = resolver.rows(tables.judgements)
    assert [row.deleted_at for row in rows] == [NOW + timedelta(hours=1), None]
