"""What was answered, in words: each answer that is sent, beside its question."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tocsin.intake.form.answers.composing import left_out
from tocsin.intake.form.answers.values import value_of
from tocsin.intake.form.questions import BOXES, Asked, Kind, Part, Step, asked_in, count, place
from tocsin.intake.form.views import Drawing
from tocsin.intake.form.words import choice
from tocsin.runtime.isolates import bare


@dataclass(frozen=True, slots=True)
class Said:
    """label: of the question. lines: what was answered."""

    label: str
    lines: list[str]


class SaidPart(NamedTuple):
    """number: which of several it is; 0: there is one."""

    title: str
    number: int
    answers: list[Said]


def answered(drawing: Drawing, step: Step, today: date) -> list[SaidPart]:
    """The answers of a page that are sent, under their headings. today: what an age is counted from."""
    found = []
    for part in step.parts:
        of = count(part, drawing.answers)
        for number in range(of):
            at = place(part, number)
            for inner in (Part(part.key, part.questions), *part.parts):
                said = _answers(drawing, asked_in(inner, at), today)
                title = str(drawing.words(f"part.{inner.key}"))
                found.append(SaidPart(title, number + 1 if of > 1 else 0, said))
    return [part for part in found if part.answers]


def _answers(drawing: Drawing, asked: list[Asked], today: date) -> list[Said]:
    hidden = left_out(drawing.answers)
    said = [(each, _lines(drawing, each, today)) for each in asked if not each.name.startswith(hidden)]
    return [Said(drawing.label(each), lines) for each, lines in said if lines]


def _lines(drawing: Drawing, asked: Asked, today: date) -> list[str]:
    question, typed = asked.question, drawing.answers.get(asked.name, [])
    if asked.is_day:
        return _date(drawing, asked, today)
    if question.kind is Kind.TICK:
        return [str(drawing.words("yes_no.yes"))] if typed else []
    if question.kind is Kind.THREE:
        return [str(drawing.words(f"yes_no.{code}")) for code in typed if code in ("yes", "no")]
    if question.codes:
        return [choice(drawing.words, question.words, code) for code in typed if code in question.codes]
    return [bare(line) for text in typed for line in text.splitlines()]


def _date(drawing: Drawing, asked: Asked, today: date) -> list[str]:
    """What is no date is shown as it was typed."""
    value = value_of(asked, drawing.answers, today)
    if value is None:
        return []
    try:
        return [str(drawing.words.edtf(value.partition("T")[0]))]
    except ValueError:
        typed = (drawing.answers.get(f"{asked.name}.{box}", [""])[0] for box in BOXES)
        return [bare(" ".join(text for text in typed if text))]
