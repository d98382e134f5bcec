"""CSV, as the programs of this world write it."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tocsin.importing.faults import Fault, NotImportable
from tocsin.importing.reading.encodings import encoding_of, spoken

MAX_BYTES = 100 << 20
MAX_CELL = 100_000
"""Characters; a report takes 50,000 in its longest text."""
_DELIMITERS = (",", ";", "\t", "|")
_SPOKEN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOKED_AT = 20
_SAMPLE = 1 << 18
_OTHER_FORMS = (
    (b"\xd0\xcf\x11\xe0", "workbook-old"),
    (b"PK\x03\x04", "workbook-misnamed"),
    (b"%PDF", "file-not-a-table"),
    (b"{\\rtf", "file-not-a-table"),
    (b"<html", "file-not-a-table"),
    (b"<!DOCTYPE", "file-not-a-table"),
)


def open_rows(
    path: Path, encoding: str | None = None, delimiter: str | None = None
) -> tuple[tuple[str, ...], Iterator[tuple[int, Sequence[str]]]]:
    """What was found out, and the records with their numbers.

    Raises NotImportable, the rows too, if a quote is never closed.
    """
    if path.stat().st_size > MAX_BYTES:
        raise NotImportable(Fault(0, path.name, "file-too-large"))
    content = path.read_bytes()
    for start, code in _OTHER_FORMS:
        if content[: len(start)].lower() == start.lower():
            raise NotImportable(Fault(0, path.name, code))
    named = encoding or encoding_of(content)
    text = _decoded(content, named, path.name)
    comma = delimiter or _delimiter(text)
    told = (spoken(named, () if encoding else (named,)), f"separated by {_SPOKEN[comma]}")
    return told, _records(text, comma)


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, UnicodeError):
        raise NotImportable(Fault(0, name, "encoding-wrong")) from None
    if "\0" in text:
        raise NotImportable(Fault(0, name, "file-not-a-table"))
    return text.removeprefix("\ufeff")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """An Excel line ``sep=;`` is not a record, yet counts as a row there as well."""
    number = 0
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, 1):
            if number > 1 or not _says_separator(record):
                yield number, record
    except csv.Error as error:
        code = "quote-unclosed" if "unexpected end" in str(error) else "quote-misplaced"
        code = "cell-too-long" if "field limit" in str(error) else code
        raise NotImportable(Fault(number + 1, "", code)) from None


def _says_separator(record: Sequence[str]) -> bool:
    return bool(record) and record[0].startswith("sep=") and len(record) <= 2


def _delimiter(text: str) -> str:
    """The one that cuts the most of the first records into one and the same number of cells."""
    if text.startswith("sep=") and text[4:5] in _DELIMITERS:
        return text[4]
    return max(_DELIMITERS, key=lambda delimiter: _regularity(text[:_SAMPLE], delimiter))


def _regularity(sample: str, delimiter: str) -> tuple[int, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(record) for record in islice(reader, _LOOKED_AT) if record)
    except csv.Error:
        return 0, 0
    width, times = max(((w, t) for w, t in widths.items() if w > 1), key=lambda found: found[::-1], default=(0, 0))
    return times, width
