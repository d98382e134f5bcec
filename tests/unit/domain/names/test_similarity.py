"""Guarantee: two words are alike as their sounds are, whatever their scripts and whichever comes first."""

from dataclasses import replace
from itertools import product

import pytest

from tocsin.domain.names import similarity as module
from tocsin.domain.names.lexicon import Lexicon, bare_lexicon
from tocsin.domain.names.similarity import similarity
from tocsin.domain.names.tokens import Token, analyse
from tocsin.resolver.matching import load_matcher

LEXICON = load_matcher().names.lexicon


def _token(name: str, place: int = 0) -> Token:
    return analyse(name, LEXICON)[place]


ALIKE = [
    ("Zahrvani", "زهرواني"),
    ("Dorvanov", "Дорванов"),
    ("Raukavets", "Раўкавец"),
    ("Zavgorodnyuk", "Завгороднюк"),
    ("Harashani", "הרשני"),
    ("Ayameda", "アヤメダ"),
    ("Angelimou", "Αγγελίμου"),
    ("Tsiklavari", "წიკლავარი"),
    ("Bedrosalian", "Պետրոսալեան"),
    ("Champavat", "चंपावत"),
    ("Tesfamikel", "ተስፋሚካኤል"),
    ("Alzahrvani", "Zahrvani"),
    ("Siarhei", "Сергій"),
    ("Тарковчук", "طارقوفتشوك"),
]


@pytest.mark.parametrize(("ours", "theirs"), ALIKE)
def test_spellings_of_one_word_are_alike(ours: str, theirs: str) -> None:
    found = similarity(_token(ours), _token(theirs), LEXICON)
    assert 0.6 < found <= 1.0
    assert found > similarity(_token("Qulombre"), _token(theirs), LEXICON)


APART = [
    ("Karim", "Salim", 0.72),
    ("Ahmad", "Muhammad", 0.46),
    ("Mahmud", "Muhammad", 0.46),
    ("Hasan", "Husayn", 0.46),
    ("حسن", "حسين", 0.46),
    ("Alexandra", "Alexander", 0.46),
    ("Drumondel", "Zahrvani", 0.01),
    ("서", "수", 0.72),
    ("王", "黃", 0.72),
]


@pytest.mark.parametrize(("ours", "theirs", "most"), APART)
def test_other_names_are_not_alike_though_their_sounds_are_near(ours: str, theirs: str, most: float) -> None:
    assert similarity(_token(ours), _token(theirs), LEXICON) <= most


@pytest.mark.parametrize(
    ("ours", "theirs", "alike"),
    [
        ("L. Varra", "Lia Varra", True),
        ("С. Дорванов", "Salim Dorvanov", True),
        ("K. Varra", "Qasim Varra", True),
        ("L. Varra", "Petr Varra", False),
    ],
)
def test_an_initial_is_like_what_begins_with_its_sound(ours: str, theirs: str, alike: bool) -> None:
    assert (similarity(_token(ours), _token(theirs), LEXICON) > 0.7) is alike


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Abdulhadi", "Abad"),
        ("Abu Nizar", "Abol"),
        ("Umm Nizar", "Abu Nizar"),
        ("Umm Nizar", "Amm"),
        ("Abd al-Hadi", "Abu Nizar"),
    ],
)
def test_a_servant_and_a_kunya_are_like_their_own_kind_alone(ours: str, theirs: str) -> None:
    assert similarity(_token(ours), _token(theirs), LEXICON) == 0.0


def test_a_fathers_name_is_less_like_a_name_in_the_same_letters() -> None:
    father, name = _token("Salim Petrovich", 1), replace(_token("Petrovych"), role=_token("Petr").role)
    assert similarity(father, replace(name, number=10**9), LEXICON) < 0.8


WORDS = [
    _token(w) for w in ("Raukavets", "Раўкавец", "روكافتس", "רוקבץ", "ラウカベツ", "라우", "勞", "Ραουκαβέτς", "L")
]


@pytest.mark.parametrize(("ours", "theirs"), list(product(WORDS, repeat=2)), ids=lambda t: t.text)
def test_it_does_not_matter_which_comes_first_or_was_met_first(ours: Token, theirs: Token) -> None:
    first = similarity(replace(ours, number=10**9), replace(theirs, number=10**9 + 1), _emptied())
    then = similarity(replace(ours, number=10**9 + 1), replace(theirs, number=10**9), _emptied())
    swapped = similarity(replace(theirs, number=10**9), replace(ours, number=10**9 + 1), _emptied())
    assert first == then == swapped
    assert 0.0 <= first <= 1.0


def _emptied() -> Lexicon:
    return replace(LEXICON, alike={})


def test_without_learned_weights_spelling_decides() -> None:
    ours, theirs = (analyse(name, bare_lexicon())[0] for name in ("Zahrvani", "Zahrwani"))
    assert 0.6 < similarity(ours, theirs, bare_lexicon()) < 1.0


def test_what_was_found_is_remembered_and_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CACHED", 3)
    lexicon, words = _emptied(), [_token(w) for w in ("Zahrvani", "Zarqamun", "Dorvanov", "Raukavets", "Tarqavi")]
    once = [similarity(a, b, lexicon) for a, b in product(words, repeat=2)]
    assert len(lexicon.alike) <= 3
    assert [similarity(a, b, lexicon) for a, b in product(words, repeat=2)] == once
