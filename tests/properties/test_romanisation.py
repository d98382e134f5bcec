"""Whatever is written, cleaning and reading it neither fail nor wander, and give what may be compared."""

import re
import unicodedata
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.names.hygiene import LONGEST, clean, words
from tocsin.domain.names.romanisation import MOST, readings
from tocsin.domain.names.scripts import Script, script_of

_ALPHABETS = (
    "adzoviçşğłßʻʼ'’-",
    "абвгджзийкьъёєіїґўђњ",
    "نوراخديجةگیکەێۆءئؤ",
    "אבגדהוזיכךלפףצץשת׳'",
    "도윤김이박드ㄱ\u1100\u1161\u11a8",
    "曾陳美玲爾斯乐々",
    "アヤメキャッチャーヴェさくら",
    "ολυμπίαγκντάϊύ",
    "ხათუნაღწყჯ",
    "ոսկանեւյփԵ",
    "किशोरीज़्ञंह",
    "ထွန်းမြင့်္ဦးေါ",
    "ብርሃንያሬድእ",
    "aаαoоοpрρxхχvνuυyуγжбδц",
    "\u200b\u202e\u00ad\ufe0f\u0301\u0336\u3099\u094d \u3000_.9٢",
)
ANY_TEXT = st.text(max_size=40) | st.text(alphabet=st.characters(), max_size=40)
NAMES = st.lists(st.sampled_from([c for alphabet in _ALPHABETS for c in alphabet]), max_size=24).map("".join)
ONE_SCRIPT = st.sampled_from(_ALPHABETS).flatmap(lambda alphabet: st.text(alphabet=alphabet, max_size=16))
TEXTS = ANY_TEXT | NAMES | ONE_SCRIPT
thorough = settings(max_examples=400, deadline=None)


@thorough
@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(name: str) -> None:
    once = clean(name)
    assert clean(once) == once


@thorough
@given(TEXTS)
def test_nothing_invisible_is_left(name: str) -> None:
    cleaned = clean(name)
    assert not {unicodedata.category(c) for c in cleaned} & {"Cf", "Cc", "Cs", "Co", "Zl", "Zp", "Me"}
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()


@thorough
@given(TEXTS)
def test_equivalent_writings_are_cleaned_alike(name: str) -> None:
    assert clean(unicodedata.normalize("NFD", name)) == clean(unicodedata.normalize("NFC", name))


@given(st.integers(LONGEST - 4, LONGEST + 4), ONE_SCRIPT)
def test_a_cleaned_name_is_never_longer_than_the_limit(before: int, tail: str) -> None:
    cleaned = clean("a" * before + tail)
    assert len(cleaned) <= LONGEST
    assert clean(cleaned) == cleaned


@thorough
@given(TEXTS)
def test_readings_are_few_distinct_and_plain(word: str) -> None:
    for script in (script_of(word), *Script):
        found = readings(word, script)
        assert len(found) <= MOST
        assert len({reading.latin for reading in found}) == len(found)
        assert all(re.fullmatch("[a-z0-9]+", reading.latin) for reading in found)
        assert all("".join(reading.syllables) == reading.latin for reading in found if reading.syllables)
        assert found == readings(word, script)


@thorough
@given(TEXTS)
def test_a_word_with_a_letter_or_digit_is_read(name: str) -> None:
    for word in words(clean(name)):
        assert readings(word, script_of(word))


@thorough
@given(TEXTS)
def test_no_letter_or_digit_is_lost_between_words(name: str) -> None:
    cleaned = clean(name)
    assert [c for word in words(cleaned) for c in word if c.isalnum()] == [c for c in cleaned if c.isalnum()]


@settings(max_examples=40, deadline=None)
@given(TEXTS.filter(bool))
def test_ten_thousand_characters_take_no_time(text: str) -> None:
    hostile = (text * 10_000)[:10_000]
    started = perf_counter()
    for word in words(clean(hostile)):
        readings(word, script_of(word))
    assert perf_counter() - started < 1
