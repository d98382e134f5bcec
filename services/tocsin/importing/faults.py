"""What is wrong with a file, a mapping or a row, and how it is said; never an echo of a cell."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from tocsin_schemas.problems import SENTENCES, Problem
from tocsin_schemas.refusals import Said, said


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend.

    row: as a spreadsheet program counts, 1 the first; 0 for the file or the mapping as a whole.
    column: its header as it stands in the file, or a place of the mapping; "" if there is none.
    code: stable, kebab-case. path: JSON Pointer (RFC 6901) into the report, "" if it is not about one field.
    """

    row: int
    column: str
    code: str
    path: str = ""
    problem: Problem | None = field(default=None, compare=False)
    """What the published language found, with its hints."""


class Unreadable(ValueError):
    """A cell cannot be read as what the mapping says it is; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotImportable(Exception):
    """The file or the mapping as a whole cannot be used; ``faults`` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{f.code} {f.column}".strip() for f in faults))
        self.faults = faults


def said_of(fault: Fault, language: str) -> Said:
    """Sentence and remedy in ``language`` (``en`` or ``fr``)."""
    own = _own().get(fault.code)
    if own is not None:
        sentence, remedy = own.get(language, own["en"])
        return Said(sentence, remedy)
    known = Problem(fault.code, fault.path, SENTENCES.get(fault.code, SENTENCES["value-invalid"]))
    return said(fault.problem or known, language)


@cache
def _own() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((files("tocsin.importing") / "faults.toml").read_text(encoding="utf-8"))
