"""One cell becomes one value, or several, of the kind that its target asks for."""

import re
from dataclasses import dataclass

from tocsin.importing.cells.countries import country_of
from tocsin.importing.cells.dates import Cell, Order, day_of, edtf_of, instant_of
from tocsin.importing.cells.texts import text_of
from tocsin.importing.cells.words import lookup, vocabulary
from tocsin.importing.faults import Unreadable
from tocsin.importing.mapping.targets import Kind, Target

_SPACES = re.compile(r"[ \t\r\n\u00a0\u2028\u2029]+")
_BREAKS = re.compile(r"\r\n?|\u2028|\u2029")
_POSITION = re.compile(r"\s*(-?[0-9]{1,3}(?:[.,][0-9]+)?)\s*[|;,\s]\s*(-?[0-9]{1,3}(?:[.,][0-9]+)?)\s*")


@dataclass(frozen=True, slots=True)
class Manner:
    """How the mapping says to read. codes: folded words of theirs and our codes. children: ``Parent::Child`` occurs."""

    codes: dict[str, str]
    order: Order | None = None
    excel_days: int | None = None
    utc_offset: str = "+00:00"
    children: bool = False


Value = str | int | float | bool | tuple[float, float]


def read(cell: Cell, target: Target, manner: Manner) -> Value:
    """The value of a cell that is not empty. Raises Unreadable."""
    kind = target.kind
    if kind is Kind.DATE:
        return edtf_of(cell, manner.order, manner.excel_days)
    if kind is Kind.DAY:
        return day_of(cell, manner.order, manner.excel_days)
    if kind is Kind.INSTANT:
        return instant_of(cell, manner.order, manner.excel_days, manner.utc_offset)
    text = text_of(cell)
    if kind is Kind.CODE:
        return _code(text, target, manner)
    if kind is Kind.COUNTRY:
        return lookup(manner.codes, text) or country_of(text)
    if kind is Kind.PROSE:
        return _BREAKS.sub("\n", text).strip()
    if kind is Kind.LINE:
        return lookup(manner.codes, text) or _SPACES.sub(" ", text).strip()
    return _measured(text, kind, manner)


def _code(text: str, target: Target, manner: Manner) -> str:
    assert target.codes is not None
    tries = [text, text.rsplit("::", 1)[-1]] if manner.children and "::" in text else [text]
    for word in tries:
        if (code := lookup(manner.codes, word)) is not None:
            return code
    if text.strip() in set(target.codes):
        return text.strip()
    raise Unreadable("consent-not-in-table" if target.list_name == "consent" else "value-not-in-table")


def _measured(text: str, kind: Kind, manner: Manner) -> Value:
    if kind is Kind.YES_NO:
        word = lookup(manner.codes, text) or lookup(vocabulary("yes_no"), text)
        if word not in ("true", "false"):
            raise Unreadable("not-yes-or-no")
        return word == "true"
    if kind is Kind.POSITION:
        return _position(text)
    try:
        return int(text) if kind is Kind.WHOLE else float(text.strip().replace(",", "."))
    except ValueError:
        raise Unreadable("number-unreadable") from None


def _position(text: str) -> tuple[float, float]:
    match = _POSITION.fullmatch(text)
    if match is None:
        raise Unreadable("position-unreadable")
    latitude, longitude = (float(part.replace(",", ".")) for part in match.groups())
    return latitude, longitude
