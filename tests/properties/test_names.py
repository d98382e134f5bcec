"""Whatever is written in the place of a name, it is compared without an error, in bounded time, the same either way."""

import re
from dataclasses import replace
from itertools import product
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_names import OTHERS, SPELLINGS, a_person, a_profile, matcher
from tocsin.domain.names import alignment
from tocsin.domain.names.comparison import COUNTS, FEATURES, SHAPES
from tocsin.domain.names.model import NameModel, Names
from tocsin.domain.names.phones import phones, skeleton
from tocsin.domain.names.reasons import reasons
from tocsin.domain.names.similarity import similarity
from tocsin.domain.names.tokens import analyse

NAMES = [name for row in SPELLINGS for name in row[1:]] + OTHERS
WORDS = sorted(
    {word for name in NAMES for word in name.split()}
    | {"Abd", "Abu", "Umm", "bin", "al", "Dr.", "L.", "Petrovich", "do"}
)
MIXED = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
ANY = st.text(max_size=60) | st.text(alphabet=st.characters(), max_size=60) | MIXED
LONG = [
    "a", "é", "e\u0301", "\u0301", "\ud800", "\u202e", "ab ", "Lia Varrano ", "bdfgklm", "김", "陳", "ခ", "ب", "אבגד ", "ﷺ", "ü",
    "a/b/", "Lia Varra; ", "Lia Varra / ", "'", "ab'", "abdul", "عبدال", "क्ष", "አበ ", "x y ", "А", "aА", "𝕬", "🏳️‍🌈", "\x00", "İ", "ß", "1234567890 ",
]  # fmt: skip
LONGEST = 10_000
thorough = settings(max_examples=120, deadline=None)


def _fresh() -> NameModel:
    """Remembers nothing of what was compared before."""
    shipped = matcher().names
    return NameModel(replace(shipped.lexicon, words={}, alike={}), shipped.weights)


@thorough
@given(ANY, ANY)
def test_a_comparison_is_the_same_whichever_comes_first_and_whenever_it_is_made(ours: str, theirs: str) -> None:
    once = matcher().compare_names([ours], [theirs])
    assert matcher().compare_names([theirs], [ours]) == once
    assert matcher().compare_names([ours], [theirs]) == once
    assert 0.0 <= once.probability <= 1.0


@settings(max_examples=30, deadline=None)
@given(MIXED, MIXED)
def test_what_was_compared_before_does_not_matter(ours: str, theirs: str) -> None:
    model = _fresh()
    for name in reversed(NAMES):
        model.compare(theirs, name)
    assert _told(model.compare(ours, theirs)) == pytest.approx(_told(_fresh().compare(theirs, ours)))


def _told(found: Names | None) -> tuple[float, ...]:
    return () if found is None else (found.bits, found.conflict, found.weak, found.complete)


@thorough
@given(MIXED, st.lists(MIXED, min_size=1, max_size=3))
def test_several_spellings_are_compared_the_same_either_way(ours: str, theirs: list[str]) -> None:
    assert matcher().compare_names([ours, "Lia"], theirs) == matcher().compare_names(theirs, [ours, "Lia"])
    assert matcher().compare_names([ours], theirs) == matcher().compare_names([ours], theirs[::-1])


@thorough
@given(ANY)
def test_a_name_is_its_own_best_match(name: str) -> None:
    model = matcher().names
    own = model.compare(name, name)
    if own is None:
        return
    assert not own.conflict
    assert own.compared is not None
    assert (own.compared.alignment.left, own.compared.alignment.right) == ((), ())


@thorough
@given(ANY, ANY)
def test_words_are_paired_once_and_none_is_lost(ours: str, theirs: str) -> None:
    a, b = (analyse(name, matcher().names.lexicon) for name in (ours, theirs))
    found = alignment.align(a, b, matcher().names.lexicon)
    assert sorted([*found.left, *(place for p in found.pairs for place in p.ours)]) == list(range(len(a)))
    assert sorted([*found.right, *(place for p in found.pairs for place in p.theirs)]) == list(range(len(b)))
    assert all(0 < p.similarity <= 1 for p in found.pairs)


@thorough
@given(ANY, ANY)
def test_features_are_bounded_and_one_shape_holds(ours: str, theirs: str) -> None:
    found = matcher().names.compare(ours, theirs)
    if found is None or found.compared is None:
        return
    features = dict(zip(FEATURES, found.compared.features, strict=True))
    assert all(0 <= features[f] <= 1 for f in ("coverage", "agreement", "lowest", "mean", "whole"))
    assert sum(features[f"{shape}-{count}"] for shape in SHAPES for count in COUNTS) == bool(
        found.compared.alignment.pairs
    )
    assert all(value >= 0 for value in features.values())


@thorough
@given(ANY, ANY)
def test_reasons_add_up_for_any_two_names(ours: str, theirs: str) -> None:
    model = matcher().names
    found = model.compare(ours, theirs)
    if found is None or found.compared is None:
        return
    assert sum(bits for _, bits, _ in reasons(found.compared, model.weights)) == pytest.approx(
        found.bits - model.weights.bias
    )


@thorough
@given(st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_words_are_alike_between_0_and_1_and_symmetrically(ours: str, theirs: str) -> None:
    lexicon = matcher().names.lexicon
    for a, b in product(analyse(ours, lexicon), analyse(theirs, lexicon)):
        found = similarity(a, b, replace(lexicon, alike={}))
        assert found == similarity(b, a, replace(lexicon, alike={}))
        assert 0.0 <= found <= 1.0


@thorough
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", max_size=30))
def test_phones_and_skeletons_are_plain_and_no_longer_than_what_they_are_of(latin: str) -> None:
    sounds = phones(latin)
    assert re.fullmatch("[a-zA-Z0-9]*", sounds)
    assert len(sounds) <= 2 * len(latin)
    assert len(skeleton(sounds)) <= len(sounds)
    assert bool(skeleton(sounds)) is bool(latin)


@thorough
@given(ANY)
def test_keys_are_plain_whatever_the_name(name: str) -> None:
    keys = matcher().keys_of(a_profile(persons=(a_person(name),), places=()))
    assert all(re.fullmatch("=?[A-Za-z0-9+-]+", key.value) for key in keys)
    assert bool(keys) is (matcher().names.name(name) is not None)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(SPELLINGS),
    st.sampled_from(["Dr. {}", "{} Haji", "Sheikh {}", "{}, Mr", "  {}  ", "{}\u200f", "«{}»"]),
)
def test_titles_and_signs_about_a_name_change_no_decision(row: tuple[str, str, str], dress: str) -> None:
    _, latin, written = row
    plain, dressed = (matcher().compare_names([name], [written]) for name in (latin, dress.format(latin)))
    assert matcher().name_decision(plain) == matcher().name_decision(dressed) == "same"
    assert plain.conflict is dressed.conflict is False


@pytest.mark.parametrize("part", LONG, ids=ascii)
def test_ten_thousand_characters_are_compared_in_bounded_time(part: str) -> None:
    name = (part * LONGEST)[:LONGEST]
    model = _fresh()
    started = process_time()
    for other in (name, name[::-1], "Abdulhadi Zahrvani", name[1:]):
        model.best([name], [other])
        model.best([other], [name])
    matcher().keys_of(a_profile(persons=(a_person(name),)))
    assert process_time() - started < 1


@pytest.mark.parametrize("part", LONG, ids=ascii)
def test_the_work_does_not_grow_with_the_length_of_the_name(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = {"calls": 0}

    def counting(*args: object) -> float:
        counted["calls"] += 1
        return similarity(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(alignment, "similarity", counting)
    for length in (LONGEST, 10 * LONGEST):
        counted["calls"] = 0
        name = (part * length)[:length]
        _fresh().best([name], [name[::-1]])
        assert counted["calls"] <= 24 * 24, "words of two names"
