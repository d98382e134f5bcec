"""A row becomes a report, checked as the service will check it, or a list of faults with their columns."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.importing.cells.dates import Cell, now_written
from tocsin.importing.cells.texts import failed, text_of
from tocsin.importing.cells.words import fold, folded
from tocsin.importing.faults import Fault, NotImportable, Unreadable
from tocsin.importing.mapping.file import NOW, MappedField, Mapping
from tocsin.importing.mapping.placing import Document, column_of, non_empty, put
from tocsin.importing.mapping.targets import ORDER, TARGETS, Kind, Target
from tocsin.importing.mapping.values import Manner, Value, read
from tocsin.importing.reading.sheets import Row
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report

_PERSON = "/alleged_victims/0"
_AT_IMPORT: list[Any] = []
"""Stands for the moment of the import, until that is known."""
_UNPUBLISHED = "Unpublished"
"""What Uwazi writes in the last column, in every language of the collection (csvExporter.ts)."""


@dataclass(frozen=True, slots=True)
class Built:
    """row: as a spreadsheet program counts. report: None if there are faults, or the row is not to be sent."""

    row: int
    reference: str
    report: Report | None
    faults: tuple[Fault, ...] = ()
    unpublished: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """One mapped field, ready to be read. header: of its first column, for the person."""

    target: Target
    indexes: tuple[int, ...]
    header: str
    manner: Manner
    join: str
    split: str | None
    language: str | None


class Builder:
    """Reads rows with these headers as the mapping says.

    Raises NotImportable if a column of the mapping is not in the file.
    """

    def __init__(self, mapping: Mapping, headers: Sequence[str]) -> None:
        self._mapping, self._headers = mapping, tuple(headers)
        self._uwazi = mapping.file.kind == "uwazi"
        self._empty = {fold(word) or word.strip() for word in mapping.file.empty}
        self._longest_empty = max(map(len, mapping.file.empty), default=0)
        given = sorted(mapping.constants.items(), key=lambda item: ORDER[item[0]])
        self._given = [(TARGETS[name], _read_constant(value, TARGETS[name])) for name, value in given]
        places = {" ".join(header.split()): index for index, header in enumerate(self._headers)}
        steps = [step for field in mapping.field for step in self._steps(field, places)]
        self._steps_in_order = sorted(steps, key=lambda step: ORDER[step.target.name])
        self._expected = self._expected_columns()

    def build(self, row: Row, now: datetime) -> Built:
        """now: what ``received_at`` is if the mapping says ``now``."""
        if self._is_unpublished(row):
            return Built(row.number, "", None, unpublished=True)
        document, columns, faults = self._filled(row, now)
        reference = str(document.get("publisher_reference", ""))
        if not reference and not faults:
            faults.append(Fault(row.number, self._expected.get("/publisher_reference", ""), "reference-missing"))
        if faults:
            return Built(row.number, reference, None, tuple(faults))
        try:
            return Built(row.number, reference, decode_as(json.dumps(document).encode(), Report))
        except InvalidEvent as invalid:
            found = [Fault(row.number, self._column(p.path, columns), p.code, p.path, p) for p in invalid.problems]
            return Built(row.number, reference, None, tuple(found))

    def column(self, path: str) -> str:
        """The header of the column that fills a place of the report, as far as the mapping tells."""
        return self._column(path, {})

    # --- reading --------------------------------------------------------------------------------------------------

    def _filled(self, row: Row, now: datetime) -> tuple[Document, dict[str, str], list[Fault]]:
        document: Document = {"violation": {}, "source": {}}
        columns: dict[str, str] = {}
        faults = self._overlong(row)
        for step in self._steps_in_order:
            try:
                values = self._values(step, row)
                if values and step.target.of_person and len(document.get("alleged_victims", ())) > 1:
                    raise Unreadable("several-persons")
                columns |= dict.fromkeys(self._put(document, step, values), step.header)
            except Unreadable as unreadable:
                faults.append(Fault(row.number, step.header, unreadable.code, step.target.pointer))
        self._constants(document, now)
        return document, columns, faults

    def _values(self, step: _Step, row: Row) -> list[Value]:
        cells = [row.cells[index] for index in step.indexes if index < len(row.cells)]
        for cell in cells:
            if (code := failed(cell)) is not None:
                raise Unreadable(code)
        filled = [cell for cell in cells if not self._is_empty(cell, step)]
        if not filled:
            return []
        if len(step.indexes) > 1:
            filled = [step.join.join(text_of(cell).strip() for cell in filled)]
        if step.split is not None and step.target.many:
            filled = list(non_empty(text_of(filled[0]).split(step.split)))
        return [read(cell, step.target, step.manner) for cell in filled]

    def _is_empty(self, cell: Cell, step: _Step) -> bool:
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return True
        word = text_of(cell).strip()
        if len(word) > self._longest_empty:
            return False
        key = fold(word) or word
        return key in self._empty and key not in step.manner.codes

    def _put(self, document: Document, step: _Step, values: Sequence[Value]) -> list[str]:
        target = step.target
        if not values:
            return []
        if target.kind is Kind.POSITION:
            assert isinstance(values[0], tuple)
            latitude, longitude = values[0]
            put(document, f"{target.pointer}/latitude", [latitude])
            return put(document, f"{target.pointer}/longitude", [longitude])
        if target.name == "narrative":
            language = step.language or document.get("language") or self._mapping.constants.get("language")
            return put(document, target.pointer, values, [{"language": str(language)}])
        whole = [list(dict.fromkeys(values))] if target.many and "-" not in target.pointer else values
        return put(document, target.pointer, whole, target.beside)

    def _constants(self, document: Document, now: datetime) -> None:
        """What the mapping says of every row; a cell of the row prevails."""
        for target, given in self._given:
            values = [now_written(now)] if given is _AT_IMPORT else given
            persons = range(len(document.get("alleged_victims", ()))) if target.of_person else (0,)
            for number in persons:
                pointer = target.pointer.replace(_PERSON, f"/alleged_victims/{number}")
                if "-" in pointer or "*" in pointer or not _has(document, pointer):
                    put(document, pointer, [values] if target.many and "-" not in pointer else values, target.beside)

    def _overlong(self, row: Row) -> list[Fault]:
        beyond = row.cells[len(self._headers) :]
        return [Fault(row.number, "", "row-too-long")] if any(cell not in (None, "") for cell in beyond) else []

    def _is_unpublished(self, row: Row) -> bool:
        if not self._uwazi or self._mapping.file.unpublished:
            return False
        index = self._headers.index("Published") if "Published" in self._headers else len(self._headers) - 1
        return index < len(row.cells) and row.cells[index] == _UNPUBLISHED

    # --- preparing ------------------------------------------------------------------------------------------------

    def _steps(self, field: MappedField, places: dict[str, int]) -> list[_Step]:
        known = [" ".join(name.split()) for name in field.sources]
        if missing := [name for name in known if name not in places]:
            raise NotImportable(*(Fault(0, name, "column-missing") for name in missing))
        first = self._step(field, [places[name] for name in known], field.language)
        if not self._uwazi or field.into != "narrative":
            return [first]
        suffixed = [(name, name.removeprefix(f"{known[0]}__")) for name in places if name.startswith(f"{known[0]}__")]
        return [first, *(self._step(field, [places[name]], language) for name, language in suffixed)]

    def _step(self, field: MappedField, indexes: Sequence[int], language: str | None) -> _Step:
        file = self._mapping.file
        manner = Manner(
            folded(field.codes),
            field.dates or file.dates,
            field.excel_days or file.excel_days,
            file.utc_offset,
            self._uwazi,
        )
        split = field.split or ("|" if self._uwazi else None)
        return _Step(field.target, tuple(indexes), self._headers[indexes[0]], manner, field.join, split, language)

    def _expected_columns(self) -> dict[str, str]:
        """Where each step would put its first value: an empty cell has a column as well."""
        expected: dict[str, str] = {}
        for step in self._steps_in_order:
            expected.setdefault(step.target.pointer.replace("-", "0").replace("*", "0"), step.header)
        return expected

    def _column(self, path: str, columns: dict[str, str]) -> str:
        persons = column_of(f"{_PERSON}/names/0/value", self._expected) if not path else ""
        return column_of(path, columns) or column_of(path, self._expected) or persons


def nearest(name: str, headers: Sequence[str]) -> str | None:
    """The header that ``name`` was most likely meant to be."""
    found = difflib.get_close_matches(fold(name), [fold(header) for header in headers], 1, 0.6)
    return next((header for header in headers if found and fold(header) == found[0]), None)


def _read_constant(given: object, target: Target) -> list[Any]:
    if (target.name, given) == ("received_at", NOW):
        return _AT_IMPORT
    if isinstance(given, bool) or (isinstance(given, int) and target.kind is Kind.WHOLE):
        return [given]
    texts = given if isinstance(given, list) else [str(given)]
    try:
        return [read(text, target, Manner({})) for text in texts]
    except Unreadable as unreadable:
        raise NotImportable(Fault(0, f"constants.{target.name}", unreadable.code)) from None


def _has(document: Document, pointer: str) -> bool:
    at: Any = document
    for part in pointer.split("/")[1:]:
        if isinstance(at, list):
            at = at[int(part)] if int(part) < len(at) else None
        elif isinstance(at, dict) and part in at:
            at = at[part]
        else:
            return False
    return at is not None
