"""All the numbers that a passage quotes, of every issuer, each read once."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tocsin.domain.matching.citations import amnesty, observatory, regional, united_nations
from tocsin.domain.matching.citations.passage import Citation, Passage

_FORMS = (*united_nations.FORMS, *regional.FORMS, *amnesty.FORMS, *observatory.FORMS)


_DIGITS = re.compile("[0-9]+")
_BEFORE, _AFTER = 120, 40
"""No form is longer before its first digit or after its last."""


class Quotation(NamedTuple):
    """A citation and where it stands in ``Passage.text``."""

    start: int
    end: int
    citation: Citation


def quoted_in(passage: Passage) -> list[Quotation]:
    """The numbers of a passage in their order. Where two readings overlap, the longer holds, then the earlier form."""
    stretches = list(_around_digits(passage.text))
    readings = [
        Quotation(match.start(), match.end(), citation)
        for pattern, read in _FORMS
        for start, end in stretches
        for match in pattern.finditer(passage.text, start, end)
        if (citation := read(match, passage)) is not None
    ]
    kept: list[Quotation] = []
    for reading in sorted(readings, key=lambda r: (r.start, -r.end)):
        if not kept or reading.start >= kept[-1].end:
            kept.append(reading)
    return kept


def _around_digits(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text that can hold a number: most of a narrative is not searched at all."""
    start = end = 0
    for digits in _DIGITS.finditer(text):
        if digits.start() - _BEFORE > end:
            yield start, end
            start = digits.start() - _BEFORE
        end = digits.end() + _AFTER
    yield start, end
