"""The data beside the code: countries, words and sentences are whole, and agree with the contract."""

import re
import tomllib
from pathlib import Path

import pytest

import tocsin.importing
from tocsin.importing.cells.countries import country_of
from tocsin.importing.cells.words import code_lists, fold, headers, vocabulary
from tocsin.importing.faults import Fault, Unreadable, said_of
from tocsin.importing.mapping.targets import TARGETS, Kind
from tocsin.knowledge.countries import country_codes, country_name
from tocsin_schemas.problems import SENTENCES

PACKAGE = Path(tocsin.importing.__file__).parent
AMBIGUOUS = {"COD", "COG", "PRK", "KOR"}


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
def test_each_state_is_known_by_its_name_in_each_language(language: str) -> None:
    wrong = {}
    for code in country_codes():
        try:
            found = country_of(country_name(code, language))
        except Unreadable as unreadable:
            found = unreadable.code
        if found != code and code not in AMBIGUOUS:
            wrong[code] = found
    assert wrong == {}


COUNTRIES = [
    ("TGO", "TGO"), ("TG", "TGO"), (" togo ", "TGO"), ("Cote d’Ivoire", "CIV"), ("CÔTE D'IVOIRE", "CIV"), ("RDC", "COD"),
    ("República Democrática del Congo", "COD"), ("السودان", "SDN"), ("Россия", "RUS"), ("Etats-Unis", "USA"), ("Viet Nam", "VNM"),
    ("Congo", "country-ambiguous"), ("Korea", "country-ambiguous"), ("Atlantis", "country-unknown"), ("tg", "country-unknown"),
    ("Niger", "NER"), ("Nigeria", "NGA"), ("Guinea", "GIN"), ("Dominica", "DMA"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), COUNTRIES, ids=[c[0] for c in COUNTRIES])
def test_a_country_is_read_as_people_write_it(written: str, expected: str) -> None:
    try:
        found = country_of(written)
    except Unreadable as unreadable:
        found = unreadable.code
    assert found == expected


def test_every_word_stands_for_a_code_of_the_contract() -> None:
    lists = {target.list_name: target.codes for target in TARGETS.values() if target.kind is Kind.CODE}
    assert set(lists) == set(code_lists())
    for name, codes in lists.items():
        assert codes is not None
        assert set(vocabulary(name).values()) == set(codes), name


def test_every_known_header_leads_somewhere_and_no_two_share_a_name() -> None:
    assert set(headers()) - set(TARGETS) == {"victim.given_names", "victim.family_name"}
    seen: dict[str, str] = {}
    twice = [(name, seen.setdefault(name, target), target) for target, names in headers().items() for name in names]
    assert {(name, *pair) for name, *pair in twice if pair[0] != pair[1]} <= SHARED


SHARED = {
    ("tribunal", "violation.authorities", "detention.court"),
}


def test_every_fault_has_its_words_in_both_languages() -> None:
    source = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    raised = set(re.findall(r'(?:Unreadable\(|"", |name, |column, )"([a-z]+(?:-[a-z]+)+)"', source))
    raised |= set(re.findall(r'"((?:date|file|workbook|quote|formula|mapping|cell|country)-[a-z-]+)"', source))
    own = set(tomllib.loads((PACKAGE / "faults.toml").read_text(encoding="utf-8")))
    unsaid = raised - own - set(SENTENCES) - {"mapping-"}
    assert unsaid == set()
    for code in own:
        english, french = (said_of(Fault(1, "x", code), language) for language in ("en", "fr"))
        assert english.sentence
        assert english.remedy
        assert english.sentence != french.sentence


def test_words_are_compared_without_case_accents_and_vowel_marks() -> None:
    assert fold("  Référence  N° ") == fold("REFERENCE n°") == "reference n"
    assert fold("المُدافِعة") == fold("المدافعه")
    assert fold("Учёный") == "ученыи" == fold("ученый")
