"""Guarantee: a brother's name and his sister's are told apart where only the ending differs."""

import pytest

from invented_names import matcher
from tocsin.domain.names.endings import differ_in_gender
from tocsin.domain.names.tokens import Token, analyse


def _token(name: str) -> Token:
    return analyse(name, matcher().names.lexicon)[0]


@pytest.mark.parametrize(
    ("man", "woman"),
    [
        ("Karim", "Karima"),
        ("كريم", "كريمة"),
        ("كريم", "Karima"),
        ("Karim", "كريمة"),
        ("Jamal", "Jamila"),
        ("Ali", "Alia"),
        ("Mario", "Maria"),
        ("Иван", "Иванна"),
        ("Daniel", "Даниела"),
    ],
)
def test_a_feminine_ending_makes_another_name(man: str, woman: str) -> None:
    assert differ_in_gender(_token(man), _token(woman))
    assert differ_in_gender(_token(woman), _token(man))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Karim", "Kerim"),
        ("Fatima", "فاطمة"),
        ("Fatima", "فاطمه"),
        ("Hamza", "حمزة"),
        ("Mustafa", "مصطفى"),
        ("Nikita", "Никита"),
        ("Karima", "Kareema"),
        ("Karim", "Salima"),
        ("Petrovich", "Petrovicha"),
        ("K", "Ka"),
    ],
)
def test_other_differences_do_not(ours: str, theirs: str) -> None:
    assert not differ_in_gender(_token(ours), _token(theirs))
    assert not differ_in_gender(_token(theirs), _token(ours))
