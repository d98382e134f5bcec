"""Guarantee: each word of a name stands for at most one thing in the other, and what nothing explains is said."""

import pytest

from tocsin.domain.names.alignment import Alignment, align
from tocsin.domain.names.tokens import analyse
from tocsin.resolver.matching import load_matcher

LEXICON = load_matcher().names.lexicon


def _align(ours: str, theirs: str) -> Alignment:
    return align(analyse(ours, LEXICON), analyse(theirs, LEXICON), LEXICON)


def _drawn(found: Alignment) -> str:
    """``0-1 1-0 | 2 | ``: the pairs, then what is left over on either side."""
    pairs = sorted(("+".join(map(str, p.ours)), "+".join(map(str, p.theirs))) for p in found.pairs)
    sides = (" ".join(map(str, side)) for side in (found.left, found.right))
    return "|".join((" ".join(f"{a}-{b}" for a, b in pairs), *sides))


NAMES = [
    ("Lia Varrano", "Lia Varrano", "0-0 1-1||"),
    ("VARRANO Lia", "Lia Varrano", "0-1 1-0||"),
    ("Lia Marta Varrano", "Lia Varrano", "0-0 2-1|1|"),
    ("Lia Varrano", "Komi Varrano", "1-1|0|0"),
    ("Lia Varrano", "Zubair Drumondel", "|0 1|0 1"),
    ("Lia Lia Varrano", "Lia Varrano", "0-0 2-1|1|"),
    ("Lia Varrano", "Liavarrano", "0+1-0||"),
    ("Liavarrano", "Lia Varrano", "0-0+1||"),
    ("Tak Bo Seul", "Tak Boseul", "0-0 1+2-1||"),
    ("탁보슬", "Boseul Tak", "0-1 1+2-0||"),
    ("欧阳振岫", "Ouyang Zhenxiu", "0+1-0 2+3-1||"),
    ("Nur ad Din Zarqamun", "Nuraddin Zarqamun", "0+1-0 2-1||"),
    ("Munif Salim Tarqavi", "Salim Tarqavi", "1-0 2-1|0|"),
    ("Abdulhadi Tarqavi", "Abd al-Hadi Tarqavi", "0-0 1-1 2-2||"),
    ("Salim Petrovich Dorvanov", "Salim Ivanovich Dorvanov", "0-0 2-2|1|1"),
    ("Arkady Yurievich Dorvanov", "Roman Arkadyevich Tulkov", "|0 1 2|0 1 2"),
    ("Roman Stanislavovich Qulombrin", "Stanislav Ovdin", "|0 1 2|0 1"),
    ("Роман Станиславович Кулёмбрин", "Станислав Овдин", "|0 1 2|0 1"),
    ("Станислав Дорванов", "Роман Станиславович Дорванов", "1-2|0|0 1"),
]


@pytest.mark.parametrize(("ours", "theirs", "drawn"), NAMES)
def test_words_are_aligned(ours: str, theirs: str, drawn: str) -> None:
    assert _drawn(_align(ours, theirs)) == drawn


@pytest.mark.parametrize(("ours", "theirs"), [row[:2] for row in NAMES])
def test_no_word_is_explained_twice_and_none_is_lost(ours: str, theirs: str) -> None:
    found = _align(ours, theirs)
    left = sorted([place for p in found.pairs for place in p.ours] + list(found.left))
    right = sorted([place for p in found.pairs for place in p.theirs] + list(found.right))
    assert left == list(range(len(analyse(ours, LEXICON))))
    assert right == list(range(len(analyse(theirs, LEXICON))))


def test_an_empty_name_is_aligned_with_nothing() -> None:
    assert _align("", "Lia Varrano") == Alignment((), (), (0, 1))
