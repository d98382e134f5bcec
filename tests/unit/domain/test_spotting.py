"""Guarantee: a value is found however it is written, and what our mails are made of stops none of them."""

import pytest

from tocsin.domain.spotting import Own, Searched, Wanted, numbers_in, runs_of, words_of

OWN = Own.of(["A case within the mandate", "Working Group on Arbitrary Detention", "Chad", "Jordan", "2 May 2026"])


def finds(text: str, *values: str, own: Own = OWN) -> bool:
    wanted = Wanted(rows=frozenset(words_of(value) for value in values))
    return Searched.of([text]).holds(wanted, own)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("told by Afi Mensahvi.", "Afi Mensahvi"),
        ("told by AFI\n  MENSAHVI", "Afi Mensahvi"),
        ("told by afi-mensahvi", "Afi Mensahvi"),
        ("xAfiMensahvix", "Afi Mensahvi"),
        ("Ａｆｉ Ｍｅｎｓａｈｖｉ", "Afi Mensahvi"),
        ("Áfì Mēnsahvi", "Afi Mensahvi"),
        ("A\u00adf\u200bi M\u2060ensahvi", "Afi Mensahvi"),
        ("\u2068منيف\u2069 الطَّرقاوي", "منيف الطرقاوي"),
        ("её зовут ЩУКАРЕВА", "Щукарёва"),
        ("在陳美棹家", "陳美棹"),
        ("at Lomé", "Lome"),
        ("Chad Jordan was arrested", "Chad Jordan"),
    ],
)
def test_a_value_is_found_however_it_is_written(text: str, value: str) -> None:
    assert finds(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A case within the mandate", "Case"),
        ("2 May 2026", "May"),
        ("the State of Chad", "Chad"),
        ("the Working Group on Arbitrary Detention", "Working Group on Arbitrary Detention"),
        ("ali", "Ali"),
        ("on 24 November 2026, 11:00", "2026-11"),
        ("in 2026", "2026"),
        ("Mensahvita", "Mensahvi"),
        ("", "Afi"),
    ],
)
def test_words_of_our_own_short_ones_and_dates_stop_no_mail(text: str, value: str) -> None:
    assert not finds(text, value)


def test_nothing_is_found_across_two_texts() -> None:
    wanted = Wanted(rows=frozenset({("afi", "mensahvi")}))
    assert not Searched.of(["Afi", "Mensahvi"]).holds(wanted, OWN)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Men in plain clothes took her from the bakery at dawn", True),
        ("clothes took her from the", True),
        ("took her from", False),
        ("the working group on arbitrary detention knows", False),
    ],
)
def test_five_words_in_a_row_show_where_a_text_comes_from_unless_they_are_ours(text: str, found: bool) -> None:
    prose = "Men in plain clothes took her from the bakery; the Working Group on Arbitrary Detention was told of it."
    wanted = Wanted(runs=frozenset(runs_of(words_of(prose))))
    assert Searched.of([text]).holds(wanted, OWN) is found


def test_a_telephone_number_is_found_with_and_without_its_country_and_a_time_is_none() -> None:
    wanted = Wanted(numbers=numbers_in("call +228 (90) 55-41-27"))
    for text in ("90554127", "+22890554127", "0228 90.55.41.27", "90 55 41 27"):
        assert Searched.of([text]).holds(wanted, OWN)
    assert numbers_in("24 November 2026, 14:00 UTC") == frozenset()


def test_what_is_exact_is_found_though_it_is_made_of_words_of_our_own() -> None:
    own = Own.of(["case at mandate example"])
    assert Searched.of(["x Case@Mandate.example"]).holds(Wanted(exact=frozenset({"case@mandate.example"})), own)
