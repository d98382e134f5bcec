"""Reasons quote the words as the reports have them, whichever side they are of."""

import pytest

from tocsin.domain.names.quoting import as_written
from tocsin.domain.names.reasons import reasons
from tocsin.resolver.matching import load_matcher

NAMES = load_matcher().names


def quoted(ours: str, theirs: str) -> list[str]:
    """The reasons of two spellings, up to their colon."""
    first, second = sorted((ours, theirs))
    compared = NAMES.compare(ours, theirs)
    assert compared is not None
    assert compared.compared is not None
    found = [words for _, _, words in reasons(compared.compared, NAMES.weights) if "“" in words]
    written = [as_written(words, compared.compared, first, second, NAMES.lexicon) for words in found]
    return sorted({words.partition("”: ")[0].replace("“", "").replace("”", "") for words in written})


CASES = [
    (
        "Abdulhadi Shahrzadnejad",
        "عبدالهادی شهرزادنژاد",
        ["Abdulhadi ~ عبدالهادی", "Shahrzadnejad ~ شهرزادنژاد"],
    ),
    ("Abd al-Hadi Dorvanov", "Дорванов", ["Abd stands on one side only", "Dorvanov ~ Дорванов", "al-Hadi stands on one side only"]),
    ("Mun Cheol-su", "문철수", ["Cheol-su ~ 문철수", "Mun ~ 문철수"]),
    (
        "Dr Anouk Belvedi",
        "BELVEDI, Anouk Mirela",
        ["BELVEDI ~ Belvedi", "Anouk ~ Anouk", "Mirela stands on one side only"],
    ),
    ("Anna Maria Belvedi", "Annamaria Belvedi", ["Anna Maria ~ Annamaria", "Belvedi ~ Belvedi"]),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "words"), CASES, ids=[ours for ours, *_ in CASES])
def test_words_stand_as_they_were_written(ours: str, theirs: str, words: list[str]) -> None:
    assert quoted(ours, theirs) == sorted(words)
    assert quoted(theirs, ours) == sorted(words)


def test_a_word_of_both_sides_is_quoted_from_the_side_that_it_is_left_over_on() -> None:
    assert "ГРИГОРИЙ stands on one side only" in quoted("Grigorij Dorvanov", "Дорванов ГРИГОРИЙ ГРИГОРИЙ")
