"""Candidate keys: two reports can be compared only if they share one."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tocsin.domain.names.normalisation import is_full_name, normalised
from tocsin_schemas.reports import Reference, Report
from tocsin_schemas.vocabulary import NameKind, ReferenceScheme

_NOISE = re.compile(r"[^A-Z0-9]+")
_SHORTEST_REFERENCE = 4


class KeyKind(StrEnum):
    REFERENCE = "reference"
    PERSON = "person"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A value in clear: hash it before it leaves memory (``Identities.blocking_key``)."""

    kind: KeyKind
    value: str


def keys_of(report: Report) -> list[Key]:
    """The keys of a report, sorted: one for each usable reference, and for each full name in each State concerned."""
    references = {key for r in report.references if (key := _reference_key(r)) is not None}
    return sorted(references | _person_keys(report))


def _reference_key(reference: Reference) -> Key | None:
    """Schemes that number cases; a court or a document symbol covers many, so it identifies none."""
    if reference.scheme in {ReferenceScheme.OTHER, ReferenceScheme.UN_DOCUMENT, ReferenceScheme.COURT}:
        return None
    value = _NOISE.sub("", reference.value.upper())
    if len(value) < _SHORTEST_REFERENCE or not any(c.isdigit() for c in value):
        return None
    return Key(KeyKind.REFERENCE, f"{reference.scheme}:{value}")


def _person_keys(report: Report) -> set[Key]:
    countries = (report.violation.country, *report.violation.further_states)
    names = {
        form
        for victim in report.alleged_victims
        for name in victim.names
        if name.kind is not NameKind.PEN and is_full_name(form := normalised(name.value))
    }
    return {Key(KeyKind.PERSON, f"{country}:{name}") for country in countries for name in names}
