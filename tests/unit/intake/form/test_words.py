"""Every sentence of the form is there in both languages, every one that is there is used, and no list lacks a word."""

import re

import pytest

from tocsin.intake.form import pages
from tocsin.intake.form.questions import Part, asked_in, place
from tocsin.intake.form.steps import CHECK, STEPS
from tocsin.intake.form.steps.consent import LETTER, REPORTS
from tocsin.intake.form.words import FOLDER, LANGUAGES, choice, choices, words
from tocsin.runtime.catalogues import missing, read
from tocsin.runtime.pages.drawing import TEMPLATES
from tocsin_schemas.problems import SENTENCES

FILES = ("pages", "questions", "lists", "faults")
ONLY_TRANSLATED = {f"original.{question}" for question in (LETTER, REPORTS)}
FROM_ELSEWHERE = {"violations", "actions", "urgencies", "certainties", "country", "language", "script", "mechanism", ""}


def keys(language: str) -> set[str]:
    found = [message for file in FILES for message in read(FOLDER / language / f"{file}.po", language)]
    return {str(message.id) for message in found if message.id}


def all_parts() -> list[tuple[Part, str]]:
    outer = [(part, place(part, 0)) for step in STEPS for part in step.parts]
    return outer + [(inner, at) for part, at in outer for inner in part.parts]


QUESTIONS = [asked for part, at in all_parts() for asked in asked_in(Part(part.key, part.questions), at)]
LISTS = {question.words: question.codes for question in (asked.question for asked in QUESTIONS)}


def composed() -> set[str]:
    """Keys that the code puts together, and must be there."""
    found = {f"ask.{asked.key}" for asked in QUESTIONS} | {f"part.{part.key}" for part, _ in all_parts()}
    found |= {f"{what}.{step.key}" for step in STEPS for what in ("step", "lead")} | {f"lead.{CHECK}", f"step.{CHECK}"}
    found |= {f"{what}.{part.key}" for part, _ in all_parts() if part.most for what in ("add", "remove")}
    for kind in LISTS.keys() - FROM_ELSEWHERE:
        found |= {f"{kind}.{code.strip('/').replace('/', '-')}" for code in LISTS[kind]}
    found |= {f"{page}.{part}" for page in ("missing", "stale", "large", "unfit") for part in ("title", "text")}
    found |= {f"notice.{key}" for key in ("key", "wait", "stale", "kept", "erased", "unavailable", "withdrawn")}
    found |= {f"withdraw.{reason}" for reason in ("consent_withdrawn", "published_in_error", "unfounded", "other")}
    found |= {f"receipt.became_{status}" for status in ("received", "accepted", "refused")}
    found |= {f"{what}.reference-{how}" for what in ("fault", "mend") for how in ("taken", "withdrawn")}
    return (
        found
        | {f"new.{point}" for point in ("time", "code", "consent")}
        | {
            *("yes_no.yes", "yes_no.no"),
            *(f"date.{box}" for box in ("day", "month", "year", "age", "about")),
        }
    )


def optional() -> set[str]:
    """Keys that may be there: hints, and what is said of a fault in place of what the contract says."""
    found = {f"{what}.{asked.key}" for asked in QUESTIONS for what in ("hint", "further", "original")}
    found |= {f"about.{part.key}" for part, _ in all_parts()} | {f"nothing.{kind}" for kind in (*LISTS, "three")}
    found |= {f"explain.{kind}.{code}" for kind, codes in LISTS.items() for code in codes}
    return found | {f"{what}.{code}" for code in SENTENCES for what in ("fault", "mend")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_sentence(language: str) -> None:
    assert missing(FOLDER, language) == []
    assert keys(language) - ONLY_TRANSLATED == keys("en")
    assert words(language).language == language


def test_every_sentence_is_used_and_every_one_that_is_used_is_there() -> None:
    sources = [*pages.HERE.rglob("*.py"), *(pages.HERE / "templates").glob("*.html"), *TEMPLATES.glob("*.html")]
    text = "\n".join(source.read_text() for source in sources)
    english = keys("en")
    asked = set(re.findall(r"""\b(?:t|words|said)\("([a-z_.]+)"[,)]""", text))
    named = {key for key in re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*)["']""", text) if key in english}
    assert asked - english == set()
    assert composed() - keys("en") == set()
    assert keys("fr") - named - composed() - optional() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_choice_is_offered_as_a_bare_code(language: str) -> None:
    for kind, codes in LISTS.items():
        for code in codes:
            word = choice(words(language), kind, code)
            assert word != code or kind in ("country", "family", "script"), (kind, code)
        assert sorted(code for code, _ in choices(language, kind, codes)) == sorted(codes)


def test_the_two_questions_stand_word_for_word_as_in_the_form_of_the_special_rapporteur() -> None:
    """srdefenders.org, "Submit information on a human rights violation" (template of 2023)."""
    letter = (
        "The victims or their representatives are aware and agree that a letter containing their names and further "
        "information on them is to be sent to the Government (and / or relevant other actor)"
    )
    public = (
        "The victims or their representatives are aware and agree that the letter containing their names will be "
        "included in the Special Procedures public reports and online database"
    )
    english, french = words("en"), words("fr")
    assert (english(f"ask.{LETTER}"), english(f"ask.{REPORTS}")) == (letter, public)
    assert (french(f"original.{LETTER}"), french(f"original.{REPORTS}")) == (letter, public)
