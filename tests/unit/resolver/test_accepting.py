"""What the resolver does with each kind of report, on a real database and without Kafka."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from builders import a_report, a_victim, a_violation
from matching_fakes import PlainMatcher
from resolving import Resolver, from_publisher, identity, withdrawal_of
from tocsin.domain.matching.verdicts import Verdict
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.casework import reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.vault import Erased
from tocsin_schemas.reports import Reference, Report
from tocsin_schemas.topics import REPORTS
from tocsin_schemas.victims import PersonName
from tocsin_schemas.vocabulary import ReferenceScheme


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(tmp_path)


def _other(**over: Any) -> Report:
    fields = {"publisher": "OSCE-ODIHR", "publisher_reference": "OD/77", "language": "fr"}
    return a_report(**(fields | over))


def test_a_first_report_opens_a_case(resolver: Resolver) -> None:
    assert resolver.take(a_report()) == "opened"
    assert resolver.published() == ["case.opened"]


def test_another_mechanism_on_the_same_case_corroborates_it(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other()) == "joined"
    assert resolver.published() == ["case.opened", "case.corroborated"]
    assert len(resolver.rows(tables.cases)) == 1


def test_names_in_two_scripts_and_a_transliteration_meet(resolver: Resolver) -> None:
    names = [PersonName(value="Олена Тестова"), PersonName(value="Olena Testova")]
    resolver.take(a_report(alleged_victims=[a_victim(names=names)]))
    assert resolver.take(_other(alleged_victims=[a_victim("TESTOVA Olena")])) == "joined"


def test_a_shared_reference_joins_whatever_the_names(resolver: Resolver) -> None:
    number = [Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="UA TGO 9/2026")]
    resolver.take(a_report(references=number))
    assert resolver.take(_other(alleged_victims=[a_victim("Quite Another")], references=number)) == "joined"


def test_a_re_arrest_is_a_new_case_linked_to_the_first(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other(violation=a_violation(date="2026-02-02"))) == "opened"
    assert resolver.published() == ["case.opened", "case.opened", "case.linked"]


def test_a_doubtful_match_is_published_as_new_and_queued_for_a_person(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other(violation=a_violation(date="2026-11-22"))) == "opened"
    assert resolver.published()[1:] == ["case.opened", "case.linked", "review.requested"]
    assert [r.kind for r in resolver.rows(tables.reviews)] == ["possible_duplicate"]


def test_siblings_arrested_together_are_two_cases(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other(alleged_victims=[a_victim("Kodzo Mensahvi")])) == "opened"


def test_a_repeat_changes_nothing_and_is_not_lost(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(a_report()) == "repeat"
    assert resolver.published() == ["case.opened"]


def test_two_reports_under_one_event_id_are_both_taken(resolver: Resolver) -> None:
    resolver.take(a_report(), event_id="same")
    assert resolver.take(_other(alleged_victims=[a_victim("Quite Another")]), event_id="same") == "opened"


def test_a_correction_replaces_the_claim(resolver: Resolver) -> None:
    resolver.take(a_report())
    corrected = a_report(revision=2, violation=a_violation(country="GHA"))
    assert resolver.take(corrected, "report.corrected") == "corrected"
    assert resolver.published() == ["case.opened", "case.updated"]
    assert resolver.rows(tables.cases)[0].countries == ["GHA"]


def test_an_older_revision_that_comes_late_changes_nothing(resolver: Resolver) -> None:
    resolver.take(a_report(revision=2))
    assert resolver.take(a_report(revision=1, violation=a_violation(country="GHA"))) == "superseded"
    assert resolver.rows(tables.cases)[0].countries == ["TGO"]


def test_the_same_revision_with_other_content_is_dead_lettered(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(a_report(violation=a_violation(country="GHA"))) == "dead-letter"
    headers = dict(resolver.rows(tables.outbox)[-1].headers)
    assert (headers["tocsin_code"], json.loads(headers["tocsin_problems"])[0][1]) == ("revision-conflict", "/revision")


def test_withdrawing_the_only_report_closes_the_case(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(withdrawal_of(a_report(), 2), "report.withdrawn") == "withdrawn"
    assert resolver.take(withdrawal_of(a_report(), 2), "report.withdrawn") == "repeat"
    assert resolver.published() == ["case.opened", "case.closed"]


def test_withdrawing_one_of_two_leaves_the_case_open(resolver: Resolver) -> None:
    resolver.take(a_report())
    resolver.take(_other())
    resolver.take(withdrawal_of(a_report(), 2), "report.withdrawn")
    assert resolver.published()[-1] == "case.updated"
    assert resolver.rows(tables.cases)[0].state == "open"


def test_withdrawing_what_was_never_published_is_dead_lettered(resolver: Resolver) -> None:
    assert resolver.take(withdrawal_of(a_report(), 2), "report.withdrawn") == "dead-letter"


POISON = [
    (b"", "report.submitted", "body-empty"),
    (b"\xff\xfe", "report.submitted", "body-not-utf8"),
    (b'{"publisher":', "report.submitted", "json-malformed"),
    (b"{}", "report.submitted", "missing"),
    (b"{}", "report.invented", "event-type-unknown"),
    (b"{}", "case.opened", "missing"),
]


@pytest.mark.parametrize(("body", "event_type", "code"), POISON)
def test_poison_becomes_one_dead_letter_with_its_code(
    resolver: Resolver, body: bytes, event_type: str, code: str
) -> None:
    assert resolver.take(body, event_type) == "dead-letter"
    assert resolver.take(a_report()) == "opened", "and the next report is taken"
    letters = [
        dict(row.headers)["tocsin_code"]
        for row in resolver.rows(tables.outbox)
        if row.topic.endswith("dead-letters.v1")
    ]
    assert letters == [code]


def test_a_message_that_ended_three_processes_is_isolated_and_shown_to_people(resolver: Resolver) -> None:
    resolver.consumer.deadly[(REPORTS.name, 0, 0)] = "ZeroDivisionError"
    assert resolver.take(a_report()) == "dead-letter"
    assert [r.kind for r in resolver.rows(tables.reviews)] == ["isolated_message"]
    assert resolver.take(_other()) == "opened"


def test_a_report_joins_a_case_spelt_otherwise_and_says_how_many_it_was_compared_with(resolver: Resolver) -> None:
    first = resolver.accept(a_report(alleged_victims=[a_victim("Muhammad Qasemi")]))
    second = resolver.accept(_other(alleged_victims=[a_victim("Mohamad Qasimi")]))
    assert (first.word, first.verdict, first.candidates) == ("opened", Verdict.UNRELATED, 0)
    assert (second.word, second.verdict, second.candidates) == ("joined", Verdict.DUPLICATE, 1)
    assert second.case_id == first.case_id


def test_a_linked_case_is_named_in_the_outcome(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    again = resolver.accept(_other(violation=a_violation(date="2026-02-02")))
    assert (again.verdict, again.linked) == (Verdict.SAME_PERSON, (first.case_id,))


def test_a_report_that_shows_two_young_cases_to_be_one_merges_them(resolver: Resolver) -> None:
    """The second is a day late, so it is only flagged; the third is imprecise, and fits both."""
    first = resolver.accept(a_report())
    second = resolver.accept(_other(violation=a_violation(date="2026-11-21")))
    assert second.verdict is Verdict.POSSIBLE
    third = resolver.accept(from_publisher("NGO-OBS", violation=a_violation(date="2026-11")))
    assert (third.word, third.case_id, third.changed) == ("joined", first.case_id, (second.report_id,))
    assert set(resolver.homes().values()) == {first.case_id}
    merged = {row.case_id: (row.state, row.redirects_to) for row in resolver.rows(tables.cases)}
    assert merged == {first.case_id: ("open", None), second.case_id: ("merged", first.case_id)}
    assert resolver.published()[-2:] == ["case.merged", "case.corroborated"]
    assert resolver.rows(tables.case_links) == []
    assert [row.resolved_by for row in resolver.rows(tables.reviews)] == ["resolver"]


def test_a_report_that_fits_two_established_cases_joins_one_and_flags_the_other(resolver: Resolver) -> None:
    early = resolver.accept(a_report())
    resolver.accept(_other())
    late = resolver.accept(from_publisher("NGO-OBS", violation=a_violation(date="2026-11-22")))
    resolver.accept(from_publisher("NGO-FLD", violation=a_violation(date="2026-11-22")))
    poison = resolver.accept(from_publisher("NGO-NEW", violation=a_violation(date="2026-11")))
    assert poison.word == "joined"
    assert {poison.case_id, *poison.linked} == {early.case_id, late.case_id}
    assert "case.merged" not in resolver.published()
    assert "possible_duplicate" in {row.kind for row in resolver.rows(tables.reviews) if row.resolved_at is None}


FAILURES = [
    ("a comparison that fails", {"matcher": PlainMatcher(fails_on="OSCE-ODIHR")}),
    ("a budget that is spent", {"budget": 0}),
]


@pytest.mark.parametrize(("what", "over"), FAILURES, ids=[f[0] for f in FAILURES])
def test_what_cannot_be_compared_is_published_as_new_and_waits_for_a_person(
    what: str, over: dict[str, Any], tmp_path: Path
) -> None:
    resolver = Resolver(tmp_path, **over)
    first = resolver.accept(a_report())
    second = resolver.accept(_other())
    assert (second.word, second.verdict, second.linked) == ("opened", Verdict.POSSIBLE, (first.case_id,))
    assert [(row.kind, row.reason) for row in resolver.rows(tables.reviews)] == [
        ("possible_duplicate", "matching-incomplete")
    ]
    resolver.acceptance = type(resolver.acceptance)(resolver.deployment, PlainMatcher())
    third = resolver.accept(from_publisher("NGO-OBS"))
    assert third.word == "joined", "and the next report is matched"


def test_a_report_that_the_rules_stumble_over_is_published_as_new_and_waits_for_a_person(
    resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(PlainMatcher, "profile_of", stumble)
    assert resolver.take(a_report()) == "opened"
    assert [(row.kind, row.reason) for row in resolver.rows(tables.reviews)] == [
        ("matching_incomplete", "matching-incomplete: RecursionError")
    ]


def test_an_erased_report_is_compared_with_nothing(resolver: Resolver) -> None:
    resolver.take(a_report())
    with unit_of_work(resolver.engine) as connection:
        assert reports.erase(connection, resolver.deployment.vault, identity(a_report()))
    outcome = resolver.accept(_other())
    assert (outcome.word, outcome.candidates) == ("opened", 0)


def test_no_word_of_a_report_is_kept_with_a_judgement(resolver: Resolver) -> None:
    resolver.take(a_report())
    resolver.take(_other())
    (row,) = resolver.rows(tables.judgements)
    assert row.explanation["evidence"] == [["name", 5.0]]
    assert (row.verdict, row.judgement, row.author) == ("duplicate", "positive", "matcher")


def test_no_name_stands_in_clear_in_any_table_and_erasing_forgets_the_report(resolver: Resolver) -> None:
    canary = "Zanele Kanarivogel"
    resolver.take(a_report(alleged_victims=[a_victim(canary)]))
    resolver.take(json.dumps({"publisher": canary}).encode())
    with unit_of_work(resolver.engine) as connection:
        dump = repr([list(connection.execute(select(t))) for t in tables.metadata.tables.values()])
    assert canary not in dump
    assert not any(b"Kanarivogel" in f.read_bytes() for f in resolver.folder.iterdir() if f.is_file())

    report_id = resolver.rows(tables.reports)[0].report_id
    with unit_of_work(resolver.engine) as connection:
        assert canary.encode() in resolver.deployment.vault.open(connection, report_id, "revision-1")
        assert reports.erase(connection, resolver.deployment.vault, report_id)
        with pytest.raises(Erased):
            resolver.deployment.vault.open(connection, report_id, "revision-1")


def test_the_audit_chain_holds_an_entry_for_each_accepted_report(resolver: Resolver) -> None:

    resolver.take(a_report())
    resolver.take(_other())
    with reading(resolver.engine) as connection:
        assert audit.verify(connection) == []
        assert audit.heads(connection)["resolver"][0] == 2
