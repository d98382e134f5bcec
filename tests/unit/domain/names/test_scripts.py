"""Guarantee: a word is read by the rules of the script of most of its letters."""

import pytest

from tocsin.domain.names.scripts import Script, script_of

WORDS = [
    (Script.LATIN, "Adzovi Žďár Nguyễn Ɓala ꜱa"),
    (Script.ARABIC, "نورا گلنار ڕێزان ﻧﻮﺭﺍ"),
    (Script.CYRILLIC, "Корецка Ўладзя Әсем ꙗко"),
    (Script.HEBREW, "נהורה צ'יקו"),
    (Script.HANGUL, "도윤 ㄱ \u1100\u1161"),
    (Script.HAN, "欧阳 張 㐂 𠀀"),
    (Script.KANA, "さくら アヤメ 山田あや ヴェーラ ｱﾔﾒ"),
    (Script.GREEK, "Ολυμπία ἀρετή"),
    (Script.GEORGIAN, "ხათუნა ᲮᲐᲗᲣᲜᲐ"),
    (Script.ARMENIAN, "Ոսկան"),
    (Script.DEVANAGARI, "किशोरी"),
    (Script.BURMESE, "ထွန်း"),
    (Script.ETHIOPIC, "ብርሃን"),
    (Script.OTHER, "ณัฐนี ខ្មែរ தமிழ் ᏣᎳᎩ"),
]


@pytest.mark.parametrize(("script", "word"), [(script, word) for script, text in WORDS for word in text.split()])
def test_a_word_of_one_script(script: Script, word: str) -> None:
    assert script_of(word) is script


def test_every_script_is_met_in_the_table() -> None:
    assert {script for script, _ in WORDS} == set(Script)


MIXED = [
    ("most letters decide", "Adzoвж", Script.LATIN),
    ("most letters decide, whichever come first", "вжAdzo", Script.LATIN),
    ("of equals the one met first", "daвж", Script.LATIN),
    ("of equals the one met first, the other way", "вжda", Script.CYRILLIC),
    ("one kana makes Han Japanese", "山田子の", Script.KANA),
    ("digits and signs do not count", "123-№45ж", Script.CYRILLIC),
    ("nothing but signs", "—…", Script.OTHER),
    ("nothing", "", Script.LATIN),
    ("digits", "2026", Script.LATIN),
]


@pytest.mark.parametrize(("what", "word", "script"), MIXED, ids=[row[0] for row in MIXED])
def test_a_word_of_several_scripts(what: str, word: str, script: Script) -> None:
    assert script_of(word) is script
