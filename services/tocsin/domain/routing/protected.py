"""What of a report must not stand in a mail at level 1 or below: whatever is not among its coded facts.

A field that is added to reports is protected until ``disclosure`` names it as a coded fact.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from tocsin.domain.routing.disclosure import LEVELS
from tocsin.domain.spotting import RUN, Wanted, folded, numbers_in, runs_of, words_of
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.dates import Precision, parse_edtf

_CODED = frozenset(LEVELS[DisclosureLevel.L1])
_PEOPLE = frozenset({"/alleged_victims/names/value", "/source/name", "/verification/verified_by"})
"""Names of people: each part of one is looked for as well."""
_BIRTH = "/alleged_victims/birth"
_PROSE = 8
"""Words from which on a text is looked for by its parts."""
_PART = 4
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+\.[\w-]+")
_CODE = re.compile(r"(?=\w*\d)\w{6,}")


class Protected(NamedTuple):
    """births: days, which each language writes in its own way. states, violations: codes, for level 0."""

    wanted: Wanted
    births: frozenset[date]
    states: frozenset[str]
    violations: frozenset[str]


def protected_in(report: Mapping[str, Any]) -> Protected:
    """report: as its JSON."""
    leaves = [(field, text) for field, text in _leaves("", report) if not _is_coded(field)]
    births = (parse_edtf(text) for field, text in leaves if field == _BIRTH)
    days = frozenset(known.earliest for known in births if known.precision is Precision.DAY)
    violation = report.get("violation", {})
    states = {violation.get("country"), *violation.get("further_states", [])} - {None}
    wanted = Wanted.of_all(_wanted(field, text) for field, text in leaves)
    return Protected(wanted, days, frozenset(states), frozenset(violation.get("types", [])))


def _wanted(field: str, text: str) -> Wanted:
    row = words_of(text)
    rows = {words_of(code) for code in _CODE.findall(text)}
    if 0 < len(row) < _PROSE:
        rows.add(row)
    if field in _PEOPLE:
        rows |= {(part,) for part in row if len(part) >= _PART}
    return Wanted(
        rows=frozenset(filter(None, rows)),
        runs=frozenset(runs_of(row)) if len(row) >= max(_PROSE, RUN) else frozenset(),
        numbers=numbers_in(text),
        exact=frozenset(map(folded, _ADDRESS.findall(text))),
    )


def _leaves(field: str, value: Any) -> Iterator[tuple[str, str]]:
    """Texts by field, as ``disclosure`` names fields: without the indices of lists."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _leaves(f"{field}/{name}", member)
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(field, member)
    elif isinstance(value, str):
        yield field, value


def _is_coded(field: str) -> bool:
    return field in _CODED or any(field.startswith(f"{coded}/") for coded in _CODED)
