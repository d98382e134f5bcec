"""What was typed on a page, taken over into the draft as it is: nothing is corrected, and nothing refused yet."""

import re
from collections.abc import Mapping, Sequence

from tocsin.intake.form.questions import COUNT, Kind, Part, Step, asked_on, count
from tocsin.store.publishing.drafts import Answers

Typed = Mapping[str, Sequence[str]]
"""Values by the name of their field, as the browser sends them."""
LONGEST_VALUE = 60_000
"""Characters of one field that a draft keeps: more than a report may have, so that too much is said to be too much."""
_MOST_VALUES = 60
_CHANGE = re.compile(r"(?P<what>add|remove):(?P<at>[a-z_.]+)(?:\.(?P<number>[0-9]{1,2}))?")


def taken_over(step: Step, answers: Answers, typed: Typed) -> Answers:
    """The draft with this page as it was sent, in place of what stood there."""
    asked = list(asked_on(step, answers))
    names = {name for each in asked for name in each.inputs}
    kept = {name: values for name, values in answers.items() if name not in names}
    several = {each.name for each in asked if each.question.kind is Kind.SEVERAL}
    for name in sorted(names & set(typed)):
        values = [_kept(value) for value in typed[name][: _MOST_VALUES if name in several else 1]]
        if values := [value for value in values if value.strip()]:
            kept[name] = values
    return kept


def changed(step: Step, answers: Answers, wish: str) -> Answers | None:
    """With one more of a part that may be repeated, or without one. None: nothing of this page is wished."""
    found = _CHANGE.fullmatch(wish)
    part = next((part for part in step.parts if found is not None and part.most and part.at == found["at"]), None)
    if found is None or part is None:
        return None
    if found["what"] == "add":
        return answers | {part.at + COUNT: [str(min(count(part, answers) + 1, part.most))]}
    number = int(found["number"] or 0)
    return _without(part, answers, number) if number < count(part, answers) else None


def _without(part: Part, answers: Answers, number: int) -> Answers:
    """Those behind it move up."""
    kept: Answers = {}
    prefix = f"{part.at}."
    for name, values in answers.items():
        own, _, rest = name.removeprefix(prefix).partition(".")
        if not name.startswith(prefix) or not own.isdigit():
            kept[name] = values
        elif int(own) != number:
            kept[f"{prefix}{int(own) - (int(own) > number)}.{rest}"] = values
    return kept | {part.at + COUNT: [str(max(1, count(part, answers) - 1))]}


def _kept(value: str) -> str:
    """Browsers send line breaks as CR LF."""
    return value[:LONGEST_VALUE].replace("\r\n", "\n").replace("\r", "\n")
