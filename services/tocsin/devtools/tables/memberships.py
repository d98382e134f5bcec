"""Compares our table of memberships with other sources, State by State and year by year, from 1990 to 2026.

``python -m tocsin.devtools.tables.memberships SOURCE...`` A source is either ``country_data.tsv`` of country_converter,
or a sheet with the columns organisation, country, since, until, first and last: the years in which a membership began
and ended, and those of which the source speaks. Sources are not kept here; what came out is in
``deploy/knowledge/memberships.md``. A State counts as a member in a year if it is bound on its last day.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tocsin.knowledge.load import load
from tocsin_schemas.knowledge import BINDING, Knowledge

YEARS = range(1990, 2027)
_EU = {
    "EU12": range(1990, 1995),
    "EU15": range(1995, 2004),
    "EU25": range(2004, 2007),
    "EU27_2007": range(2007, 2013),
    "EU28": range(2013, 2020),
    "EU27": range(2020, 2026),
}
"""The columns of country_converter, and the years on whose last day each was true."""
_COE = range(2025, 2026)


class StateYear(NamedTuple):
    organisation: str
    country: str
    year: int


Said: TypeAlias = Mapping[StateYear, bool]
"""What a source says: a member in this year, or not. Of what is absent it does not speak."""


def main() -> None:
    """Print what differs, and how many State-years agree, for every source named on the command line."""
    known = load()
    for path in map(Path, sys.argv[1:]):
        print(f"# {path.name}")
        print(*compare(read(path), known), sep="\n")


def read(path: Path) -> dict[StateYear, bool]:
    """What the source at ``path`` says. Raises KeyError if it has none of the two shapes."""
    with path.open(encoding="utf-8") as lines:
        if path.suffix == ".tsv":
            return dict(_of_converter(list(csv.DictReader(lines, delimiter="\t"))))
        return dict(_of_sheet(csv.DictReader(lines)))


def compare(said: Said, knowledge: Knowledge) -> Iterator[str]:
    """A line for every run of years in which we differ, then a line with the totals of each organisation.

    States that neither side ever calls a member are left out: agreement on them would be cheap.
    """
    ours = {key: is_bound(key, knowledge) for key in said}
    ever = {key[:2] for key in said if said[key] or ours[key]}
    spoken: dict[str, list[StateYear]] = defaultdict(list)
    for key in sorted(said):
        if key[:2] in ever:
            spoken[key.organisation].append(key)
    for organisation, keys in spoken.items():
        differing = [key for key in keys if said[key] != ours[key]]
        yield from (f"{run}: we say {_word(ours[key])}, the source {_word(said[key])}" for run, key in _runs(differing))
        states = len({key.country for key in keys})
        agreed = len(keys) - len(differing)
        yield f"{organisation}: {states} States, {len(keys)} State-years, {agreed} agree, {len(differing)} differ"


def is_bound(key: StateYear, knowledge: Knowledge) -> bool:
    """Whether our table has the State bound on the last day of the year."""
    periods = knowledge.memberships.get((key.organisation, key.country), ())
    return any(p.status in BINDING and p.covers(date(key.year, 12, 31)) for p in periods)


def _of_converter(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[StateYear, bool]]:
    for row in rows:
        if row["obsolete"]:
            continue
        country, since = row["ISO3"], int(row["UNmember"] or 9999)
        yield from ((StateYear("UN", country, year), since <= year) for year in YEARS if year <= _COE[-1])
        yield from ((StateYear("COE", country, year), bool(row["CoE"])) for year in _COE)
        for column, years in _EU.items():
            yield from ((StateYear("EU", country, year), bool(row[column])) for year in years)


def _of_sheet(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[StateYear, bool]]:
    for row in rows:
        since, until = int(row["since"] or 9999), int(row["until"] or 9999)
        for year in range(max(int(row["first"]), YEARS[0]), int(row["last"]) + 1):
            yield StateYear(row["organisation"], row["country"], year), since <= year < until


def _runs(keys: Iterable[StateYear]) -> Iterator[tuple[str, StateYear]]:
    """Consecutive years of one State as one: ``OIF ALB 1999-2005``."""
    runs: list[list[StateYear]] = []
    for key in keys:
        if runs and runs[-1][-1] == key._replace(year=key.year - 1):
            runs[-1].append(key)
        else:
            runs.append([key])
    for run in runs:
        first, last = run[0].year, run[-1].year
        yield f"{run[0].organisation} {run[0].country} {first}" + (f"-{last}" if last > first else ""), run[0]


def _word(is_member: bool) -> str:
    return "bound" if is_member else "not bound"


if __name__ == "__main__":
    main()
