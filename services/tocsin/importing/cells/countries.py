"""Countries as people write them: ISO codes, or names in six languages."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from tocsin.importing.cells.words import fold
from tocsin.importing.faults import Unreadable


def country_of(text: str) -> str:
    """The ISO 3166-1 alpha-3 code.

    Raises Unreadable: ``country-unknown``, or ``country-ambiguous`` for a name that two States use (``Congo``).
    """
    written = text.strip()
    if written in _codes():
        return _codes()[written]
    found = _names().get(fold(written), frozenset())
    if len(found) == 1:
        return next(iter(found))
    raise Unreadable("country-ambiguous" if found else "country-unknown")


@cache
def _codes() -> Mapping[str, str]:
    """Both codes lead to the alpha-3; only in capitals, for ``no`` and ``ml`` are words as well."""
    return {code: row[0] for row in _rows() for code in row[:2] if code}


@cache
def _names() -> Mapping[str, frozenset[str]]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows():
        for name in row[2:]:
            names[fold(name)].add(row[0])
    return {name: frozenset(codes) for name, codes in names.items()}


@cache
def _rows() -> list[list[str]]:
    text = (files("tocsin.importing.cells") / "countries.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
