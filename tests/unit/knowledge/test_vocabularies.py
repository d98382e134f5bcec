"""Guarantee: every code of the published language has its words, its source, and a HURIDOCS term only where one is known."""

from collections import Counter

import pytest

from tocsin.knowledge.checking import check_words
from tocsin.knowledge.load import LANGUAGES, labels, load, vocabularies
from tocsin_schemas.knowledge import Code, HuridocsTerm, ReprisalForm
from tocsin_schemas.vocabulary import ActionType, ViolationType

WORDS = [(kind, code) for kind, entries in vocabularies().items() for code in entries.values()]
IDS = [f"{kind} {code.code}" for kind, code in WORDS]


@pytest.mark.parametrize(("kind", "code"), WORDS, ids=IDS)
def test_every_code_has_its_words_in_six_languages(kind: str, code: Code) -> None:
    assert code.name.keys() == LANGUAGES


@pytest.mark.parametrize(("kind", "expected"), [("violations", ViolationType), ("actions", ActionType)])
def test_the_codes_are_those_of_the_published_language(kind: str, expected: type[ViolationType | ActionType]) -> None:
    assert vocabularies()[kind].keys() == set(expected)


@pytest.mark.parametrize(
    ("code", "term"),
    [
        ("house_arrest", HuridocsTerm(thesaurus=4, code="03 01 05", term="House arrest")),
        ("death_threat", HuridocsTerm(thesaurus=4, code="02 01 03 02", term="Death threats")),
        ("incommunicado", HuridocsTerm(thesaurus=30, code="01 01 02", term="Outside contact is not permitted")),
        ("foreign_agent_law", None),
    ],
)
def test_the_term_of_the_thesauri_is_given_where_it_is_known(code: str, term: HuridocsTerm | None) -> None:
    assert vocabularies()["violations"][code].huridocs == term


def test_no_two_violations_claim_the_same_term() -> None:
    terms = [(c.huridocs.thesaurus, c.huridocs.code) for c in vocabularies()["violations"].values() if c.huridocs]
    assert len(terms) == len(set(terms)) >= 14


def test_what_has_a_term_was_checked_and_what_has_none_says_so() -> None:
    assert all((code.huridocs is None) == (code.verified_on is None) for _, code in WORDS)


def test_the_french_words_that_openevsys_has_swapped_are_right() -> None:
    assert labels("fr")["certainties"]["likely"] == "probable"
    assert labels("fr")["certainties"]["unlikely"] == "peu probable"


def test_every_form_of_reprisal_of_the_research_is_there_once() -> None:
    forms = vocabularies()["reprisals"]
    assert len(forms) == 16
    violations = Counter(v for f in forms.values() if isinstance(f, ReprisalForm) for v in f.violations)
    assert set(violations.values()) == {1}
    assert set(ViolationType) - violations.keys() == {
        *(ViolationType.OTHER, ViolationType.CENSORSHIP, ViolationType.PROTEST_REPRESSION),
        *(ViolationType.FORCED_EVICTION, ViolationType.LAND_GRABBING),
    }


def test_planted_faults_are_found() -> None:
    words = {kind: dict(entries) for kind, entries in vocabularies().items()}
    raid = words["violations"].pop("raid")
    words["actions"]["alert"] = words["actions"]["alert"].model_copy(update={"name": {"en": "alert"}})
    threats = words["reprisals"]["threats"]
    words["reprisals"]["harm"] = words["reprisals"]["harm"].model_copy(
        update={"violations": threats.violations if isinstance(threats, ReprisalForm) else []}
    )
    assert raid.code == "raid"
    assert set(check_words(words)) == {
        "word violations raid: missing, or no such code",
        "word actions alert: a language is missing",
        "violation threat: in two forms of reprisal",
        "violation death_threat: in two forms of reprisal",
    }


def test_the_glossary_has_each_term_of_the_research_once() -> None:
    terms = {term.en: term.fr for term in load().glossary}
    assert len(terms) == len(load().glossary) == 26
    assert {
        "submission": "saisine",
        "ODIHR": "BIDDH",
        "OSCE": "OSCE",
        "incommunicado detention": "détention au secret",
    }.items() <= terms.items()
