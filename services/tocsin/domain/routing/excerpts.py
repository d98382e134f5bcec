"""The full text of a report as far as it may be shown: its fields in their order, each with what it says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.domain.routing.disclosure import LEVELS
from tocsin_schemas.alerts import DisclosureLevel

_NUMBER = "/-"
_ORDER = (*LEVELS[DisclosureLevel.L2], *LEVELS[DisclosureLevel.L1])


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What one field says.

    field: as ``disclosure`` names it. number: of the victim, piece of evidence or the like, from 1; None if there is
    but one. values: in the words of the report.
    """

    field: str
    number: int | None
    values: Sequence[str]


def excerpts(report: Mapping[str, Any], fields: frozenset[str]) -> list[Excerpt]:
    """Whatever ``fields`` show of a report, who and where first. Nothing else of it is looked at.

    report: as its JSON. fields: from ``consent.may``; those that only count something say nothing here.
    """
    shown = [field for field in _ORDER if field in fields and not field.endswith(_NUMBER)]
    return [found for field in shown for found in _of(report, field)]


def _of(report: Mapping[str, Any], field: str) -> Iterator[Excerpt]:
    group, _, rest = field.strip("/").partition("/")
    steps, within = rest.split("/") if rest else [], report.get(group)
    members = within if steps and isinstance(within, list) else [within]
    for number, member in enumerate(members, start=1):
        if values := [text for value in _at(member, steps) for text in _texts(value)]:
            yield Excerpt(field, number if len(members) > 1 else None, values)


def _at(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for member in value:
            yield from _at(member, steps)
    elif not steps:
        yield value
    elif isinstance(value, Mapping):
        yield from _at(value.get(steps[0]), steps[1:])


def _texts(value: Any) -> Iterator[str]:
    """One text for each thing that is said. A thing of several parts is one text, its parts set apart."""
    if value is None or value is False:
        return
    if isinstance(value, Mapping):
        parts = [text for member in value.values() for text in _texts(member)]
        if parts:
            yield " · ".join(parts)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
    else:
        yield "✓" if value is True else str(value)
