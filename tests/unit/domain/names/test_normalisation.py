"""Two spellings of one name have one comparable form; two names have two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.names.normalisation import is_full_name, normalised

SAME = [
    ("Komi ADZOVI", "Adzovi, Komi"),
    ("Ayélé Togbé", "ayele togbe"),
    ("Ａｙｅｌｅ Togbe", "Ayele Togbe"),
    ("Nino  Kvaratsvili", "Kvaratsvili-Nino"),
    ("Олена Тестова", "Olena Testova"),
    ("O'Varra Lia", "Lia OVarra"),
]
DIFFERENT = [
    ("Komi Adzovi", "Koffi Adzovi"),
    ("Ayele Togbe", "Ayele Togba"),
    ("Lia Varra", "Lia Maria Varra"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_agree(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_differ(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("name", "full"), [("Komi", False), ("Komi Adzovi", True), ("…", False), ("كومي أدزوفي", True)]
)
def test_a_single_part_is_not_a_full_name(name: str, full: bool) -> None:
    assert is_full_name(normalised(name)) is full


@given(st.text(max_size=3000))
def test_any_text_has_a_stable_form_in_plain_letters(name: str) -> None:
    form = normalised(name)
    assert form.isascii()
    assert normalised(form) == form
