"""Guarantee: what a reader takes for one name is one text after cleaning, whatever was hidden in it."""

import unicodedata

import pytest

from tocsin.domain.names.hygiene import LONGEST, clean, words

SAME = [
    ("controls of direction", "\u202eAdzovi\u202c\u200f", "Adzovi"),
    ("zero-width characters", "Ad\u200bzo\u200dvi\ufeff", "Adzovi"),
    ("soft hyphens", "Ad\u00adzovi", "Adzovi"),
    ("tags and variation selectors", "Adzovi\U000e0041\ufe0f\U000e0101", "Adzovi"),
    ("fillers of Hangul", "도\u3164윤\uffa0", "도윤"),
    ("the joiner inside a Persian word", "گل\u200cنار", "گلنار"),
    ("tatweel", "نـــورا", "نورا"),
    ("harakat and shadda", "مُنَوَّرَة", "منورة"),
    ("a superscript alif", "هٰدى", "هدى"),
    ("niqqud", "נְהוֹרָה", "נהורה"),
    ("a shin dot", "שׁ", "ש"),
    ("stress marks", "Заве\u0301ра", "Завера"),
    ("a pile of marks", "A\u0336d\u0336z\u0334ovi", "Adzovi"),
    ("compatibility forms of Latin", "Ａｄｚｏｖｉ ﬁ", "Adzovi fi"),
    ("presentation forms of Arabic", "ﻧﻮﺭﺍ", "نورا"),
    ("half-width kana", "ｱﾔﾒ", "アヤメ"),
    ("decomposed accents", "Ade\u0301la", "Adéla"),
    ("decomposed Hangul", unicodedata.normalize("NFD", "도윤"), "도윤"),
    ("spaces of every kind", "  Ana\u00a0\u2003\tLi\u3000Lo\n", "Ana Li Lo"),
    (
        "apostrophes of every kind",
        "N’Adzo N‘Adzo N`Adzo N´Adzo Nʻadzo Nʼadzo Nʹadzo Nʿadzo Nʾadzo",
        "N'Adzo " * 4 + "N'adzo " * 5,
    ),
    ("a geresh", "צ׳יקו", "צ'יקו"),
    ("dashes of every kind", "A‐B A‑B A–B A—B A−B A－B A־B", "A-B " * 7),
    ("control characters", "Ad\x00zo\x08vi", "Adzovi"),
    ("lone surrogates", "Ad\ud800zovi", "Adzovi"),
    ("private characters", "Adzovi\ue000", "Adzovi"),
]


@pytest.mark.parametrize(("what", "given", "expected"), SAME, ids=[row[0] for row in SAME])
def test_what_is_not_seen_or_not_meant_is_gone(what: str, given: str, expected: str) -> None:
    assert clean(given) == expected.strip()


KEPT = [
    ("vowel signs of Devanagari", "किशोरी"),
    ("virama and nukta", "ज़ुल्फ़ी"),
    ("vowel signs and asat of Burmese", "ထွန်းမြင့်"),
    ("vowel signs of Thai", "ณัฐนี"),
    ("accents of Latin", "Adéla Žďár Nguyễn"),
    ("hamza and madda", "آدم إيمان"),
    ("the letter й", "Йодко Сергей"),
    ("voiced kana", "ガギグ"),
    ("Ethiopic", "ብርሃን"),
    ("hyphens and apostrophes", "Jean-Kofi d'Adzo"),
]


@pytest.mark.parametrize(("what", "name"), KEPT, ids=[row[0] for row in KEPT])
def test_what_sounds_is_kept(what: str, name: str) -> None:
    assert clean(unicodedata.normalize("NFC", name)) == unicodedata.normalize("NFKC", name)


HOMOGLYPHS = [
    ("Cyrillic in a Latin word", "Аdzоvі", "Adzovi"),
    ("Latin in a Cyrillic word", "Cepгeй", "Сергей"),
    ("Latin in a Cyrillic word, more of them than Cyrillic", "Kopeцкa", "Корецка"),
    ("Greek in a Latin word", "Αdzονi", "Adzovi"),
    ("Latin in a Greek word", "Oλυμπία", "Ολυμπία"),
    ("Cyrillic in a Greek word", "Кλеαρета", "Κλεαρετα"),
    ("a Latin capital in a Cyrillic word", "Tимур", "Тимур"),
    ("Latin i in a Ukrainian word", "Лiдiя", "Лідія"),
    ("stress typed with Latin letters", "Зав\u00e9ра", "Завера"),
    ("dotted letters", "Ёdzovi", "Ëdzovi"),
    ("each word for itself", "Adzovi Корецка", "Adzovi Корецка"),
    ("parts of a compound", "Ana-Лидия", "Ana-Лидия"),
    ("all doubles, the more frequent wins", "оcо", "осо"),
    ("all doubles and even: Latin", "аo", "ao"),
    ("what has no double stays", "Adzoбж", "Adzoбж"),
    ("a small letter that is like a capital only stays", "Adzovaлeв", "Adzovaлeв"),
]


@pytest.mark.parametrize(("what", "given", "expected"), HOMOGLYPHS, ids=[row[0] for row in HOMOGLYPHS])
def test_look_alikes_inside_a_word_are_of_one_script(what: str, given: str, expected: str) -> None:
    assert clean(given) == expected


def test_a_name_of_nothing_visible_is_empty() -> None:
    assert clean("\u200b\u202e \u00ad\ud800\u3164") == ""
    assert clean("") == ""


def test_hidden_characters_in_front_do_not_push_the_name_out() -> None:
    assert clean("\u200b" * 50_000 + "Adzovi") == "Adzovi"


CLUSTERS = [("a vowel sign", 999, "कि"), ("a virama", 998, "क्षि"), ("old jamo", 999, "\u1113\u1161")]


@pytest.mark.parametrize(("what", "before", "cluster"), CLUSTERS, ids=[row[0] for row in CLUSTERS])
def test_a_long_name_is_cut_before_the_letter_whose_mark_would_be_lost(what: str, before: int, cluster: str) -> None:
    assert clean("a" * before + cluster) == "a" * before
    fitting = "a" * (LONGEST - len(cluster)) + cluster
    assert clean(fitting) == fitting


def test_a_long_name_is_capped() -> None:
    assert clean("a" * 10_000) == "a" * LONGEST
    assert len(clean("ﷺ" * 10_000)) <= LONGEST
    assert len(clean("क" + "ा" * 9_999)) == LONGEST, "one endless cluster"


WORDS = [
    ("Ana-Lidia d'Adzo, 2nd", ["Ana", "Lidia", "d'Adzo", "2nd"]),
    ("'Adzo' ''", ["Adzo"]),
    ("किशोरी ज़ुल्फ़ी", ["किशोरी", "ज़ुल्फ़ी"]),
    ("ထွန်းမြင့် ဦး", ["ထွန်းမြင့်", "ဦး"]),
    ("ג'ורג' בר-נהורה'", ["ג'ורג'", "בר", "נהורה"]),
    ("アヤメ・リン 王_li", ["アヤメ", "リン", "王", "li"]),
    ("", []),
]


@pytest.mark.parametrize(("name", "expected"), WORDS)
def test_words_keep_their_vowel_signs_and_inner_apostrophes(name: str, expected: list[str]) -> None:
    assert words(clean(name)) == [clean(word) for word in expected]
