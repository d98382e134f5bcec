"""Guarantee: a name is taken apart into the words that tell persons apart, each in its role."""

from itertools import product

import pytest

from tocsin.domain.names.lexicon import Lexicon, bare_lexicon
from tocsin.domain.names.roles import Role
from tocsin.domain.names.scripts import Script
from tocsin.domain.names.tokens import Token, analyse
from tocsin.resolver.matching import load_matcher

_SHORT = {
    Role.NAME: "",
    Role.INITIAL: "initial",
    Role.PATRONYMIC: "father",
    Role.SERVANT: "servant",
    Role.KUNYA: "kunya",
}


def _lexicon() -> Lexicon:
    return load_matcher().names.lexicon


def _written(name: str) -> str:
    """``text`` or ``role:text`` of each word."""
    return " ".join(f"{_SHORT[t.role]}:{t.text}".lstrip(":") for t in analyse(name, _lexicon()))


NAMES = [
    # what it is about, name, words
    ("a title", "Dr. Lia Varrano", "lia varrano"),
    ("titles wherever they stand", "Sheikh Munif Tarqavi Haji", "munif tarqavi"),
    ("a title in another script", "الشيخ زرقامون", "zrqamun"),
    ("a title in Cyrillic", "господин Дорванов", "dorvanov"),
    ("a title run together in Persian", "سیدحسن زهروانی", "hsn zehrvani"),
    ("a title of Burma, in one word with the name", "ဒေါ်ခင်အေး", "khin aye"),
    ("U is a title", "U Thantaw Zin", "thantaw zin"),
    ("particles", "Munif bin Salim al-Tarqavi", "munif salim tarqavi"),
    ("particles of Europe", "Lucía de la Marraba y Quintel", "lucia marraba quintel"),
    ("a particle of one letter between words", "Marisol e Varranova", "marisol varranova"),
    ("a single letter at the start is an initial", "L. Marraba", "initial:l marraba"),
    ("a single letter at the end is an initial", "Marraba, E.", "marraba initial:e"),
    ("an initial in the middle", "Tom R. Marraba", "tom initial:r marraba"),
    ("a syllable that sounds like a particle, in Hangul", "맹도윤", "maeng do yun"),
    ("and in Latin letters", "Maeng Do-yun", "maeng do yun"),
    ("and in Han", "欧德岫", "ou de xiu"),
    ("Abd run together", "Abdulhadi", "servant:abd hadi"),
    ("Abd before an assimilated article", "Abdurrahman", "servant:abd rahman"),
    ("Abd apart", "Abd al-Hadi", "servant:abd hadi"),
    ("Abd in three words", "Abdul Hadi", "servant:abd hadi"),
    ("Abd in French", "Abdelhadi", "servant:abd hadi"),
    ("Abd in Arabic, run together", "عبدالهادي", "servant:abd hadi"),
    ("Abd in Arabic, apart", "عبد الهادي", "servant:abd hadi"),
    ("a kunya", "Abu Zarqamun", "kunya:abu zarqamun"),
    ("a kunya in French", "Abou Zarqamun", "kunya:abu zarqamun"),
    ("a kunya in Arabic", "أبو زرقامون", "kunya:abu zrqamun"),
    ("a mother's kunya", "Umm Zarqamun", "kunya:umm zarqamun"),
    ("a mother's kunya in Arabic", "أم زرقامون", "kunya:umm zrqamun"),
    ("a father's name", "Salim Petrovich Dorvanov", "salim father:petrovich dorvanov"),
    ("a father's name in Cyrillic", "Салим Петрович Дорванов", "salim father:petrovich dorvanov"),
    ("a father's name in Ukrainian", "Галина Михайлівна Дорван", "galina father:mykhailivna dorvan"),
    ("an apostrophe", "Lia O'Varra", "lia ovarra"),
    ("a hyphen divides", "Anne-Lise Varrano", "anne lise varrano"),
    ("a name of titles and particles keeps them", "Sheikh al-Haji", "sheikh al haji"),
    ("a name of one letter", "X", "initial:x"),
]


@pytest.mark.parametrize(("name", "words"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_a_name_is_taken_apart(name: str, words: str) -> None:
    assert _written(name) == words


@pytest.mark.parametrize("name", ["", " ", ".,", "\u200b\u202e", "\ud800", "\u0301"])
def test_what_holds_no_letter_has_no_words(name: str) -> None:
    assert analyse(name, _lexicon()) == ()


def _only(word: str) -> Token:
    (token,) = analyse(word, _lexicon())
    return token


@pytest.mark.parametrize("word", ["Alzahrvani", "الزهرواني", "Assamarqan", "Assharqan"])
def test_an_article_written_together_with_the_name_may_be_left_out(word: str) -> None:
    spelt = {sound.phones for sound in _only(word).sounds}
    assert any(bare != whole and whole.endswith(bare) for bare, whole in product(spelt, repeat=2)), spelt


@pytest.mark.parametrize(
    ("eastern", "neighbour"), [("Raukou", "Ravkov"), ("Siamionau", "Samionav"), ("Dzmitry", "Dmitry")]
)
def test_belarusian_spellings_are_read_as_their_neighbours_too(eastern: str, neighbour: str) -> None:
    assert {s.skeleton for s in _only(eastern).sounds} & {s.skeleton for s in _only(neighbour).sounds}


def test_forms_of_one_name_are_known() -> None:
    assert _only("Siarhei").names & _only("Сергій").names & _only("Sergey").names
    assert not _only("Siarhei").names & _only("Dzmitry").names


def test_capitals_mark_the_family_name_where_they_stand_out() -> None:
    def marked(name: str) -> list[str]:
        return [t.text for t in analyse(name, _lexicon()) if t.family]

    assert marked("ADZOVI Komi") == marked("Komi ADZOVI") == ["adzovi"]
    assert marked("KOMI ADZOVI") == marked("Komi Adzovi") == marked("K. Adzovi") == []


def test_rarity_is_that_of_the_commonest_reading_and_little_for_fathers_and_initials() -> None:
    assert _only("Mohamed").rarity < _only("Samir").rarity < _only("Zarqamun").rarity
    by_role = {t.role: t.rarity for t in analyse("E. Zdravkovich Dorvanov", _lexicon())}
    assert by_role[Role.INITIAL] < by_role[Role.PATRONYMIC] < by_role[Role.NAME]


def test_words_that_are_written_alike_have_one_number_and_others_another() -> None:
    again, one, other = _only("Zarqamun"), _only("zarqamun"), _only("Zarqamon")
    assert again.number == one.number != other.number
    assert _only("زرقامون").number != one.number


def test_only_so_many_words_are_read() -> None:
    assert len(analyse("Lia Varra " * 1_000, _lexicon())) <= 24
    assert len(analyse("김" * 10_000, _lexicon())) <= 24


def test_without_tables_every_word_is_a_name() -> None:
    tokens = analyse("Dr. Munif bin Salim", bare_lexicon())
    assert [(t.text, t.role) for t in tokens] == [(w, Role.NAME) for w in ("dr", "munif", "bin", "salim")]
    assert {t.script for t in tokens} == {Script.LATIN}
