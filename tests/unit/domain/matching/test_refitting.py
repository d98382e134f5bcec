"""Decisions of people teach a little, what they do not tell stays, and the figures are by definition."""

import math
from typing import Any

import pytest

from builders import a_report, a_victim, a_violation
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.refitting import Decision, Weights, changes, figures, held_out, refit
from tocsin.domain.matching.verdicts import Verdict
from tocsin.knowledge.weights import load_weights
from tocsin.resolver.matching import load_matcher
from tocsin_schemas.violations import Place

MATCHER = load_matcher()
SHIPPED = Weights(load_weights()["person"], load_weights()["event"])


def profile(number: int, side: str, **over: Any) -> Profile:
    place = over.pop("place", "Kara")
    victim = {"birth": "1980", **over}
    violation = a_violation(date=f"2026-{number % 9 + 1:02}-05", place=Place(name=place))
    report = a_report(
        alleged_victims=[a_victim(f"Afi Mensahvi {'abcdefgh'[number % 8]}akura", **victim)], violation=violation
    )
    return MATCHER.profile_of(report, f"{number}-{side}")


def decisions(number: int, said: Verdict, **theirs: Any) -> list[Decision]:
    return [Decision((profile(n, "a"), profile(n, "b", **theirs)), said) for n in range(number)]


def test_what_people_say_moves_the_weights_their_way_and_no_other() -> None:
    given = decisions(20, Verdict.DUPLICATE, birth="1985")
    proposed = refit(MATCHER, SHIPPED, given)
    assert SHIPPED.person["birth-differs"] < proposed.person["birth-differs"] <= 0
    assert proposed.person["birth-agrees"] == pytest.approx(SHIPPED.person["birth-agrees"], abs=1e-6)
    assert proposed.event["date-far"] == pytest.approx(SHIPPED.event["date-far"], abs=1e-6)


def test_a_few_decisions_move_less_than_many() -> None:
    few, many = (
        refit(MATCHER, SHIPPED, decisions(number, Verdict.DUPLICATE, birth="1985")).person["birth-differs"]
        for number in (2, 40)
    )
    assert SHIPPED.person["birth-differs"] < few < many
    assert few - SHIPPED.person["birth-differs"] < 1


@pytest.mark.parametrize("said", [Verdict.DUPLICATE, Verdict.SAME_PERSON, Verdict.UNRELATED])
def test_no_weight_changes_its_sign(said: Verdict) -> None:
    proposed = refit(MATCHER, SHIPPED, decisions(40, said, birth="1985", place="Lomé"))
    for before, after in ((SHIPPED.person, proposed.person), (SHIPPED.event, proposed.event)):
        assert after.keys() == before.keys()
        assert all(after[key] * before[key] >= 0 for key in before if key != "bias")


def test_only_pairs_of_one_person_teach_of_events() -> None:
    proposed = refit(MATCHER, SHIPPED, decisions(30, Verdict.UNRELATED))
    assert proposed.event == SHIPPED.event
    assert proposed.person != SHIPPED.person


def test_without_decisions_nothing_changes() -> None:
    assert refit(MATCHER, SHIPPED, []) == SHIPPED


def test_the_figures_are_those_of_the_probabilities() -> None:
    [decision] = decisions(1, Verdict.DUPLICATE)
    compared = MATCHER.compare(*decision.pair)
    found = figures(MATCHER, [decision, Decision(decision.pair, Verdict.UNRELATED)])
    assert found.person == pytest.approx(-(math.log2(compared.person) + math.log2(1 - compared.person)) / 2)
    assert found.event == pytest.approx(-math.log2(compared.event))
    assert found.agreement == 0.5


def test_proposed_weights_fit_the_decisions_better_and_are_judged_by_those_held_out() -> None:
    given = decisions(20, Verdict.DUPLICATE, birth="1985") + decisions(20, Verdict.DUPLICATE)
    other = refit(MATCHER, SHIPPED, given).put_into(MATCHER)
    before, after, expected = figures(MATCHER, given), figures(other, given), held_out(MATCHER, SHIPPED, given)
    assert after.person < expected.person < before.person


def test_changed_verdicts_are_counted_by_what_they_are_and_would_be() -> None:
    pairs = [d.pair for d in decisions(3, Verdict.DUPLICATE)]
    blind = Weights(SHIPPED.person | {"bias": -60.0}, SHIPPED.event).put_into(MATCHER)
    now = MATCHER.compare(*pairs[0]).verdict
    assert changes(MATCHER, MATCHER, pairs) == {(now, now): 3}
    assert changes(MATCHER, blind, pairs) == {(now, Verdict.UNRELATED): 3}
