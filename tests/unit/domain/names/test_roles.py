"""Guarantee: a father's name is known by its form, a syllable by its shape, a title by the table."""

import pytest

from tocsin.domain.names.roles import NO_ROLES, RoleWords, is_patronymic, is_syllable

FATHERS = (
    "petrovich petrovic petrowitsch mikhailovich mikhaylavich mykhailovych mikalaevich ivanovych siarheevich anatolievich "
    "petrovna mikhailivna mikhaylauna ivanovna yevhenivna siarheeuna anatolyevna nikitichna ilyinichna"
)
OTHERS = "petrov petrova marich anna ivanov radovan vich evna covid milan dorvanov abramov lichtena belych"


@pytest.mark.parametrize("latin", FATHERS.split())
def test_a_fathers_name_is_known_in_any_romanisation(latin: str) -> None:
    assert is_patronymic(latin)


@pytest.mark.parametrize("latin", OTHERS.split())
def test_other_names_are_not_fathers_names(latin: str) -> None:
    assert not is_patronymic(latin)


@pytest.mark.parametrize("latin", ["kim", "do", "yun", "htun", "aung", "myin", "zhang", "xiu", "seo", "thwin", "o"])
def test_a_syllable_is_recognised(latin: str) -> None:
    assert is_syllable(latin)


@pytest.mark.parametrize("latin", ["petr", "marta", "dorvanov", "meiling", "berg", "hasan", "schmidt"])
def test_what_has_more_than_one_vowel_or_a_heavy_ending_is_no_syllable(latin: str) -> None:
    assert not is_syllable(latin)


def test_titles_and_particles_weigh_nothing() -> None:
    roles = RoleWords(frozenset({"dr"}), frozenset({"al"}), frozenset({"abu"}), frozenset({"abd"}))
    assert [word for word in ("dr", "al", "abu", "abd", "nora") if roles.is_weightless(word)] == ["dr", "al"]
    assert not NO_ROLES.is_weightless("dr")
