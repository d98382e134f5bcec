"""Guarantee: the reasons of a comparison are its words, and their bits add up to what the model says."""

import pytest

from invented_names import SPELLINGS, matcher
from tocsin.domain.names.reasons import AGREES, DIFFERS, Reason, reasons


def _reasons(ours: str, theirs: str) -> tuple[list[Reason], float]:
    """And the bits without the bias."""
    model = matcher().names
    found = model.compare(ours, theirs)
    assert found is not None
    assert found.compared is not None
    return list(reasons(found.compared, model.weights)), found.bits - model.weights.bias


PAIRS = [row[1:] for row in SPELLINGS] + [
    ("Munif Salim Zahrvani", "Salim Zahrvani"),
    ("Salim Petrovich Dorvanov", "Salim Ivanovich Dorvanov"),
    ("VARRANO Lia", "Lia Varrano"),
    ("L. Varrano", "Lia Varrano"),
    ("Zubair Drumondel", "Lia Varrano"),
    ("Abdulhadi Zahrvani", "Abdulaziz Zahrvani"),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_the_bits_add_up(ours: str, theirs: str) -> None:
    found, bits = _reasons(ours, theirs)
    assert sum(share for _, share, _ in found) == pytest.approx(bits)
    assert all((share > 0) is (code == AGREES) for code, share, _ in found)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_each_word_of_both_names_is_quoted(ours: str, theirs: str) -> None:
    model = matcher().names
    text = " ".join(words for _, _, words in _reasons(ours, theirs)[0])
    for name in map(model.name, (ours, theirs)):
        assert name is not None
        assert [t.text for t in name.tokens if t.text not in text] == []


def test_what_agrees_quotes_both_spellings_and_says_why() -> None:
    (code, bits, words), *_ = [r for r in _reasons("Abdulhadi Zahrvani", "عبدالهادي زهرواني")[0] if "zahrvani" in r[2]]
    assert code == AGREES
    assert bits > 1
    assert words.startswith("“zahrvani” ~ “zehrwani”: skeleton shrfn = shrfn, 96% alike, rarity")


WHY = [
    ("Abd al-Hadi Zahrvani", "Abdulhadi Zahrvani", AGREES, "Abd compound"),
    ("L. Varrano", "Lia Varrano", AGREES, "an initial"),
    ("Siarhei Raukavets", "Sergey Raukavets", AGREES, "forms of one name"),
    ("Nuraddin Zarqamun", "Nur ad-Din Zarqamun", AGREES, "written together on one side"),
    ("Lia Marta Varrano", "Lia Varrano", DIFFERS, "“marta” stands on one side only"),
    ("VARRANO Lia", "Lia Varrano", DIFFERS, "order and completeness"),
    ("Munif Zahrvani", "Manaf Zahrlani", AGREES, "skeleton shrln ~ shrfn"),
]


@pytest.mark.parametrize(("ours", "theirs", "code", "why"), WHY)
def test_a_reason_is_given_in_words(ours: str, theirs: str, code: str, why: str) -> None:
    assert [words for found, _, words in _reasons(ours, theirs)[0] if found == code and why in words]


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    by_word = {words.split("”")[0].strip("“"): bits for _, bits, words in _reasons("Ali Zarqamun", "Ali Zarqamun")[0]}
    assert by_word["zarqamun"] > by_word["ali"]
