"""Guarantee: two spellings of one name are one person's in any script; another first name, a father for a son, and a
name that is not told never are.
"""

from itertools import product

import pytest

from invented_names import OTHERS, SPELLINGS, matcher
from tocsin.domain.names.model import NOTHING, Names


def _names(ours: str, theirs: str) -> Names:
    found = matcher().names.compare(ours, theirs)
    assert found is not None
    return found


def _probability(ours: str, theirs: str) -> float:
    return matcher().compare_names([ours], [theirs]).probability


@pytest.mark.parametrize(
    ("latin", "written"), [row[1:] for row in SPELLINGS], ids=[f"{s}: {n}" for s, n, _ in SPELLINGS]
)
def test_two_spellings_of_one_name_are_one_persons(latin: str, written: str) -> None:
    found = _names(latin, written)
    assert not found.conflict
    assert found.complete
    assert matcher().name_decision(matcher().compare_names([latin], [written])) == "same"
    assert _probability(latin, written) > 20 * max(_probability(a, b) for a, b in product((latin, written), OTHERS))


def test_no_name_of_the_table_is_taken_for_another() -> None:
    """Across all scripts: the right one is the likeliest, and the second is far behind."""
    for _, latin, written in SPELLINGS:
        others = [
            _probability(written, other) for _, other, theirs in SPELLINGS if theirs != written and other != latin
        ]
        likely = [p for p in others if p > 0.5]
        assert len(likely) <= written.count("Завгороднюк"), (written, likely)
        assert max(p for p in others if p <= 0.5) < _probability(latin, written) / 2, written


SAME = [
    ("a title on one side", "Sheikh Abdulhadi Zahrvani", "Abdulhadi Zahrvani"),
    ("particles on one side", "Abdulhadi al-Zahrvani", "Abdulhadi Zahrvani"),
    ("an article run together", "Munif Alzahrvani", "منيف الزهرواني"),
    ("the article left out", "Munif Zahrvani", "منيف الزهرواني"),
    ("Abd run together", "Abdulhadi Zahrvani", "Abd al-Hadi Zahrvani"),
    ("Abd in two words", "Abdul Hadi Zahrvani", "عبدالهادی زهروانی"),
    ("Abd in French", "Abdelhadi Zahrvani", "Abd al-Hadi Zahrvani"),
    ("a kunya in two spellings", "Abu Zarqamun", "Abou Zarqamoun"),
    ("a kunya in two scripts", "Umm Zarqamun", "أم زرقامون"),
    ("ibn written or not", "Munif ibn Salim Tarqavi", "Munif Salim Tarqavi"),
    ("the father's name in two languages", "Salim Petrovich Dorvanov", "Салім Петрович Дорванов"),
    ("the family name first, in capitals", "DORVANOV Salim", "Salim Dorvanov"),
    ("a comma", "Dorvanov, Salim", "Salim Dorvanov"),
    ("syllables in another order", "Htun Myint Swe Zaw", "Zaw Swe Myint Htun"),
    ("syllables apart", "Tak Bo-seul", "Tak Boseul"),
    ("words run together", "Nuraddin Zarqamun", "Nur ad-Din Zarqamun"),
    ("accents", "Lucía Márrabal Quintélo", "LUCIA MARRABAL QUINTELO"),
    ("full width", "Ｌｉａ Zarqamun", "Lia Zarqamun"),
    ("an apostrophe", "Lia O'Varranov", "Lia OVarranov"),
    ("Belarusian and Russian", "Siarhei Raukavets", "Сергей Равкавец"),
    ("simplified and traditional", "陳美棹", "陈美棹"),
]


@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_ways_of_writing_one_name(ours: str, theirs: str) -> None:
    found = _names(ours, theirs)
    assert (found.conflict, found.complete) == (False, True)
    assert matcher().name_decision(matcher().compare_names([ours], [theirs])) == "same"


INCOMPLETE = [
    ("the father's name left out", "Salim Petrovich Dorvanov", "Salim Dorvanov"),
    ("the second surname left out", "Lucía Marrabal Quintelo", "Lucía Marrabal"),
    ("the first surname left out", "Lucía Marrabal Quintelo", "Lucía Quintelo"),
    ("the tribe left out", "Munif Salim Tarqavi", "Munif Salim"),
    ("an initial for the first name", "L. Marrabal", "Lucía Marrabal"),
    ("a kunya added", "Munif Tarqavi Abu Nizar", "Munif Tarqavi"),
]


@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in INCOMPLETE], ids=[row[0] for row in INCOMPLETE])
def test_a_word_left_out_is_no_contradiction_but_does_not_suffice(ours: str, theirs: str) -> None:
    found = _names(ours, theirs)
    assert (found.conflict, found.complete) == (False, False)
    assert matcher().name_decision(matcher().compare_names([ours], [theirs])) != "different"


CONFLICTS = [
    ("another first name", "Munif Zahrvani", "Salim Zahrvani"),
    ("another first name, in two scripts", "Munif Zahrvani", "سالم زهرواني"),
    ("another first name, capitals", "ZAHRVANI Munif", "Salim ZAHRVANI"),
    ("another servant", "Abdulhadi Zahrvani", "Abdulaziz Zahrvani"),
    ("another servant, in Arabic", "عبدالكريم زهرواني", "عبدالرحيم زهرواني"),
    ("a son against his father", "Munif Salim Zahrvani", "Salim Zahrvani"),
    ("a son against his father, whose father is named", "Munif Salim Zahrvani", "Salim Karim Zahrvani"),
    ("a father of his son's name", "Abu Nizar Zahrvani", "Nizar Zahrvani"),
    ("a father and a mother", "Abu Zarqamun", "Umm Zarqamun"),
    ("another father", "Salim Petrovich Dorvanov", "Salim Ivanovich Dorvanov"),
    ("another father, women", "Olga Petrovna Dorvanova", "Ольга Івановна Дорванова"),
    ("a father's name against a first name", "Mikhail Petrovich Dorvanov", "Petr Dorvanov"),
    ("a father's name against a first name, in Cyrillic", "Роман Станиславович Дорванов", "Станислав Дорванов"),
    ("another second surname", "Lucía Marrabal Quintelo", "Lucía Marrabal Ostrego"),
    ("another surname", "Lucía Marrabal", "Lucía Quintelo"),
    ("another initial", "P. Marrabal", "Lucía Marrabal"),
    ("an initial that is a particle too", "L. Marrabal", "Pedro Marrabal"),
    ("another syllable", "Tak Bo-seul", "Tak Bo-min"),
    ("a syllable more", "Tak Bo-seul", "Tak Seul"),
    ("nothing in common", "Zubair Drumondel", "Lia Varrano"),
]


@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in CONFLICTS], ids=[row[0] for row in CONFLICTS])
def test_a_contradiction_is_a_conflict(ours: str, theirs: str) -> None:
    assert _names(ours, theirs).conflict


THIN = [
    ("brothers whose names differ little", "Hasan Zahrvani", "Husayn Zahrvani"),
    ("in Arabic", "أحمد زهرواني", "محمد زهرواني"),
    ("in two scripts", "محمود زهرواني", "Muhammad Zahrvani"),
    ("brother and sister", "Karim Zahrvani", "Karima Zahrvani"),
    ("brother and sister, in Arabic", "كريم زهرواني", "كريمة زهرواني"),
    ("brother and sister, in two scripts", "كريم زهرواني", "Karima Zahrvani"),
    ("brother and sister, a vowel more", "Jamal Zahrvani", "Jamila Zahrvani"),
    ("brother and sister, in Spanish", "Mario Ostregal", "María Ostregal"),
    ("brother and sister, in Slavic languages", "Aleksandr Dorvanov", "Aleksandra Dorvanova"),
    ("a syllable a little different", "Maeng Seo-yun", "Maeng Seo-jun"),
    ("a syllable a little different, in Hangul", "맹민서", "맹민수"),
    ("one family name alone", "Zahrvani", "Zahrvani"),
    ("the commonest of names", "Li Li", "Li Li"),
]


@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in THIN], ids=[row[0] for row in THIN])
def test_what_two_siblings_may_share_is_too_thin_to_act_upon(ours: str, theirs: str) -> None:
    assert _names(ours, theirs).weak or _names(ours, theirs).conflict


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Sheikh", "Shaykh"), ("Sheikh al-Haji", "الشيخ الحاج"), ("bin", "ibn"), ("Dr. de la", "Dr. de la"), ("X1", "X1")],
)
def test_a_name_of_titles_and_particles_is_compared_still(ours: str, theirs: str) -> None:
    assert _probability(ours, theirs) > _probability(ours, "Zubair Drumondel")


@pytest.mark.parametrize(
    "name", ["Name withheld", "[redacted]", "N.N.", "A. B.", "X", "", "…", "\ud800", "مجهول", "A. B. C."]
)
def test_a_name_that_is_not_told_tells_nothing(name: str) -> None:
    model = matcher().names
    assert model.compare(name, name) is None
    assert model.best([name], ["Lia Varrano"]) is NOTHING
    found = matcher().compare_names([name], [name])
    assert found.probability == matcher().thresholds.unnamed
    assert matcher().name_decision(found) == "different"


def test_of_several_spellings_the_best_pair_counts() -> None:
    model = matcher().names
    best = model.best(["Name withheld", "Zubair Drumondel", "عبدالهادي زهرواني"], ["Abdulhadi Zahrvani", "Komi"])
    assert best == model.compare("عبدالهادي زهرواني", "Abdulhadi Zahrvani")


def test_a_pair_without_a_contradiction_is_better_than_a_stronger_one_with_it() -> None:
    model = matcher().names
    best = model.best(["Salim Petrovich Zahrvanov"], ["Salim Ivanovich Zahrvanov", "Salim"])
    assert not best.conflict
    assert best.bits < _names("Salim Petrovich Zahrvanov", "Salim Ivanovich Zahrvanov").bits
