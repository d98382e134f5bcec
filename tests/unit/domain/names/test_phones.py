"""Guarantee: spellings of one sound, in whatever language, have one skeleton; other consonants have another."""

import pytest

from tocsin.domain.names.phones import phones, skeleton

PHONES = [
    ("khabarov", "Xabarov"),
    ("shchukin", "Sukin"),
    ("zhores", "Jores"),
    ("quadir", "kadir"),
    ("philippa", "filipa"),
    ("taxi", "taksi"),
    ("celia", "selia"),
    ("cala", "kala"),
    ("mac", "mak"),
    ("dhafir", "Dafir"),
    ("ouafi", "wafi"),
    ("yousouf", "yusuf"),
    ("hussein", "husin"),
]


@pytest.mark.parametrize(("latin", "sounds"), PHONES)
def test_a_digraph_is_one_phone_and_a_doubled_letter_stands_once(latin: str, sounds: str) -> None:
    assert phones(latin) == sounds


ONE_SKELETON = [
    "khabarov habarov habbarof",
    "shukin schukin shchukin choukin",
    "gharib garib qarib karib",
    "mohammed muhamad mouhamad mehmet",
    "zhores jores dzhores",
    "hadi hadih hady",
    "tsarova zarova tzarova",
    "dorvanov dorvannof torfanof",
    "thuraya turaia douraya",
    "faysal feisal fayssal",
]


@pytest.mark.parametrize("spellings", ONE_SKELETON)
def test_spellings_of_one_word_have_one_skeleton(spellings: str) -> None:
    found = {word: skeleton(phones(word)) for word in spellings.split()}
    assert len(set(found.values())) == 1, found


TWO_SKELETONS = [
    "hadi halim",
    "dorvanov dornanov",
    "shukin tsukin",
    "mali nali",
    "rami lami",
    "karim salim",
    "yasir asir",
]


@pytest.mark.parametrize("words", TWO_SKELETONS)
def test_other_consonants_have_another_skeleton(words: str) -> None:
    one, other = words.split()
    assert skeleton(phones(one)) != skeleton(phones(other))


@pytest.mark.parametrize(
    ("sounds", "bones"), [("aiu", "a"), ("i", "i"), ("wafi", "ff"), ("yawi", "y"), ("hah", "h"), ("", "")]
)
def test_vowels_do_not_count_but_a_word_of_vowels_keeps_its_first(sounds: str, bones: str) -> None:
    assert skeleton(sounds) == bones
