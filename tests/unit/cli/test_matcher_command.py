"""The weights can be read; decisions of people make a proposal, and nothing but a proposal."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builders import a_victim, a_violation
from databases import NOW
from resolving import Resolver, from_publisher, identity
from tocsin.cli.matcher import matcher
from tocsin.domain.additive import additive
from tocsin.domain.matching import person
from tocsin.domain.matching.graph import Judged
from tocsin.domain.matching.verdicts import Verdict
from tocsin.knowledge.weights import load_weights
from tocsin.resolver.matching import load_matcher
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin.store.matching import judgements
from tocsin_schemas.reports import Report

PAIRS = 24
GIVEN = ("Afi", "Kokou", "Yawa", "Edem", "Ablavi", "Sena")
FAMILY = ("Mensahvi", "Adjakura", "Kpodarvo", "Lawsonti")


@pytest.fixture
def resolver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolver:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return Resolver(tmp_path, load_matcher())  # type: ignore[arg-type]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(matcher, arguments)


def a_pair(number: int) -> tuple[Report, Report]:
    """One person, whose year of birth two mechanisms do not agree on."""
    name = f"{GIVEN[number % 6]} {FAMILY[number // 6 % 4]}"

    def told(publisher: str, birth: str) -> Report:
        return from_publisher(
            publisher,
            publisher_reference=f"{publisher}/{number}",
            alleged_victims=[a_victim(name, birth=birth)],
            violation=a_violation(date=f"2026-{number % 12 + 1:02}-{number + 1:02}"),
        )

    return told("UN-A", "1980"), told("UN-B", "1985")


def decided(resolver: Resolver, number: int, verdict: Verdict = Verdict.DUPLICATE) -> list[tuple[Report, Report]]:
    """So many pairs, each of which a person has judged."""
    pairs = [a_pair(n) for n in range(number)]
    for pair in pairs:
        for report in pair:
            resolver.accept(report)
    with unit_of_work(resolver.engine) as connection:
        for ours, theirs in pairs:
            edge = Judged(identity(ours), identity(theirs), verdict, 10.0, NOW, by_person=True)
            judgements.decide(connection, edge, {}, "bits-1", "duty-officer", NOW)
    return pairs


def test_version_weights_and_thresholds_are_shown() -> None:
    result = run("show")
    assert result.exit_code == 0
    shipped = load_weights()
    assert f"matcher {shipped['version']}" in result.output
    rows = [line.split() for line in result.output.splitlines()]
    for section in ("names", "person", "event", "thresholds"):
        assert all([key, f"{value:.3f}"] in rows for key, value in shipped[section].items())


def test_a_proposal_is_printed_with_figures_and_differences(resolver: Resolver) -> None:
    decided(resolver, PAIRS)
    before = resolver.dump()
    result = run("refit")
    assert result.exit_code == 0, result.output
    rows = {line.split("  ")[1].strip(): line.split()[-3:] for line in result.output.splitlines() if "log loss" in line}
    shipped, proposed, expected = map(float, rows["log loss of persons, bits"])
    assert proposed < expected < shipped
    assert f"{PAIRS} decisions" in result.output
    assert "past verdicts would change" in result.output
    [row] = [line.split() for line in result.output.splitlines() if "person: birth-differs" in line]
    assert float(row[2]) < float(row[3]) <= 0
    assert resolver.dump() == before


def test_past_verdicts_that_would_change_are_counted_by_kind(
    resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(resolver, PAIRS)
    known: Any = load_matcher()
    weights = load_weights()["person"] | {"birth-differs": 0.0, "bias": -60.0}
    blind = replace(known, person=additive(person.FEATURES, weights))
    monkeypatch.setattr("tocsin.domain.matching.refitting.Weights.put_into", lambda *_: blind)
    output = run("refit").output
    flagged = sum(row.author == "matcher" for row in resolver.rows(tables.judgements))
    assert flagged >= PAIRS
    assert f"{flagged} of {flagged} past verdicts would change" in output
    assert "perhaps one case: a person decides → nothing to do with each other" in output


def test_the_table_is_written_only_where_it_is_asked_for(resolver: Resolver, tmp_path: Path) -> None:
    decided(resolver, PAIRS)
    out = tmp_path / "proposed.toml"
    assert run("refit").exit_code == 0
    assert not out.exists()
    assert run("refit", "--out", str(out)).exit_code == 0
    written, shipped = tomllib.loads(out.read_text()), load_weights()
    assert written.keys() == shipped.keys()
    assert written["version"] == f"{shipped['version']}+{PAIRS}"
    assert (written["names"], written["thresholds"]) == (shipped["names"], shipped["thresholds"])
    assert written["person"].keys() == shipped["person"].keys()
    assert written["person"] != shipped["person"]


@pytest.mark.parametrize("number", [0, 1, 19])
def test_too_few_decisions_teach_nothing(resolver: Resolver, tmp_path: Path, number: int) -> None:
    decided(resolver, number)
    result = run("refit", "--out", str(tmp_path / "proposed.toml"))
    assert result.exit_code == 1
    assert f"There are {number} decisions. Below 20" in result.output
    assert not (tmp_path / "proposed.toml").exists()


def test_decisions_on_erased_reports_and_those_taken_back_do_not_count(resolver: Resolver) -> None:
    pairs = decided(resolver, PAIRS)
    with unit_of_work(resolver.engine) as connection:
        for ours, _ in pairs[:3]:
            reports.erase(connection, resolver.deployment.vault, identity(ours))
        for row in [row for row in resolver.rows(tables.judgements) if row.author == "duty-officer"][-2:]:
            judgements.take_back(connection, row.id, NOW)
    output = " ".join(run("refit").output.split())
    assert f"There are {PAIRS - 2} decisions, 3 of them of erased reports." in output


def test_of_a_pair_the_latest_decision_counts(resolver: Resolver) -> None:
    decided(resolver, PAIRS)
    with unit_of_work(resolver.engine) as connection:
        for ours, theirs in map(a_pair, range(PAIRS)):
            edge = Judged(identity(ours), identity(theirs), Verdict.UNRELATED, -10.0, NOW, by_person=True)
            judgements.decide(connection, edge, {}, "bits-1", "another", NOW)
    output = run("refit").output
    assert f"{PAIRS} decisions" in output
    assert "log loss of events, bits" in output
    [row] = [line.split() for line in output.splitlines() if "log loss of events" in line]
    assert row[-3:] == ["–", "–", "–"], "no pair is of one person"
