"""Guarantee: whatever contradicts forbids a merge, whatever is too thin does not suffice for one, and a number that both
quote is never overlooked.
"""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from invented_names import a_person, a_profile, matcher
from tocsin.domain.matching.dates import DateLevel
from tocsin.domain.matching.deciding import Pair, Thresholds, decide, remarks, vetoes
from tocsin.domain.matching.event import EventPair, compare_events
from tocsin.domain.matching.person import Victims, match_victims
from tocsin.domain.matching.references import Agreement
from tocsin.domain.matching.verdicts import Verdict

AT = Thresholds(
    join=0.8,
    review=0.02,
    same_person=0.5,
    other_event=0.2,
    bare=0.9,
    numbered=0.99,
    unnamed=0.03,
    same_victim=1.0,
    same_name=0.5,
    possible_name=0.1,
)
CHANCES = (0.0, 0.01, 0.15, 0.5, 0.85, 0.97, 1.0)


def _victims(ours: str = "Abdulhadi Zahrvani", theirs: str = "Abdulhadi Zahrvani", **over: Any) -> Victims:
    found = match_victims([a_person(ours)], [a_person(theirs)], matcher().names, AT.same_victim)
    assert found is not None
    return replace(found, **over)


def _event(**over: Any) -> EventPair:
    return replace(compare_events(a_profile("a"), a_profile("b"), matcher().gazetteer, 1), **over)


def _pair(**over: Any) -> Pair:
    fields: dict[str, Any] = {
        "victims": _victims(),
        "event": _event(),
        "numbers": Agreement.NONE,
        "quoted": False,
        "described": False,
    }
    return Pair(**(fields | over))


def _forbidden(victims: Victims, code: str) -> Victims:
    return replace(victims, best=replace(victims.best, vetoes=(code,)))


VETOES = [
    ("name-conflict", {"victims": _victims("Munif Zahrvani", "Salim Zahrvani")}),
    ("no-name", {"victims": _victims("Name withheld")}),
    ("no-name", {"victims": None}),
    ("no-name", {"victims": None, "described": True}),
    ("no-name", {"victims": None, "numbers": Agreement.SAME}),
    ("birth-years", {"victims": _forbidden(_victims(), "birth-years")}),
    ("gender", {"victims": _forbidden(_victims(), "gender")}),
    ("victims-overlap", {"victims": _victims(overlap=True, subset=False)}),
    ("other-victims", {"victims": _victims(matched=0, subset=False)}),
    ("case-numbers", {"numbers": Agreement.CONFLICT}),
    ("case-numbers", {"numbers": Agreement.MIXED}),
    ("country", {"event": _event(country_differs=True)}),
]


@pytest.mark.parametrize(("code", "over"), VETOES)
def test_a_contradiction_forbids_a_merge_whatever_the_chances(code: str, over: dict[str, Any]) -> None:
    pair = _pair(**over)
    assert vetoes(pair) == (code,)
    for quoted, person, event in product((True, False), CHANCES, CHANCES):
        assert decide(replace(pair, quoted=quoted), person, event, AT) is not Verdict.DUPLICATE


@pytest.mark.parametrize("over", [over for _, over in VETOES if "numbers" not in over and "described" not in over])
def test_a_contradiction_of_reports_with_one_number_is_looked_at(over: dict[str, Any]) -> None:
    pair = _pair(numbers=Agreement.SAME, **over)
    assert {decide(pair, p, e, AT) for p, e in product(CHANCES, CHANCES)} == {Verdict.POSSIBLE}


def test_contradictions_are_listed_together() -> None:
    pair = _pair(numbers=Agreement.CONFLICT, event=_event(country_differs=True), victims=_victims(overlap=True))
    assert vetoes(pair) == ("case-numbers", "country", "victims-overlap")


@pytest.mark.parametrize(("person", "event"), list(product(CHANCES, CHANCES)))
def test_one_number_that_both_quote_decides(person: float, event: float) -> None:
    assert decide(_pair(numbers=Agreement.SAME), person, event, AT) is Verdict.DUPLICATE
    for over in ({"quoted": True}, {"numbers": Agreement.MIXED}, {"quoted": True, "numbers": Agreement.CONFLICT}):
        pair = _pair(victims=_victims("Munif Zahrvani", "Zubair Drumondel"), **over)
        assert decide(pair, person, event, AT) is Verdict.POSSIBLE


def test_two_communities_described_under_one_number_are_one_case() -> None:
    pair = _pair(victims=None, described=True, numbers=Agreement.SAME)
    assert vetoes(pair) == ()
    assert decide(pair, 0.99, 0.99, AT) is Verdict.DUPLICATE


TABLE = [
    # P(person), P(event), verdict of a full name and a day in common
    (0.99, 0.99, Verdict.DUPLICATE),
    (0.9, 0.9, Verdict.DUPLICATE),
    (0.89, 0.89, Verdict.POSSIBLE),
    (0.99, 0.3, Verdict.POSSIBLE),
    (0.2, 0.2, Verdict.POSSIBLE),
    (0.99, 0.01, Verdict.SAME_PERSON),
    (0.6, 0.01, Verdict.SAME_PERSON),
    (0.4, 0.01, Verdict.UNRELATED),
    (0.01, 0.99, Verdict.UNRELATED),
    (0.001, 0.001, Verdict.UNRELATED),
]


@pytest.mark.parametrize(("person", "event", "verdict"), TABLE)
def test_person_times_event_decides(person: float, event: float, verdict: Verdict) -> None:
    assert decide(_pair(), person, event, AT) is verdict


THIN = [
    ("name-too-common-or-unlike", {"victims": _victims("Hasan Zahrvani", "Husayn Zahrvani")}),
    ("name-too-common-or-unlike", {"victims": _victims("Li Li", "Li Li")}),
    ("name-too-common-or-unlike", {"victims": _victims(thin=True)}),
    ("name-incomplete", {"victims": _victims("Salim Petrovich Dorvanov", "Salim Dorvanov")}),
    ("no-event-evidence", {"event": _event(dates=("event", DateLevel.IMPRECISE))}),
    ("no-event-evidence", {"event": _event(dates=("event", DateLevel.WITHIN_120))}),
    ("no-event-evidence", {"event": _event(dates=("event", DateLevel.WITHIN_31), same_act=False)}),
]


@pytest.mark.parametrize(("remark", "over"), THIN)
def test_what_is_too_thin_does_not_suffice(remark: str, over: dict[str, Any]) -> None:
    pair = _pair(**over)
    assert vetoes(pair) == ()
    assert remark in remarks(pair)
    assert decide(pair, 1.0, 1.0, AT) is Verdict.POSSIBLE


BORNE_OUT = [
    {"victims": _victims("Salim Petrovich Dorvanov", "Salim Dorvanov", matched=2)},
    {"event": _event(words=("krtpln", "mrtn", "slnt", "trml"))},
    {"victims": _victims("Salim Petrovich Dorvanov", "Salim Dorvanov"), "quoted": True},
]


@pytest.mark.parametrize("over", BORNE_OUT)
def test_an_incomplete_name_suffices_if_something_else_bears_it_out(over: dict[str, Any]) -> None:
    incomplete = {"victims": _victims("Salim Petrovich Dorvanov", "Salim Dorvanov")}
    assert decide(_pair(**incomplete), 1.0, 1.0, AT) is Verdict.POSSIBLE
    assert decide(_pair(**(incomplete | over)), 1.0, 1.0, AT) is Verdict.DUPLICATE


def test_an_organisation_in_common_bears_it_out() -> None:
    sides = [a_person(n, organisations=("liga varra",)) for n in ("Salim Petrovich Dorvanov", "Salim Dorvanov")]
    victims = match_victims(sides[:1], sides[1:], matcher().names, AT.same_victim)
    assert decide(_pair(victims=victims), 1.0, 1.0, AT) is Verdict.DUPLICATE


def test_names_that_share_no_word_are_looked_at_only_if_the_event_is_the_same() -> None:
    pair = _pair(victims=_victims("Zubair Drumondel", "Lia Varrano"))
    assert decide(pair, 0.1, 0.95, AT) is Verdict.POSSIBLE
    assert decide(pair, 0.1, 0.85, AT) is Verdict.UNRELATED


def test_another_first_name_in_another_country_is_not_looked_at() -> None:
    pair = _pair(victims=_victims("Munif Zahrvani", "Salim Zahrvani"), event=_event(country_differs=True))
    assert decide(pair, 0.5, 0.95, AT) is Verdict.UNRELATED


@pytest.mark.parametrize("victims", [None, _victims("Name withheld"), _victims("Munif Zahrvani", "Salim Zahrvani")])
def test_who_is_not_named_or_is_named_otherwise_is_not_linked_as_the_same_person(victims: Victims | None) -> None:
    assert decide(_pair(victims=victims), 0.9, 0.001, AT) is Verdict.UNRELATED


def test_remarks_name_the_number_in_common() -> None:
    assert remarks(_pair(numbers=Agreement.SAME)) == ("same-reference",)
    assert remarks(_pair()) == ()
