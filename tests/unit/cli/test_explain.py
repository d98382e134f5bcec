"""A case is explained in words and bits, on record, and an unknown one is refused."""

import json
from pathlib import Path

import pytest

from databases import NOW
from resolving import Resolver, identity
from reviewing import AGAIN, BROTHER, COLUMNS, LATIN, NAMES, OTHER, PERSIAN, SISTER, a_queue, audited, references, run
from tocsin.cli.explain import explain
from tocsin.cli.review import review
from tocsin.resolver.matching import load_matcher
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work


@pytest.fixture
def resolver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolver:
    return a_queue(tmp_path, monkeypatch)


def case_of(resolver: Resolver, report: object = BROTHER) -> str:
    return resolver.homes()[identity(report)]  # type: ignore[arg-type]


def test_it_says_what_ties_the_reports_and_why_the_nearest_case_is_another(resolver: Resolver) -> None:
    reference = references(resolver)[case_of(resolver)]
    result = run(explain, reference.lower())
    assert result.exit_code == 0, result.output
    output = " ".join(result.output.split())
    for words in (
        f"{reference}: 2 live reports",
        f"1. UN-WGAD, accepted {NOW:%Y-%m-%d}",
        PERSIAN,
        LATIN,
        "tied in by report 1:",
        f"the matcher ({load_matcher().version}) said: one case",
        f"The nearest other case is {references(resolver)[case_of(resolver, OTHER)]}",
        SISTER,
        "It is another case, because:",
        "forbidden: the names contradict each other",
    ):
        assert words in output, words
    assert max(map(len, result.output.splitlines())) <= COLUMNS


def test_the_same_as_json(resolver: Resolver) -> None:
    found = json.loads(run(explain, case_of(resolver), "--json").output)
    assert [report["report_id"] for report in found["reports"]] == [identity(BROTHER), identity(AGAIN)]
    [tie] = found["ties"]
    assert [r["report_id"] for r in tie["reports"]] == [identity(AGAIN), identity(BROTHER)]
    assert (tie["judgements"][0]["verdict"], tie["explanation"]["verdict"]) == ("duplicate", "duplicate")
    assert found["nearest"]["reference"] == references(resolver)[case_of(resolver, OTHER)]
    assert found["nearest"]["explanation"]["vetoes"] == ["name-conflict"]
    bits = [e["bits"] for e in tie["explanation"]["person"]["evidence"]]
    assert sum(bits) == pytest.approx(tie["explanation"]["person"]["bits"])


def test_that_names_were_opened_is_on_record(resolver: Resolver) -> None:
    run(explain, case_of(resolver))
    [entry] = audited(resolver, "names-opened")
    assert (entry.chain, entry.subject) == ("operators", case_of(resolver))
    assert entry.detail["reports"] == sorted(identity(report) for report in (BROTHER, AGAIN, OTHER))
    assert not any(name in str(entry) for name in NAMES)


def test_an_erased_report_is_said_to_be(resolver: Resolver) -> None:
    with unit_of_work(resolver.engine) as connection:
        reports.erase(connection, resolver.deployment.vault, identity(BROTHER))
    output = run(explain, case_of(resolver)).output
    assert "erased: nothing of it can be read" in output
    assert "cannot compare them" in output
    assert PERSIAN not in output


def test_a_case_that_was_merged_is_explained_as_the_one_that_it_is_part_of(resolver: Resolver) -> None:
    part = references(resolver)[case_of(resolver, OTHER)]
    [line] = json.loads(run(review, "list", "--json").output)
    run(review, "decide", line["review_id"], "same", "--by", "duty-officer-2", "--note", "Her cousin said so")
    output = " ".join(run(explain, part).output.split())
    assert f"{references(resolver)[case_of(resolver)]}: 3 live reports" in output
    assert "duty-officer-2 decided: one case" in output
    assert "duty-officer-2 noted: Her cousin said so" in output
    assert "No other case is near." in output


def test_what_people_kept_apart_is_said_with_who_did_it(resolver: Resolver) -> None:
    [line] = json.loads(run(review, "list", "--json").output)
    run(review, "decide", line["review_id"], "different", "--by", "duty-officer-2")
    assert "– duty-officer-2 decided so on" in run(explain, case_of(resolver)).output


@pytest.mark.parametrize("case", ["HRD-0000-000", "x", "", "0" * 32])
def test_an_unknown_case_is_refused(resolver: Resolver, case: str) -> None:
    result = run(explain, case)
    assert (result.exit_code, "No case has this reference" in result.output) == (1, True)
    assert audited(resolver, "names-opened") == []
