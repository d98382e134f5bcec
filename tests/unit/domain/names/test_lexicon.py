"""Guarantee: a name that is not told is known as such; what the tables do not know is rare."""

import pytest

from tocsin.domain.names.lexicon import RAREST, bare_lexicon
from tocsin.domain.names.lexicon_tables import build_lexicon
from tocsin.resolver.matching import load_matcher

WITHHELD = [
    "Name withheld",
    "name WITHHELD by request",
    "[redacted]",
    "(Anonymous)",
    "Anonymous woman lawyer",
    "███",
    "***",
    "-",
    "",
    "\u200b",
    "xxx",
    "anonyme",
    "nom confidentiel",
    "Nombre reservado",
    "identidad desconocida",
    "Имя скрыто",
    "Неизвестный",
    "مجهول",
    "مجهولة الهوية",
    "ناشناس",
    "匿名",
    "익명",
    "Unbekannt",
    "ｗｉｔｈｈｅｌｄ",
    "with\u200bheld",
]


@pytest.mark.parametrize("name", WITHHELD)
def test_a_name_that_is_not_told_is_withheld(name: str) -> None:
    assert load_matcher().names.lexicon.is_withheld(name)


@pytest.mark.parametrize(
    "name", ["Lia Varrano", "عبدالهادي زهرواني", "陳美棹", "Withers Varrano", "Anonis Varrano", "L. V."]
)
def test_a_name_that_is_told_is_not_withheld(name: str) -> None:
    assert not load_matcher().names.lexicon.is_withheld(name)


def test_an_unknown_sound_is_rare() -> None:
    lexicon = load_matcher().names.lexicon
    assert lexicon.rarity_of("xqxqx") == bare_lexicon().rarity_of("mhmt") == RAREST
    assert lexicon.rarity_of("mhmt") < 5 < RAREST


ROLES = {"titles": ["Dr"], "particles": ["AL"], "kunya": ["أبو"], "servant": ["abd"], "withheld": ["Nadie"]}


def test_tables_are_read_in_small_letters_and_cleaned() -> None:
    lexicon = build_lexicon(
        ROLES, {"sergey": ["Siarhei", "Ｓergii"], "serge": ["siarhei"]}, {"srk": 4.0}, {"latin": [("a", "a", 1.0)]}
    )
    assert lexicon.roles.is_weightless("dr")
    assert lexicon.roles.is_weightless("al")
    assert lexicon.names == {"siarhei": {"sergey", "serge"}, "sergii": {"sergey"}}
    assert lexicon.is_withheld("nadie")
    assert lexicon.edits["latin"].similarity("a", "a") == 1.0


@pytest.mark.parametrize("absent", list(ROLES))
def test_a_role_without_words_is_refused(absent: str) -> None:
    with pytest.raises(KeyError, match=absent):
        build_lexicon({role: words for role, words in ROLES.items() if role != absent}, {}, {}, {})
