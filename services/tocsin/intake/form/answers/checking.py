"""What is wrong with a draft, each fault beside the question that it belongs to."""

from dataclasses import dataclass
from datetime import date

from tocsin.intake.form.answers.composing import Composed, composed
from tocsin.intake.form.questions import Asked, Step
from tocsin.intake.form.steps import STEPS, everything
from tocsin.intake.form.steps.consent import LETTER, REPORTS
from tocsin.store.publishing.drafts import Answers
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.problems import InvalidEvent, Problem, pointer, problem
from tocsin_schemas.reports import Report

_NOBODY = "report-without-victim"
_OF_CODE = {
    _NOBODY: "alleged_victims.0.names.0.value",
    "reprisal-without-mechanism": "reprisal.mechanism",
    "body-too-large": "narratives.0.text",
}
"""Faults of several questions at once, and the one to go to."""
_OF_PLACE = {"reprisal.strict": "reprisal.kind"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem, the page on which it can be mended, and the question there."""

    step: Step
    asked: Asked
    problem: Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """report: None if anything is wrong with it."""

    composed: Composed
    faults: list[Fault]
    report: Report | None

    def on(self, step: Step) -> list[Fault]:
        return [fault for fault in self.faults if fault.step is step]


def checked(answers: Answers, publisher_id: str, revision: int, today: date) -> Checked:
    """Compose the report and hold it against the contract, and the questions against what their forms require."""
    whole, report = composed(answers, publisher_id, revision, today), None
    try:
        report, problems = decode_as(whole.body, Report), []
    except InvalidEvent as invalid:
        problems = list(invalid.problems)
    named = located(answers, whole, problems) + _unanswered(answers, whole)
    return Checked(whole, _each_once(named), None if named else report)


def located(answers: Answers, whole: Composed, problems: list[Problem]) -> list[Fault]:
    """Problems of the report, beside their questions."""
    asked = everything(answers)
    return [fault for found in problems for fault in _located(asked, whole, found)]


def _located(asked: list[tuple[Step, Asked]], whole: Composed, found: Problem) -> list[Fault]:
    """Where a whole part is missing: at everything that it must have."""
    name = _OF_CODE.get(found.code) or _name(whole, found.path)
    name = _OF_PLACE.get(name, name)
    while name:
        near = [Fault(step, each, found) for step, each in asked if f"{each.name}.".startswith(f"{name}.")]
        needed = [fault for fault in near if fault.asked.question.required and found.code == "missing"]
        if near:
            return needed or near[:1]
        name = name.rpartition(".")[0]
    return [Fault(STEPS[-1], asked[-1][1], found)]


def _name(whole: Composed, path: str) -> str:
    """Of the nearest place above that was asked for, with the rest of the way behind it."""
    way = path.split("/")[1:]
    for length in range(len(way), 0, -1):
        known = whole.places.get(pointer(way[:length]))
        if known is not None:
            return ".".join([known, *way[length:]])
    return ".".join(way)


def _unanswered(answers: Answers, whole: Composed) -> list[Fault]:
    """What the contract looks at last, or not at all: that somebody is named, and that the two questions of the SR HRD
    form are answered, where the contract itself takes silence for no.
    """
    questions = {asked.name: (step, asked) for step, asked in everything(answers)}
    faults = [
        Fault(*questions[name], problem("missing", "/consent")) for name in (LETTER, REPORTS) if not answers.get(name)
    ]
    if not {"/alleged_victims", "/group"} & whole.places.keys():
        faults.append(Fault(*questions[_OF_CODE[_NOBODY]], problem(_NOBODY)))
    return faults


def _each_once(faults: list[Fault]) -> list[Fault]:
    """In the order of the form; one for each question, the first that was found."""
    order = {id(step): number for number, step in enumerate(STEPS)}
    first: dict[str, Fault] = {}
    for fault in faults:
        first.setdefault(fault.asked.name, fault)
    return sorted(first.values(), key=lambda fault: order[id(fault.step)])
