"""What is told of two reports adds up to the probabilities that were decided on, and is the same from either side."""

import inspect
import re
from typing import Any

import pytest

from builders import a_report, a_victim, a_violation
from tocsin.domain.additive import log_odds
from tocsin.domain.matching import deciding, graph, person, wording
from tocsin.domain.matching.event import FEATURES as EVENT_FEATURES
from tocsin.domain.matching.explanation import START, explain
from tocsin.domain.matching.person import FEATURES as PERSON_FEATURES
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.matching import load_matcher
from tocsin_schemas.victims import PersonName

MATCHER = load_matcher()


def profile(number: int, *names: str, date: str = "2026-11-20", country: str = "IRN", **victim: Any) -> Profile:
    spelt = [PersonName(value=name) for name in names]
    report = a_report(
        alleged_victims=[a_victim(names=spelt, **victim)], violation=a_violation(date=date, country=country)
    )
    return MATCHER.profile_of(report, f"report-{number}")


PERSIAN = profile(1, "عبدالهادی شهرزادنژاد", birth="1979")
LATIN = profile(2, "Abdulhadi Shahrzadnejad", "A. Shahrzadnejad", birth="1979", date="2026-11-21")
SISTER = profile(3, "Mehri Shahrzadnejad", birth="1984")
STRANGER = profile(4, "Tamsin Okonjo", country="TGO")
WITHHELD = profile(5, "Name withheld")
PAIRS = [(PERSIAN, LATIN), (LATIN, SISTER), (PERSIAN, SISTER), (LATIN, STRANGER), (PERSIAN, WITHHELD)]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_the_evidence_adds_up_to_the_probability(a: Profile, b: Profile) -> None:
    compared, explained = MATCHER.compare(a, b), explain(MATCHER, a, b)
    for question, chance in ((explained.person, compared.person), (explained.event, compared.event)):
        assert question.probability == chance
        assert sum(e.bits for e in question.evidence) == pytest.approx(question.bits)
        assert question.bits == pytest.approx(log_odds(chance), abs=0.06)
        assert question.evidence[-1].code == START
    assert (explained.verdict, explained.score, explained.vetoes) == (compared.verdict, compared.score, compared.vetoes)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_it_is_the_same_from_either_side_and_the_strongest_comes_first(a: Profile, b: Profile) -> None:
    explained = explain(MATCHER, a, b)
    assert explain(MATCHER, b, a) == explained
    for question in (explained.person, explained.event):
        bits = [abs(e.bits) for e in question.evidence[:-1]]
        assert bits == sorted(bits, reverse=True)
        assert 0 not in bits


def test_names_are_quoted_as_written_with_one_line_for_each_pair_of_words() -> None:
    lines = [e.words for e in explain(MATCHER, PERSIAN, LATIN).person.evidence if e.words]
    [servant] = [words for words in lines if "عبدالهادی" in words]
    assert servant.startswith("“Abdulhadi” ~ “عبدالهادی”: ")
    assert "Abd compound" in servant


def test_siblings_are_told_apart_by_the_word_that_differs() -> None:
    explained = explain(MATCHER, LATIN, SISTER)
    against = {e.words: e.bits for e in explained.person.evidence if e.bits < 0}
    assert against["“Mehri” stands on one side only"] < 0
    assert {"name-conflict", "birth-years"} <= set(explained.vetoes)


def test_a_withheld_name_is_said_and_nothing_is_quoted() -> None:
    explained = explain(MATCHER, PERSIAN, WITHHELD)
    assert "no-name" in explained.vetoes
    assert not any(e.words for e in explained.person.evidence)


def test_every_code_has_words() -> None:
    assert {*PERSON_FEATURES, *EVENT_FEATURES, START} <= wording.EVIDENCE.keys()
    source = inspect.getsource(deciding) + inspect.getsource(person.compare_persons)
    for function, words in ((deciding.vetoes, wording.VETOES), (deciding.remarks, wording.REMARKS)):
        codes = set(re.findall(r'"([a-z-]+)"', inspect.getsource(function)))
        assert codes <= words.keys() | {"same-reference"}
    vetoes = set(re.findall(r'"([a-z-]+)": [a-z]', inspect.getsource(person.compare_persons)))
    assert vetoes
    assert vetoes <= wording.VETOES.keys()
    assert all(f'"{code}"' in source for code in {*wording.VETOES, *wording.REMARKS}), "no words without a code"
    assert set(Verdict) == wording.VERDICTS.keys()


def test_every_alarm_has_words() -> None:
    reasons = set(re.findall(r'return "([a-z-]+)"', inspect.getsource(graph.breach)))
    assert reasons | {"contradiction"} <= wording.REASONS.keys()


def test_it_is_said_why_two_reports_are_not_one_case() -> None:
    at = MATCHER.thresholds
    assert list(wording.why_apart(explain(MATCHER, PERSIAN, LATIN), at)) == []
    apart = list(wording.why_apart(explain(MATCHER, LATIN, STRANGER), at))
    assert "forbidden: no State in common" in apart
    assert any("is below 0." in reason for reason in apart)
