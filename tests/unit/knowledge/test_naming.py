"""The tables of names are whole, of known origin, and name nobody."""

import csv
import re
import tomllib
from importlib import resources
from itertools import combinations

import pytest

from tocsin.domain.names.hygiene import clean, words
from tocsin.domain.names.lexicon import RAREST
from tocsin.domain.names.lexicon_tables import build_lexicon
from tocsin.domain.names.scripts import Script
from tocsin.knowledge.naming import load_naming

TABLES = load_naming()
PHONES = set("abcdefghijklmnopqrstuvwxyz0123456789SCJXGTDZ")


def _text(name: str) -> str:
    return (resources.files("tocsin.knowledge") / "names" / name).read_text("utf-8")


@pytest.mark.parametrize("role", ["titles", "particles", "kunya", "servant", "withheld"])
def test_every_role_has_words_in_several_scripts(role: str) -> None:
    found = TABLES.roles[role]
    assert len(found) >= 10
    assert any(word.isascii() for word in found)
    assert any(not word.isascii() for word in found)


def test_no_word_has_two_roles() -> None:
    shared = {
        (one, other): both
        for one, other in combinations(TABLES.roles, 2)
        if (both := set(TABLES.roles[one]) & set(TABLES.roles[other]))
    }
    assert shared == {}


def test_a_word_that_withholds_a_name_is_one_word_as_names_are_read() -> None:
    assert [word for word in TABLES.roles["withheld"] if len(words(clean(word))) != 1] == []


def test_forms_are_single_words_and_each_name_has_its_own() -> None:
    assert len(TABLES.forms) >= 150
    assert [f for forms in TABLES.forms.values() for f in forms if len(words(clean(f))) != 1] == []
    assert [name for name, forms in TABLES.forms.items() if not forms] == []


def test_rarity_is_in_bits_and_falls_with_how_often_a_sound_is_borne() -> None:
    rows = list(csv.DictReader(_text("rarity.csv").splitlines()))
    assert len(rows) == len(TABLES.rarity) >= 2_000
    assert all(0 < bits < RAREST for bits in TABLES.rarity.values())
    assert [row for row in rows if not re.fullmatch("[a-zSJ]+", row["skeleton"])] == []
    assert TABLES.rarity["mhmt"] < TABLES.rarity["slm"]


def test_no_skeleton_in_the_table_is_a_whole_name_of_somebody() -> None:
    """A table of sounds of single words: nothing in it is long enough to be a person's whole name."""
    assert max(map(len, TABLES.rarity)) <= 14


@pytest.mark.parametrize("script", ["arabic", "cyrillic", "hebrew", "hangul", "han", "kana", "latin"])
def test_the_edit_weights_of_a_script_are_rows_of_phones(script: str) -> None:
    rows = TABLES.edits[script]
    assert len(rows) >= 30
    assert {len(a) for a, _, _ in rows} | {len(b) for _, b, _ in rows} <= {0, 1}
    assert not [row for row in rows if row[0] == row[1] == ""]
    assert len({(a, b) for a, b, _ in rows}) == len(rows)
    assert all(-10 <= bits <= 15 for _, _, bits in rows)
    assert {phone for a, b, _ in rows for phone in (a, b) if phone} <= PHONES


def test_edit_weights_are_of_known_scripts() -> None:
    assert set(TABLES.edits) <= set(map(str, Script))


@pytest.mark.parametrize("file", ["roles.toml", "given_names.toml"])
def test_a_table_says_where_it_is_from(file: str) -> None:
    table = tomllib.loads(_text(file))
    assert table["source"]
    assert "verified_on" in table


def test_the_tables_make_a_lexicon() -> None:
    lexicon = build_lexicon(*TABLES)
    assert lexicon.roles.is_weightless("sheikh")
    assert lexicon.names["siarhei"] & lexicon.names["sergey"]
    assert load_naming() is TABLES
