"""Hostile texts stay texts: kept as they came, shown as text, and refused with a sentence that does not repeat them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forming import LEAST, TODAY, Person, a_form
from tocsin.intake.form.answers.checking import checked
from tocsin.intake.form.answers.reading import changed, taken_over
from tocsin.intake.form.questions import COUNT, Asked, Kind, asked_on
from tocsin.intake.form.said import answered
from tocsin.intake.form.steps import BY_KEY, STEPS, everything
from tocsin.intake.form.views import Drawing
from tocsin.intake.form.words import words
from tocsin.store.publishing.drafts import Answers

SCRIPT = "<script>alert('x')</script></textarea><img src=x onerror=alert(1)>\"'{{7*7}}"
HOSTILE = {
    "script": (SCRIPT, ""),
    "bidi": ("Tamsin \u202eellevraM\u202c", "one that turns its direction"),
    "isolate": ("Tamsin \u2066Marvelle", "one that turns its direction"),
    "tags": ("Tamsin\U000e0041\U000e0042", "one that turns its direction"),
    "zero width": ("Tam\u200bsin", "invisible character"),
    "control": ("Tam\x00sin", "control character"),
    "long": ("x" * 60_001, "too long"),
}


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    return Person(a_form(Path(tmp_path_factory.mktemp("form")))).sign_in()


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize(
    ("step", "name"), [("persons", "alleged_victims.0.names.0.value"), ("events", "narratives.0.text")]
)
def test_a_hostile_text_is_shown_as_text_and_refused_with_a_sentence(
    person: Person, kind: str, step: str, name: str
) -> None:
    text, said = HOSTILE[kind]
    person.begin()
    draft = person.draft
    person.get(f"{draft}/{step}")
    page = person.save(LEAST[step] | {name: text})
    if said:
        assert page.status == 422
        assert said in page.problems[name]
        assert text[:50] not in page.problems[name]
    shown = person.get(f"{draft}/{step}")
    assert shown.forms[f"{draft}/{step}"][name] == [text[:60_000]]
    for page in (shown, person.get(f"{draft}/check")):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_a_text_that_turns_direction_cannot_turn_the_last_page(person: Person) -> None:
    person.begin()
    draft = person.draft
    person.get(f"{draft}/persons")
    person.save({"alleged_victims.0.names.0.value": HOSTILE["bidi"][0]})
    page = person.get(f"{draft}/check")
    whole, _, exactly = page.text.partition("<pre")
    assert "\u202e" not in whole
    assert "\\u202e" in exactly, "in the exact report it is spelt out"


_texts = st.one_of(
    st.sampled_from(
        ["", " ", "x", "1", "2026", "31", "yes", "no", "TGO", "a\nb", "\u202e", "\x00", "9" * 30, "é" * 600]
    ),
    st.text(max_size=30),
)


def _answer(asked: Asked) -> st.SearchStrategy[Answers]:
    """Anything that somebody, or a program, may send for a question: what is offered, and what is not."""
    codes = list(asked.question.codes) or ["yes", "no"]
    value = st.one_of(st.sampled_from(codes), _texts)
    several = st.lists(value, max_size=4 if asked.question.kind is Kind.SEVERAL else 1)
    return st.fixed_dictionaries({}, optional=dict.fromkeys(asked.inputs, several))


@st.composite
def _sent(draw: Any) -> Answers:
    """Pages as they may be sent, with parts added and taken away in between."""
    answers: Answers = {}
    for step in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=4, unique_by=lambda step: step.key)):
        asked = draw(st.lists(st.sampled_from(list(asked_on(step, answers))), max_size=6))
        typed = {name: values for each in asked for name, values in draw(_answer(each)).items()}
        answers = taken_over(step, answers, typed)
        at = draw(st.sampled_from([part.at for part in step.parts if part.most] or [""]))
        answers = changed(step, answers, draw(st.sampled_from([f"add:{at}", f"remove:{at}.0", "continue"]))) or answers
    return answers


@settings(max_examples=60, deadline=None)
@given(_sent(), st.sampled_from(["en", "fr"]))
def test_whatever_is_typed_is_a_valid_report_or_is_said_beside_a_field(answers: Answers, language: str) -> None:
    found = checked(answers, "OIF", 1, TODAY)
    assert (found.report is None) == bool(found.faults)
    if found.report is not None:
        dumped = found.report.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        assert dumped == json.loads(found.composed.body)
    names = {asked.name for _, asked in everything(answers)}
    drawing = Drawing(words(language), answers, found.faults)
    for fault in found.faults:
        assert fault.asked.name in names
        assert fault.asked in list(asked_on(fault.step, answers))
        assert drawing.told(fault).sentence
        assert drawing.told(fault).remedy
    for step in STEPS:
        answered(drawing, step, TODAY)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([step.key for step in STEPS]), st.text(max_size=40))
def test_no_wish_makes_a_draft_unreadable(step: str, wish: str) -> None:
    page = BY_KEY[step]
    for wished in (wish, f"add:{wish}", f"remove:{wish}", *(f"remove:{part.at}.{wish}" for part in page.parts)):
        answers = changed(page, {"alleged_victims" + COUNT: [wish]}, wished)
        assert answers is None or checked(answers, "OIF", 1, date(2026, 1, 1)) is not None
