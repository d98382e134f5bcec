"""A case is explained by the judgements that stand, with the words of the reports that are still there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from builders import a_victim, a_violation
from resolving import Resolver, from_publisher, identity, withdrawal_of
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.explaining import CaseExplained, Explainer
from tocsin.resolver.matching import load_matcher
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.reports import Report

MATCHER: Any = load_matcher()


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(tmp_path, MATCHER)


@contextmanager
def explainer(resolver: Resolver) -> Iterator[Explainer]:
    with reading(resolver.engine) as connection:
        yield Explainer(connection, resolver.deployment, MATCHER)


def explained(resolver: Resolver, report: Report) -> CaseExplained:
    """Of the case in which the report stands."""
    with explainer(resolver) as explaining:
        return explaining.case(resolver.homes()[identity(report)])


def report(publisher: str, name: str, date: str = "2026-11-20", **over: Any) -> Report:
    victim = a_victim(name, birth=over.pop("birth", "1979"))
    return from_publisher(publisher, alleged_victims=[victim], violation=a_violation(date=date, **over))


FOUNDER = report("UN-WGAD", "عبدالهادی شهرزادنژاد")
SECOND = report("NGO-OBS", "Abdulhadi Shahrzadnejad")
SISTER = report("COE-CHR", "Mehri Shahrzadnejad")
STRANGER = report("OSCE-ODIHR", "Tamsin Okonjo", birth="1990")


def test_each_report_is_explained_by_an_earlier_one_and_the_founder_by_none(resolver: Resolver) -> None:
    for each in (FOUNDER, SECOND):
        resolver.accept(each)
    found = explained(resolver, SECOND)
    assert [told.member.report_id for told in found.reports] == [identity(FOUNDER), identity(SECOND)]
    assert found.ties.keys() == {identity(SECOND)}
    tie = found.ties[identity(SECOND)]
    assert (tie.ours.member.report_id, tie.theirs.member.report_id) == (identity(SECOND), identity(FOUNDER))
    assert [(e.verdict, e.author, e.model_version) for e in tie.edges] == [("duplicate", "matcher", MATCHER.version)]
    assert tie.explained is not None
    assert "عبدالهادی" in "".join(e.words for e in tie.explained.person.evidence)


def test_the_nearest_other_case_is_found_by_what_was_judged(resolver: Resolver) -> None:
    for each in (FOUNDER, SECOND, STRANGER, SISTER):
        resolver.accept(each)
    near = explained(resolver, FOUNDER).nearest
    assert near is not None
    assert near.theirs.member.report_id == identity(SISTER)
    assert near.edges
    assert near.explained is not None
    assert "name-conflict" in near.explained.vetoes


def test_without_a_judgement_candidates_are_looked_for_again(resolver: Resolver) -> None:
    resolver.accept(FOUNDER)
    resolver.accept(SISTER)
    with unit_of_work(resolver.engine) as connection:
        connection.execute(tables.judgements.delete())
    near = explained(resolver, FOUNDER).nearest
    assert near is not None
    assert (near.theirs.member.report_id, list(near.edges)) == (identity(SISTER), [])


def test_a_case_alone_in_the_world_has_no_nearest(resolver: Resolver) -> None:
    resolver.accept(FOUNDER)
    resolver.accept(STRANGER)
    assert explained(resolver, FOUNDER).nearest is None


def test_what_a_person_decided_comes_before_what_the_matcher_said(resolver: Resolver) -> None:
    ours, other = resolver.accept(FOUNDER).case_id, resolver.accept(SISTER).case_id
    resolver.decide(ours, other, "different")
    near = explained(resolver, FOUNDER).nearest
    assert near is not None
    assert [edge.author for edge in near.edges] == ["duty-officer", "matcher"]
    resolver.decide(ours, other, "same")
    tie = explained(resolver, FOUNDER).ties[identity(SISTER)]
    assert (tie.edges[0].author, tie.edges[0].verdict) == ("duty-officer", Verdict.DUPLICATE)


def test_an_erased_report_is_told_without_its_account_and_nothing_is_said_of_it(resolver: Resolver) -> None:
    for each in (FOUNDER, SECOND):
        resolver.accept(each)
    with unit_of_work(resolver.engine) as connection:
        reports.erase(connection, resolver.deployment.vault, identity(FOUNDER))
    found = explained(resolver, SECOND)
    assert [told.account is None for told in found.reports] == [True, False]
    assert found.ties[identity(SECOND)].explained is None
    assert found.opened == {identity(SECOND)}


def test_a_withdrawn_report_is_not_opened(resolver: Resolver) -> None:
    for each in (FOUNDER, SECOND):
        resolver.accept(each)
    resolver.accept(withdrawal_of(FOUNDER, 2), "report.withdrawn")
    found = explained(resolver, SECOND)
    assert found.opened == {identity(SECOND)}
    assert found.ties == {}


def test_what_is_shown_is_the_latest_revision(resolver: Resolver) -> None:
    resolver.accept(FOUNDER)
    resolver.accept(
        FOUNDER.model_copy(update={"revision": 2, "violation": a_violation(country="GHA")}), "report.corrected"
    )
    account = explained(resolver, FOUNDER).reports[0].account
    assert account is not None
    assert account.states == ("GHA",)


def test_two_cases_are_shown_by_the_reports_that_are_nearest(resolver: Resolver) -> None:
    near = report("ACHPR-SRHRD", "Mehri Shahrzadnejad", date="2026-11-21")
    for each in (FOUNDER, SECOND, SISTER, near):
        resolver.accept(each)
    homes = resolver.homes()
    ours, theirs = homes[identity(FOUNDER)], homes[identity(SISTER)]
    with explainer(resolver) as explaining:
        pair = explaining.across(ours, theirs)
        assert pair is not None
        assert (pair.ours.member.case_id, pair.theirs.member.case_id) == (ours, theirs)
        scores = [row.score for row in resolver.rows(tables.judgements)
                  if {homes[row.left_report_id], homes[row.right_report_id]} == {ours, theirs}]  # fmt: skip
        assert pair.edges[0].score == max(scores)
        assert explaining.across(ours, ours) is None
