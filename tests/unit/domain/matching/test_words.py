"""Guarantee: what two narratives tell alike in any language is found: the names in them, and figures."""

import pytest

from invented_names import matcher
from tocsin.domain.matching.words import telling_words
from tocsin.domain.names.lexicon import Lexicon

LEXICON = matcher().names.lexicon


def _words(*texts: str, lexicon: Lexicon = LEXICON, known: tuple[str, ...] = ()) -> set[str]:
    return set(telling_words(texts, lexicon, known))


ALIKE = [
    ("taken to Kpatchalou prison", "emmenée à la prison de Kpatchalou", 1),
    ("before judge Drumondel", "перед судьёй Друмонделом", 0),
    ("before judge Drumondel", "судья Друмондель", 1),
    ("the Zarqamunia branch", "فرع زرقامونيا", 1),
    ("in Tsiklavari street", "წიკლავარი", 1),
    ("file 4417 of 2026", "dossier 4417", 1),
    ("file 4417", "ملف ٤٤١٧", 1),
    ("file 4417", "फ़ाइल ४४१७", 1),
    ("she was beaten and threatened", "she was beaten and threatened", 0),
    ("in cell 4", "in cell 4", 0),
]


@pytest.mark.parametrize(("ours", "theirs", "shared"), ALIKE)
def test_names_and_figures_are_alike_in_every_language(ours: str, theirs: str, shared: int) -> None:
    assert len(_words(ours) & _words(theirs)) == shared


@pytest.mark.parametrize("text", ["", "…", "Ali", "Mohamed Ali", "the prison of the town", "\ud800\u202e"])
def test_common_names_and_plain_words_do_not_count(text: str) -> None:
    assert _words(text) == set()


def test_what_counts_elsewhere_is_left_out() -> None:
    found = _words("Drumondel met Kpatchalou")
    assert len(found) == 2
    assert _words("Drumondel met Kpatchalou", known=tuple(found)) == set()


def test_at_most_forty_are_kept_and_the_rarest_of_them() -> None:
    rarest = [f"{a}ar{b}ok{c}untvolm" for a in "FKLMNPRS" for b in "lmn" for c in "lmr"]
    found = telling_words([f"Tarqan {' '.join(rarest)}"], LEXICON)
    assert _words("Tarqan") == {"trkn"}
    assert len(found) == 40
    assert "trkn" not in found
    assert list(found) == sorted(found)


@pytest.mark.parametrize("before", ["x" * 790, "x" * 795, "a " * 395, "a " * 396, "a " * 799, "x" * 3_980])
def test_a_word_is_not_cut_where_the_reading_pauses(before: str) -> None:
    assert _words(f"{before} Kpatchalou") == _words("Kpatchalou") != set()


def test_only_the_beginning_is_read_up_to_the_end_of_a_word() -> None:
    assert _words("a" * 3_995 + " Kpatchalou") == set()
    assert _words("a " * 2_100 + "Kpatchalou") == set()
    assert len(_words(" Drumondel" * 1_000_000)) == 1
