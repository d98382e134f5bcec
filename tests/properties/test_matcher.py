"""The matcher is symmetric, repeatable and monotone; disguise changes nothing, and what contradicts is never joined."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_names import SPELLINGS, a_person, matcher
from profile_strategies import ONE_PERSON, PAIRS, PROFILES, ROWS
from tocsin.domain.additive import Additive
from tocsin.domain.matching import event, person
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import PlaceProfile, Profile, load_profile
from tocsin.domain.matching.references import CaseNumber
from tocsin.domain.matching.verdicts import Comparison, Verdict
from tocsin.domain.names import comparison
from tocsin.domain.names.model import NameModel

ROUNDING = 1e-9
OF_THE_PERSON = {"no-name", "name-conflict", "birth-years", "gender"}
thorough = settings(max_examples=150, deadline=None)


def _compare(ours: Profile, theirs: Profile, by: Matcher | None = None) -> Comparison:
    return (by or matcher()).compare(replace(ours, report_id="a"), replace(theirs, report_id="b"))


@thorough
@given(PROFILES, PROFILES)
def test_a_comparison_is_the_same_whichever_comes_first_and_whenever_it_is_made(ours: Profile, theirs: Profile) -> None:
    one, other = replace(ours, report_id="a"), replace(theirs, report_id="b")
    found = matcher().compare(one, other)
    assert matcher().compare(other, one) == found
    assert matcher().compare(one, other) == found
    assert matcher().explain(one, other) == matcher().explain(other, one)


@thorough
@given(PROFILES, PROFILES)
def test_it_does_not_matter_which_report_has_which_id(ours: Profile, theirs: Profile) -> None:
    found, swapped = _compare(ours, theirs), _compare(theirs, ours)
    assert (found.verdict, found.vetoes) == (swapped.verdict, swapped.vetoes)
    assert (found.person, found.event) == pytest.approx((swapped.person, swapped.event))
    assert sorted(e.code for e in found.evidence) == sorted(e.code for e in swapped.evidence)


@thorough
@given(PROFILES, PROFILES, st.randoms(use_true_random=False))
def test_the_order_of_victims_and_spellings_does_not_matter(ours: Profile, theirs: Profile, chance: Any) -> None:
    def shuffled(profile: Profile) -> Profile:
        persons = [replace(p, names=tuple(chance.sample(p.names, len(p.names)))) for p in profile.persons]
        return replace(profile, persons=tuple(chance.sample(persons, len(persons))))

    found, other = _compare(ours, theirs), _compare(shuffled(ours), shuffled(theirs))
    assert (found.verdict, found.vetoes) == (other.verdict, other.vetoes)
    assert (found.person, found.event) == pytest.approx((other.person, other.event))


@thorough
@given(PROFILES)
def test_a_profile_comes_back_as_it_was_stored(profile: Profile) -> None:
    assert load_profile(profile.dump()) == profile


def _at(profile: Profile, **over: Any) -> Profile:
    first, *others = profile.persons
    return replace(profile, persons=(replace(first, **over), *others))


def _with_birth(profile: Profile) -> Profile:
    return _at(profile, born=(1984, 1984))


def _with_organisation(profile: Profile) -> Profile:
    return _at(profile, organisations=(*profile.persons[0].organisations, "ligadrumondel"))


def _with_nationality(profile: Profile) -> Profile:
    return _at(profile, nationalities=(*profile.persons[0].nationalities, "TGO"))


def _with_co_victim(profile: Profile) -> Profile:
    return replace(profile, persons=(*profile.persons, a_person("Zdenka Qulombarova")))


def _with_reference(profile: Profile) -> Profile:
    return replace(profile, references=(*profile.references, CaseNumber("iachr_measure", "PM 5-26")))


def _with_words(profile: Profile) -> Profile:
    return replace(profile, words=(*profile.words, "pnktrl", "sfrmt"))


def _with_place(profile: Profile) -> Profile:
    return replace(profile, places=(PlaceProfile("Sfax", country="TUN"),))


AGREEING = [
    _with_birth,
    _with_organisation,
    _with_nationality,
    _with_co_victim,
    _with_reference,
    _with_words,
    _with_place,
]


@pytest.mark.parametrize("add", AGREEING, ids=lambda add: add.__name__.removeprefix("_with_"))
@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_evidence_that_agrees_never_lowers_the_score(add: Any, pair: tuple[Profile, Profile]) -> None:
    ours, theirs = pair
    if add is _with_birth:
        ours, theirs = (_at(side, born=None) for side in pair)
    if add is _with_place:
        ours, theirs = (replace(side, places=()) for side in pair)
    before, after = _compare(ours, theirs), _compare(add(ours), add(theirs))
    # a co-victim takes the place of a victim who is contradicted: then it is no evidence of the same person
    if add is not _with_co_victim or not OF_THE_PERSON.intersection(before.vetoes):
        assert after.score >= before.score - ROUNDING


COARSER = ["2026-03-14~", "2026-03-14/2026-03-20", "2026-03", "2026", "2025/2026"]


@thorough
@given(PAIRS, st.sampled_from(COARSER))
def test_a_more_exact_date_that_agrees_never_lowers_the_score(pair: tuple[Profile, Profile], coarse: str) -> None:
    vague, exact = ([replace(side, dates=(("event", on),)) for side in pair] for on in (coarse, "2026-03-14"))
    before = _compare(*vague).score
    assert _compare(exact[0], vague[1]).score >= before - ROUNDING
    assert _compare(*exact).score >= _compare(exact[0], vague[1]).score - ROUNDING


@settings(max_examples=60, deadline=None)
@given(ROWS, PROFILES)
def test_one_more_agreeing_spelling_never_makes_two_cases_of_one(row: tuple[str, str, str], profile: Profile) -> None:
    _, latin, written = row
    ours, theirs = (replace(profile, persons=(a_person(n),), references=()) for n in (latin, written))
    both = replace(ours, persons=(a_person(latin, written),))
    assert _compare(both, theirs).score >= _compare(ours, theirs).score - ROUNDING


DOUBLES = str.maketrans("aeiocpxyKMTBH", "аеіосрхуКМТВН")
CONTROLS = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u202a", "\u2066", "\u2069", "\u061c"]


@thorough
@given(ONE_PERSON, ONE_PERSON, st.data())
def test_invisible_characters_change_no_comparison(ours: Profile, theirs: Profile, data: st.DataObject) -> None:
    name = ours.persons[0].names[0]
    hidden = data.draw(
        st.lists(st.tuples(st.integers(0, len(name)), st.sampled_from(CONTROLS)), min_size=1, max_size=6)
    )
    disguised = list(name)
    for place, control in sorted(hidden, reverse=True):
        disguised.insert(place, control)
    over = {"names": ("".join(disguised), *ours.persons[0].names[1:])}
    assert _like(_compare(_at(ours, **over), theirs)) == _like(_compare(ours, theirs))


@thorough
@given(st.sampled_from([latin for _, latin, _ in SPELLINGS]), ONE_PERSON, ONE_PERSON, st.data())
def test_look_alikes_change_no_comparison(name: str, ours: Profile, theirs: Profile, data: st.DataObject) -> None:
    """As long as a word has more letters of its own script than it has doubles."""
    words = []
    for word in name.split():
        doubles = [n for n, letter in enumerate(word) if ord(letter) in DOUBLES]
        most = max(0, len(word) - len(doubles) - 1)
        swapped = data.draw(st.sets(st.sampled_from(doubles), max_size=most)) if doubles else set()
        words.append("".join(c.translate(DOUBLES) if n in swapped else c for n, c in enumerate(word)))
    plain, disguised = (_at(ours, names=(spelt,)) for spelt in (name, " ".join(words)))
    assert _like(_compare(disguised, theirs)) == _like(_compare(plain, theirs))


def _like(found: Comparison) -> tuple[Any, ...]:
    return found.verdict, found.vetoes, round(found.person, 6), round(found.event, 6)


def _weights(features: int) -> st.SearchStrategy[Additive]:
    bits = st.floats(-50, 50, allow_nan=False)
    return st.builds(
        Additive,
        st.floats(-200, 500, allow_nan=False),
        st.lists(st.tuples(st.integers(0, features - 1), bits), max_size=6).map(tuple),
        st.lists(st.tuples(st.integers(0, features - 1), st.floats(0, 2), bits), max_size=3).map(tuple),
    )


MATCHERS = st.builds(
    lambda names, of_person, of_event, join, victim: replace(
        matcher(),
        names=NameModel(matcher().names.lexicon, names),
        person=of_person,
        event=of_event,
        thresholds=replace(matcher().thresholds, join=join, same_victim=victim),
    ),
    _weights(len(comparison.FEATURES)),
    _weights(len(person.FEATURES)),
    _weights(len(event.FEATURES)),
    st.sampled_from([0.0, 0.5, 0.8]),
    st.sampled_from([-1e9, 0.0, 1.0, 1e9]),
)
X, Y, Z = (a_person(SPELLINGS[n][1]) for n in (0, 8, 28))
APART = [
    (
        "case numbers",
        {"references": (CaseNumber("amnesty", "UA 13/26"),)},
        {"references": (CaseNumber("amnesty", "UA 14/26"),)},
    ),
    ("country", {"countries": ("TUN",)}, {"countries": ("DZA", "BLR")}),
    ("overlapping groups", {"persons": (X, Y)}, {"persons": (X, Z)}),
    ("birth years", {"persons": (replace(X, born=(1970, 1970)),)}, {"persons": (replace(X, born=(1972, 1979)),)}),
    ("first names", {"persons": (a_person("Munif Zahrvani"),)}, {"persons": (a_person("سالم زهرواني"),)}),
    ("withheld", {"persons": (a_person("Name withheld"),)}, {"persons": (a_person("Name withheld"),)}),
    ("gender", {"persons": (replace(X, gender="man"),)}, {"persons": (replace(X, gender="woman"),)}),
    ("groups", {"persons": (), "group": True}, {"persons": (), "group": True}),
]


@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in APART], ids=[row[0] for row in APART])
@settings(max_examples=40, deadline=None)
@given(PROFILES, MATCHERS)
def test_no_weights_join_what_contradicts(
    ours: dict[str, Any], theirs: dict[str, Any], base: Profile, by: Matcher
) -> None:
    base = replace(base, references=(), persons=(X,))
    found = _compare(replace(base, **ours), replace(base, **theirs), by)
    assert found.verdict is not Verdict.DUPLICATE
    assert found.vetoes


@settings(max_examples=80, deadline=None)
@given(PROFILES, PROFILES, MATCHERS)
def test_no_weights_overlook_a_number_that_both_quote(ours: Profile, theirs: Profile, by: Matcher) -> None:
    found = _compare(_with_reference(ours), _with_reference(theirs), by)
    assert found.verdict in {Verdict.DUPLICATE, Verdict.POSSIBLE}
    assert bool(found.vetoes) is (found.verdict is Verdict.POSSIBLE)


@thorough
@given(PROFILES, PROFILES)
def test_what_has_a_veto_is_not_joined_and_what_is_joined_has_none(ours: Profile, theirs: Profile) -> None:
    found = _compare(ours, theirs)
    assert not (found.vetoes and found.verdict is Verdict.DUPLICATE)
    assert 0 <= found.score <= 1


@thorough
@given(PROFILES)
def test_the_keys_of_a_report_are_those_of_its_parts_and_stable(profile: Profile) -> None:
    keys = matcher().keys_of(profile)
    assert keys == matcher().keys_of(profile) == sorted(keys)
    shuffled = replace(profile, persons=profile.persons[::-1], references=profile.references[::-1])
    assert matcher().keys_of(shuffled) == keys
    assert len({(key.kind, key.value) for key in keys}) == len(keys)
