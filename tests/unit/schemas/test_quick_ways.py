"""Guarantee: what is quick about reading says of every text what the plain rule says."""

import unicodedata
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from tocsin_schemas import decoding
from tocsin_schemas.text import _checked

ALLOWED = "\n\t\u180e\u200c\u200d"
SPACES = set(" \n\t\u115f\u1160\u2800\u3164\uffa0")
SAMPLE = "aé\u0301\u0323\u064f\u0bcd\u1e940\U0001e944\U0001d167\U0001f600\u200c\u200d\u180e\ufe0f\u202e\ufeff\u00ad\x85\x00\n\t \u2028\ue000\U000e0041\U000e0100中ا"
BRACKETS = set("[]{}")


def _verdict(text: str) -> str:
    try:
        return "" if _checked(text) == text else "altered"
    except PydanticCustomError as refusal:
        return refusal.type


def _is_nothing(character: str) -> bool:
    point = ord(character)
    selector = 0x180B <= point <= 0x180F or 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
    return character.isspace() or character in SPACES or character in ALLOWED or selector


def _is_hidden(character: str) -> bool:
    point = ord(character)
    never = 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE or 0xE0000 <= point <= 0xE007F
    return never or (unicodedata.category(character) in ("Cf", "Cs", "Co", "Zl", "Zp") and character not in ALLOWED)


def _expected(text: str) -> str:
    """One character after the other, as the rule is written."""
    kinds = [unicodedata.category(each) for each in text]
    if all(map(_is_nothing, text)):
        return "text_blank"
    if any(kind == "Cc" and each not in "\n\t" for kind, each in zip(kinds, text, strict=True)):
        return "text_control_character"
    if any(map(_is_hidden, text)):
        return "text_invisible_character"
    return "text_stacked_marks" if "m" * 6 in "".join("m" if k in ("Mn", "Me") else "-" for k in kinds) else ""


def _characters() -> list[str]:
    """Every one that Unicode describes, and the ends and some of the rows that it leaves to others or to nobody."""
    found, rest = [], []
    for character in map(chr, range(0x110000)):
        bare = unicodedata.category(character) in ("Cn", "Co", "Cs")
        (rest if bare and ord(character) & 0xFFFE != 0xFFFE else found).append(character)
    return found + rest[::500]


@pytest.mark.parametrize("row", ["{0}{0}{0}{0}{0}{0}", "\u0301\u0301\u0301\u0301\u0301{0}"])
def test_every_character_of_unicode_gets_the_verdict_of_the_plain_rule(row: str) -> None:
    """Six times, and after five marks. What is to be accepted is accepted all in one text, what is not, in each."""
    accepted, refused = [], list[str]()
    for character in _characters():
        text = f"a{row.format(character)}"
        (refused if _expected(text) else accepted).append(text)
    assert len(accepted) > 140_000
    assert _verdict("".join(accepted)) == ""
    assert len(refused) > 2_000
    assert [text for text in refused if _verdict(text) != _expected(text)] == []


def test_every_character_that_shows_nothing_is_blank_by_itself() -> None:
    alone = [chr(point) for point in (*range(0x10000), *range(0xE0000, 0xE0200))]
    assert [each for each in alone if _verdict(each) != _expected(each)] == []


@settings(max_examples=600, deadline=None)
@given(st.text(st.sampled_from(SAMPLE), max_size=14))
def test_every_mixture_of_characters_gets_the_verdict_of_the_plain_rule(text: str) -> None:
    assert _verdict(text) == _expected(text)


def test_depth_is_counted_outside_strings_alone_whether_it_is_json_or_not() -> None:
    """Everything of up to eight characters that could mislead; the pattern finds strings as RFC 8259 writes them."""
    for length in range(9):
        for parts in product('"\\[}', repeat=length):
            text = "".join(parts)
            found = [each for each in decoding._outside_strings(text) if each in BRACKETS]
            assert found == [each for each in decoding._STRING.sub("", text) if each in BRACKETS], text
