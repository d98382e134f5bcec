"""When the resolver thinks again, every report whose printed line is no longer true gets another."""

from typing import Any

import pytest

from tocsin.devtools.evaluation import outcomes
from tocsin.devtools.evaluation.outcomes import Standings
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.outcome import Outcome

NO_CONNECTION: Any = None


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome]:
    """Where the database says that reports stand."""
    found: dict[str, Outcome] = {}
    monkeypatch.setattr(outcomes, "standing_of", lambda _, report_id: found[report_id])
    return found


def learn(standings: Standings, outcome: Outcome) -> list[tuple[str, str, Verdict]]:
    return [(o.report_id, o.case_id, o.verdict) for o in standings.learn(NO_CONNECTION, outcome)]


def test_what_the_resolver_says_of_a_new_report_is_printed_as_it_is(tables: dict[str, Outcome]) -> None:
    standings = Standings()
    assert learn(standings, Outcome("opened", "r1", "A")) == [("r1", "A", Verdict.UNRELATED)]
    assert learn(standings, Outcome("joined", "r2", "A", Verdict.DUPLICATE)) == [("r2", "A", Verdict.DUPLICATE)]


def test_of_a_repeat_the_tables_are_asked_and_the_number_of_candidates_stays(tables: dict[str, Outcome]) -> None:
    standings = Standings()
    learn(standings, Outcome("joined", "r1", "A", Verdict.DUPLICATE, candidates=7))
    tables["r1"] = Outcome("standing", "r1", "A", Verdict.DUPLICATE)
    (again,) = standings.learn(NO_CONNECTION, Outcome("repeat", "r1", "A"))
    assert (again.verdict, again.candidates) == (Verdict.DUPLICATE, 7)


def test_a_merge_is_told_to_what_it_moved_and_to_what_named_the_case_that_is_gone(tables: dict[str, Outcome]) -> None:
    standings = Standings()
    learn(standings, Outcome("opened", "r1", "A"))
    learn(standings, Outcome("opened", "r2", "B", Verdict.POSSIBLE, linked=("A",)))
    learn(standings, Outcome("opened", "r3", "C", Verdict.SAME_PERSON, linked=("B",)))
    learn(standings, Outcome("opened", "r4", "D", Verdict.SAME_PERSON, linked=("A",)))
    tables["r2"] = Outcome("standing", "r2", "A", Verdict.DUPLICATE)
    tables["r3"] = Outcome("standing", "r3", "C", Verdict.SAME_PERSON, linked=("A",))
    merging = Outcome("joined", "r5", "A", Verdict.DUPLICATE, changed=("r2",))
    assert learn(standings, merging) == [
        ("r5", "A", Verdict.DUPLICATE),
        ("r2", "A", Verdict.DUPLICATE),
        ("r3", "C", Verdict.SAME_PERSON),
    ]
    assert standings.known["r3"].linked == ("A",)


def test_a_report_of_another_run_that_moves_has_no_line_to_replace(tables: dict[str, Outcome]) -> None:
    assert learn(Standings(), Outcome("joined", "r1", "A", Verdict.DUPLICATE, changed=("elsewhere",))) == [
        ("r1", "A", Verdict.DUPLICATE)
    ]
