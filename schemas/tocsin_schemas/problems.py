"""What is wrong with an event, in words that a publisher can act on; never an echo of what was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin_schemas.sentences import OPTIONAL, catalogue


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. What people are told of it, in their language, is ``refusals.said(problem, language)``.

    code: stable, kebab-case, for machines.
    path: JSON Pointer (RFC 6901) to the faulty place, "" for the whole event.
    sentence: what is wrong, in English.
    hint: which mistake was recognised, as the catalogue of sentences names it; "" if none was.
    of: where the contract describes the place, such as ``PersonName.value``; for faults outside it, what the remedy
        needs, such as the line and column.
    near: words of the contract that may have been meant, parted by spaces. Never a word of the sender's.
    """

    code: str
    path: str
    sentence: str
    hint: str = ""
    of: str = ""
    near: str = ""

    def row(self) -> list[str]:
        """For JSON: ``Problem(*row)`` gives it back. What is empty at the end is left out; three remain."""
        parts = [self.code, self.path, self.sentence, self.hint, self.of, self.near]
        while len(parts) > 3 and not parts[-1]:
            parts.pop()
        return parts


def problem(code: str, path: str = "", *, hint: str = "", of: str = "", near: Iterable[str] = ()) -> Problem:
    """With the sentence of the catalogue; the fields are those of ``Problem``."""
    return Problem(code, path, SENTENCES[code], hint, of, " ".join(near))


class InvalidEvent(ValueError):
    """The event cannot be accepted; ``problems`` says why, the first being the most telling."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.code} at {p.path or '/'}: {p.sentence}" for p in problems))
        self.problems = problems

    @property
    def code(self) -> str:
        return self.problems[0].code


def pointer(parts: Iterable[str | int]) -> str:
    """A place as JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


SENTENCES: Mapping[str, str] = {
    code: OPTIONAL.sub("", words["sentence"]) for code, words in catalogue("en").items() if "sentence" in words
}
"""What is wrong, in English, by code: for every code that there is."""

_ALIASES: Mapping[str, str] = {
    "literal-error": "enum",
    "model-type": "object-type",
    "model-attributes-type": "object-type",
    "date-type": "date-invalid",
    "date-parsing": "date-impossible",
    "date-from-datetime-parsing": "date-impossible",
    "datetime-type": "datetime-invalid",
    "datetime-parsing": "datetime-impossible",
    "datetime-from-date-parsing": "datetime-impossible",
    "json-invalid": "json-malformed",
}


def code_of(pydantic_type: str) -> str:
    """The stable code for an error of pydantic, whose own names may change with its version."""
    name = pydantic_type.replace("_", "-")
    code = _ALIASES.get(name, name)
    return code if code in SENTENCES else "value-invalid"
