"""Reads the labelled pairs that developers have beside the clone. No row of them is ever committed.

Two parts: ``.`` may be learned from, ``nc`` only measured on (its SOURCES.md says why).
"""

import csv
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARTS = (".", "nc")
VARIABLE = "TOCSIN_EVALUATION_DATA"
BESIDE_THE_CLONE = Path("../shared/data/er")
_NAMES, _CASES = "alias_pairs.dev.csv.gz", "case_pairs.dev.jsonl.gz"
_INDEX, _TOKENS = "index_names.dev.csv.gz", "translit_train.csv.gz"


class NoLabelledData(FileNotFoundError):
    """The folder with the labelled pairs is not there."""


@dataclass(frozen=True, slots=True)
class NamePair:
    """slice: the script or the list. Birth years are for showing errors: in these pairs they give the label away."""

    id: str
    ours: str
    theirs: str
    same: bool
    slice: str
    born: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class CasePair:
    """kind: ``same``, ``new_event``, ``co_arrest`` or ``lookalike``. a, b: reports in the compact shape."""

    id: str
    kind: str
    a: Mapping[str, Any]
    b: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class IndexName:
    """role: ``index`` or ``padding`` (both indexed), or ``query`` (must find its ``person``)."""

    role: str
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class TokenPair:
    """One word of a name in a native script, and as Wikidata writes it in Latin."""

    language: str
    native: str
    latin: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """The folder; see ``find``."""

    folder: Path

    @property
    def parts(self) -> tuple[str, ...]:
        """Those that are there: every measure works without ``nc``."""
        return tuple(part for part in PARTS if (self.folder / part / _NAMES).exists())

    def names(self, part: str) -> list[NamePair]:
        rows = _rows(self.folder / part / _NAMES)
        return [NamePair(r["id"], r["name_a"], r["name_b"], r["label"] == "1", r["slice"], _born(r)) for r in rows]

    def cases(self, part: str) -> list[CasePair]:
        with gzip.open(self.folder / part / _CASES, "rt", encoding="utf-8") as file:
            return [CasePair(c["id"], c["label"], c["a"], c["b"]) for c in map(json.loads, file)]

    def index(self, part: str) -> list[IndexName]:
        return [IndexName(row["role"], row["person"], row["name"]) for row in _rows(self.folder / part / _INDEX)]

    def tokens(self) -> Iterator[TokenPair]:
        for row in _rows(self.folder / _TOKENS):
            yield TokenPair(row["language"], row["native"], row["latin"])


def find(given: Path | None = None) -> Labelled:
    """The data in ``given``, else in the folder that the environment names, else beside the clone.

    Raises NoLabelledData with a sentence that says what to do.
    """
    named = os.environ.get(VARIABLE)
    folder = given or (Path(named) if named else BESIDE_THE_CLONE)
    if not (folder / _NAMES).exists():
        raise NoLabelledData(
            f"There are no labelled pairs in {folder}. Give their folder with --data or in {VARIABLE}; "
            "they are not part of this repository."
        )
    return Labelled(folder)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _born(row: Mapping[str, str]) -> tuple[int | None, int | None]:
    first, second = (int(row[f"birth_year_{end}"]) if row[f"birth_year_{end}"] else None for end in "ab")
    return first, second
