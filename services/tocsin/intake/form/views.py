"""Questions as the templates draw them: with their words, what was answered, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.intake.form.answers.checking import Fault
from tocsin.intake.form.questions import Asked, Kind, Part, Step, asked_in, count, place
from tocsin.intake.form.words import choices
from tocsin.runtime.catalogues import Words
from tocsin.store.publishing.drafts import Answers
from tocsin_schemas.problems import Problem
from tocsin_schemas.refusals import said

_KNOWN = (("yes", "yes_no.yes"), ("no", "yes_no.no"))


@dataclass(frozen=True, slots=True)
class Told:
    """sentence: what is wrong. remedy: what to do about it."""

    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    word: str
    hint: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One question. id: of its first field. values: of each of its fields, by the last piece of its name."""

    asked: Asked
    id: str
    label: str
    hint: str
    original: str
    """The wording of a form in English, where the language is another."""
    value: str
    boxes: dict[str, str]
    choices: list[Choice]
    problem: Told | None
    fixed: bool
    nothing: str
    """The choice that takes an answer back: a browser without scripts cannot unmark what was marked."""

    @property
    def is_answered(self) -> bool:
        return bool(self.value or any(self.boxes.values()) or any(choice.chosen for choice in self.choices))

    @property
    def is_short(self) -> bool:
        """Its choices find room side by side."""
        return not any(choice.hint for choice in self.choices) and sum(len(c.word) for c in self.choices) <= 40

    @property
    def name(self) -> str:
        return self.asked.name

    @property
    def kind(self) -> str:
        return "date" if self.asked.is_day else self.asked.question.kind.value

    @property
    def required(self) -> bool:
        return self.asked.question.required

    @property
    def rows(self) -> int:
        return self.asked.question.rows

    @property
    def described_by(self) -> str:
        """Ids of what explains it."""
        known = (("hint", self.hint), ("original", self.original), ("problem", self.problem))
        return " ".join(f"{self.id}-{what}" for what, is_there in known if is_there)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A heading with its questions. at: the place that buttons name. number: of a part that may be repeated, from 1."""

    key: str
    id: str
    title: str
    text: str
    questions: list[Shown]
    parts: list["ShownPart"]
    at: str
    number: int
    of: int
    most: int
    folds: bool

    @property
    def is_open(self) -> bool:
        """Folded only while there is nothing in it to see."""
        inner = any(part.is_open for part in self.parts if part.folds)
        return inner or any(question.problem or question.is_answered for question in self.questions)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a page of the form is drawn from. fixed: names of questions that cannot be answered anew."""

    words: Words
    answers: Answers
    faults: Sequence[Fault] = ()
    fixed: frozenset[str] = frozenset()

    def parts(self, step: Step) -> list[ShownPart]:
        return [self._part(part, place(part, number), number) for part in step.parts for number in self._numbers(part)]

    def problems(self) -> list[tuple[str, str, Told]]:
        """For the head of the page: the field to go to, its question, and what is wrong."""
        return [
            (fault.asked.first.replace(".", "-"), self.label(fault.asked), self.told(fault)) for fault in self.faults
        ]

    def label(self, asked: Asked) -> str:
        """Of a second of its kind: that it is one more."""
        further = self._said(f"further.{asked.key}") if asked.is_further else ""
        return further or str(self.words(f"ask.{asked.key}"))

    def told(self, fault: Fault) -> Told:
        """Where a question that every report needs has no answer, there is nothing beside it to clear."""
        told, is_needed = self.told_of(fault.problem), fault.asked.question.required
        if is_needed and fault.problem.code == "missing":
            return Told(told.sentence, _sentence(str(self.words("mend.required"))))
        return told

    def told_of(self, problem: Problem) -> Told:
        """The remedies of the contract are for programs; where a person fills in a form, another is said."""
        code = problem.code
        of_contract = said(problem, self.words.language)
        sentence = self._said(f"fault.{code}") or of_contract.sentence
        return Told(_sentence(sentence), _sentence(self._said(f"mend.{code}") or of_contract.remedy))

    def question(self, asked: Asked) -> Shown:
        question = asked.question
        offered = self._choices(asked)
        return Shown(
            asked=asked,
            id=asked.first.replace(".", "-"),
            label=self.label(asked),
            hint=self._said(f"hint.{asked.key}"),
            original=self._said(f"original.{asked.key}"),
            value="" if offered else "\n".join(self.answers.get(asked.name, [])),
            boxes={name.rpartition(".")[2]: self._typed(name) for name in asked.inputs if name != asked.name},
            choices=offered,
            problem=self._problem(asked),
            fixed=asked.name in self.fixed,
            nothing="" if question.required else self._said(f"nothing.{question.words or question.kind}"),
        )

    def _choices(self, asked: Asked) -> list[Choice]:
        """A long list has no room for explanations."""
        question, values = asked.question, self.answers.get(asked.name, [])
        if question.kind is Kind.THREE:
            return [Choice(code, str(self.words(key)), "", code in values) for code, key in _KNOWN]
        found = choices(self.words.language, question.words, question.codes) if question.codes else ()
        if question.kind is Kind.PICK:
            return [Choice(code, word, "", code in values) for code, word in found]
        explained = {code: self._said(f"explain.{question.words}.{code}") for code, _ in found}
        return [Choice(code, word, explained[code], code in values) for code, word in found]

    def _part(self, part: Part, at: str, number: int) -> ShownPart:
        own = asked_in(Part(part.key, part.questions), at)
        return ShownPart(
            key=part.key,
            id=f"{part.key}-{number}" if part.most else f"part-{part.key}",
            title=str(self.words(f"part.{part.key}")),
            text=self._said(f"about.{part.key}"),
            questions=[self.question(asked) for asked in own],
            parts=[self._part(inner, at, 0) for inner in part.parts],
            at=part.at,
            number=number + 1,
            of=count(part, self.answers),
            most=part.most,
            folds=part.folds,
        )

    def _numbers(self, part: Part) -> range:
        return range(count(part, self.answers))

    def _typed(self, name: str) -> str:
        return self.answers.get(name, [""])[0]

    def _said(self, key: str) -> str:
        return str(self.words(key)) if self.words.has(key) else ""

    def _problem(self, asked: Asked) -> Told | None:
        found = next((fault for fault in self.faults if fault.asked.name == asked.name), None)
        return None if found is None else self.told(found)


def _sentence(text: str) -> str:
    """What is said of a field begins small: it also stands behind the field's name."""
    return text[:1].upper() + text[1:].rstrip(".") + ("." if text else "")
