"""Guarantee: spellings of one name share keys, whatever the scripts, and the keys are plain and few."""

import re
from collections import Counter

import pytest

from invented_names import OTHERS, SPELLINGS, matcher
from tocsin.domain.matching.name_keys import name_keys, vowelled

PLAIN = re.compile(r"=?[A-Za-z0-9+-]+")


def _keys(name: str) -> set[tuple[str, str]]:
    known = matcher().names.name(name)
    assert known is not None
    return {(kind, value) for kind, value, _ in name_keys(known)}


@pytest.mark.parametrize(
    ("latin", "written"), [row[1:] for row in SPELLINGS], ids=[f"{s}: {n}" for s, n, _ in SPELLINGS]
)
def test_two_spellings_of_one_name_share_a_key(latin: str, written: str) -> None:
    assert _keys(latin) & _keys(written)


WAYS = [
    ("Abdulhadi Zahrvani", "Abd al-Hadi Alzahrvani", {"name", "pair"}),
    ("VARRANO Lia", "Lia Varrano", {"name", "pair", "sound", "sound-pair"}),
    ("Siarhei Raukavets", "Sergei Dorval", {"name"}),
    ("Tak Boseul", "Tak Bo Seul", {"name"}),
    ("Nuraddin Zarqamun", "Nur ad-Din Zarqamun", {"name"}),
    ("Liavarrano", "Lia Varrano", {"name"}),
    ("Dorvanov", "Dorvonof", {"name"}),
    ("Salim Drumondel", "Salim Drumodel", {"near"}),
    ("Lucía Marrabal Quintelo", "Lucía Quintelo", {"name", "pair"}),
    ("Salim Petrovich Dorvanov", "Dorvanov Salim", {"name", "pair"}),
]


@pytest.mark.parametrize(("ours", "theirs", "kinds"), WAYS)
def test_ways_of_writing_share_the_keys_made_for_them(ours: str, theirs: str, kinds: set[str]) -> None:
    assert kinds <= {kind for kind, _ in _keys(ours) & _keys(theirs)}


def test_other_names_share_none() -> None:
    for name in OTHERS:
        shared = [written for _, _, written in SPELLINGS if {k for k in _keys(name) & _keys(written) if k[0] == "pair"}]
        assert shared == []


@pytest.mark.parametrize(
    "name", [n for row in SPELLINGS for n in row[1:]] + ["X1 Y2", "Sheikh", "L. Varra", "김" * 500, "Abu Nizar"]
)
def test_keys_are_plain_letters_and_not_many(name: str) -> None:
    known = matcher().names.name(name)
    assert known is not None
    found = list(name_keys(known))
    assert [value for _, value, _ in found if not PLAIN.fullmatch(value)] == []
    assert all(0 < weight <= 1.2 for _, _, weight in found)
    assert len(set(found)) < 400


def test_a_hostile_name_has_no_more_keys_than_a_long_one() -> None:
    assert len(_keys("bdfgklmnprst" * 80)) < 10
    assert len(_keys("Lia Varrano " * 80)) < 40


def test_a_servant_and_an_initial_are_no_keys_but_stand_if_there_is_nothing_else() -> None:
    kinds = Counter(kind for kind, _ in _keys("Abdul L. Zarqamun"))
    assert kinds["name"] == len({value for kind, value in _keys("Zarqamun") if kind == "name"})
    assert _keys("Abdul")


@pytest.mark.parametrize(
    ("ours", "theirs"), [("karim", "kerim"), ("nurya", "noria"), ("veda", "wada"), ("liila", "lila")]
)
def test_vowels_that_languages_exchange_are_one(ours: str, theirs: str) -> None:
    assert vowelled(ours) == vowelled(theirs)
