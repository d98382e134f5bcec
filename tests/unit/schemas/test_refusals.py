"""Guarantee: every refusal that there is can be said in English and in French, with how to mend it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tocsin.resolver import accepting
from tocsin_schemas import contract, malformed, mistakes
from tocsin_schemas.nearness import near
from tocsin_schemas.problems import SENTENCES, Problem, problem
from tocsin_schemas.refusals import MOST_WORDS, Said, said
from tocsin_schemas.reports import Report
from tocsin_schemas.sentences import LANGUAGES, catalogue
from tocsin_schemas.text import MOST_MARKS

ROOT = Path(__file__).resolve().parents[3]
RAISED = re.compile(r"""(?:\bProblem|\bproblem|_problem|\bPydanticCustomError|\b_refuse)\(\s*"([a-z0-9_-]+)\"""")
FOLDERS = (
    "schemas/tocsin_schemas",
    *(f"services/tocsin/{name}" for name in ("store", "resolver", "dispatcher", "relay")),
)
PLACEHOLDER = re.compile(r"\{(\w*)\}")


def sources() -> Iterator[str]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.read_text("utf-8")


def leaves(table: dict[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{place}/{name}")
        else:
            yield f"{place}/{name}", value


ENGLISH, FRENCH = (dict(leaves(catalogue(language))) for language in LANGUAGES)


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    raised = {code.replace("_", "-") for text in sources() for code in RAISED.findall(text)}
    assert len(raised) > 40
    assert raised - set(SENTENCES) == set()


def test_every_recognised_mistake_has_a_remedy() -> None:
    known = {place.rpartition("/")[2] for place in ENGLISH if "/hints/" in place}
    text = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (mistakes, malformed))
    returned = set(re.findall(r'(?:return|else) "([a-z0-9-]+)"', text))
    assert len(returned) > 20
    assert returned - known == set()


def test_both_catalogues_have_the_same_keys_and_no_empty_sentence() -> None:
    assert list(ENGLISH) == list(FRENCH)
    assert [place for words in (ENGLISH, FRENCH) for place, text in words.items() if not text.strip()] == []
    assert all({"sentence", "remedy"} <= set(catalogue("fr")[code]) for code in SENTENCES)


def test_a_translation_asks_for_the_same_facts() -> None:
    for place, text in ENGLISH.items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(FRENCH[place])), place


def test_nothing_is_left_in_english() -> None:
    assert [place for place in ENGLISH if ENGLISH[place] == FRENCH[place]] == []


def test_french_is_set_as_french_is() -> None:
    for place, text in FRENCH.items():
        prose = re.sub(r"content-type: \S+|\S+:\S+|_ : -", "x", text)
        assert not re.search(r"[^\u00a0]:|[^\u00a0][;?!»]|«[^\u00a0]", prose), place
        assert "'" not in prose, place
        assert "  " not in prose, place


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", SENTENCES)
def test_a_problem_that_carries_nothing_more_is_said_without_gaps(code: str, language: str) -> None:
    """As those are that were written down by earlier versions, or by other hands."""
    told = said(Problem(code, "/violation/country", SENTENCES[code]), language)
    assert len(told.sentence) > 8
    assert len(told.remedy) > 5
    assert not re.search(r"[\[\]{}](?!\])", told.sentence + told.remedy.replace("[]", "")) or "[{" in told.remedy
    assert not re.search(r"(?<!\d)\s[:;,]\s*$|: *[;,.]", told.remedy)


def test_a_code_of_another_version_is_said_as_it_was_written_down() -> None:
    assert said(Problem("invented", "", "Something else."), "fr") == Said("Something else.", "")


def test_another_language_than_ours_is_answered_in_english() -> None:
    given = problem("missing", "/source", of="Report.source")
    assert said(given, "de") == said(given, "en")


def test_a_problem_can_be_written_down_and_read_again() -> None:
    full = problem("enum", "/x", hint="one-not-list", of="Violation.types[]", near=("arrest", "raid"))
    for each in (full, problem("missing", "/x"), Problem("missing", "/x", "…")):
        assert Problem(*json.loads(json.dumps(each.row()))) == each
    assert Problem("missing", "/x", "…").row() == ["missing", "/x", "…"]


def test_every_controlled_list_is_short_enough_to_be_said_whole() -> None:
    lists = [
        contract.permitted(f"{name}.{field}{end}")
        for name, found in contract._definitions().items()
        for field in found.get("properties", ())
        for end in ("", "[]")
    ]
    assert max(map(len, lists)) <= MOST_WORDS


def test_an_enum_is_refused_with_all_that_is_permitted_and_what_is_near() -> None:
    told = said(
        problem(
            "enum",
            "/gender",
            of="AllegedVictim.gender",
            near=near("Woman ", contract.permitted("AllegedVictim.gender")),
        ),
        "en",
    )
    assert told.allowed == ("woman", "man", "non_binary", "other", "undisclosed")
    assert told.remedy.endswith(": woman, man, non_binary, other, undisclosed. Perhaps you mean: woman")


@pytest.mark.parametrize(
    ("sent", "permitted", "found"),
    [
        ("Arrest", ("arrest", "raid"), ("arrest",)),
        ("arrested", ("arrest", "raid"), ("arrest",)),
        ("female", ("woman", "man"), ("woman",)),
        ("date_of_birth", ("birth", "names"), ("birth",)),
        ("zzzz", ("woman", "man"), ()),
        ("", ("woman",), ()),
        ("w" * 10_000, ("woman",), ()),
        (17, ("woman",), ()),
        (None, ("woman",), ()),
    ],
)
def test_only_words_of_the_contract_are_called_near(
    sent: object, permitted: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert near(sent, permitted) == found


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ((), "Report"),
        (("alleged_victims", 0, "names", 3, "value"), "PersonName.value"),
        (("violation", "types", 2), "Violation.types[]"),
        (("source",), "Report.source"),
        (("invented", "source"), "Report"),
        (("source", "relation", "deeper"), "Source.relation"),
        (("consent", 0, "recipient"), "ConsentDecision.recipient"),
    ],
)
def test_a_place_is_found_in_the_contract(parts: tuple[str | int, ...], place: str) -> None:
    assert contract.place_of(Report, parts) == place


def test_an_example_is_accepted_where_it_is_given() -> None:
    Report.model_validate_json(
        json.dumps(
            json.loads(contract.example("Report"))
            | {"alleged_victims": json.loads(contract.example("Report.alleged_victims"))}
        )
    )


def test_a_field_at_the_wrong_level_is_told_where_it_belongs() -> None:
    assert contract.homes(Report, "urgency") == ("/risk/urgency",)
    assert contract.homes(Report, "country")[0] == "/violation/country"
    assert contract.homes(Report, "invented") == ()


def test_the_cap_on_marks_is_said_as_it_is() -> None:
    assert all(f" {MOST_MARKS} " in words["/text-stacked-marks/remedy"] for words in (ENGLISH, FRENCH))


@pytest.mark.parametrize("given", [accepting.CONFLICT, accepting.UNKNOWN_REPORT])
def test_what_the_resolver_refuses_is_said_too(given: Problem) -> None:
    assert said(given, "fr").remedy
