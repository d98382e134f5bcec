"""Reads CSV from a pipe so that a row which cannot be read costs only itself, even one whose quote never closes."""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

from tocsin.devtools.evaluation.lines import Refuse
from tocsin_schemas.problems import InvalidEvent, Problem

Numbered = tuple[int, str]
"""A line with its number, from 1; without its line break."""

_BOM = "\ufeff"
_LONGEST_LINE = 1 << 18
_LINES_OF_A_ROW = 8
"""A quoted field may hold line breaks, but not more: an unclosed quote would swallow the rows that follow."""


def rows_of(source: BinaryIO, refuse: Refuse) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line; blank lines are passed over. The first row says how wide a row is."""
    texts, waiting, width = _texts(source, refuse), deque[Numbered](), 0

    def take() -> Numbered | None:
        return waiting.popleft() if waiting else next(texts, None)

    while (line := take()) is not None:
        number, text = line
        if not text.strip():
            continue
        row, followers = (text.split(","), []) if '"' not in text else _quoted(text, take)
        if row is None or (followers and len(row) != width):
            refuse(number, InvalidEvent(Problem("csv-malformed", "", "a quoted field is not closed, or is too long")))
            waiting.extendleft(reversed(followers))
            continue
        width = width or len(row)
        yield number, row


def _quoted(text: str, take: Callable[[], Numbered | None]) -> tuple[list[str] | None, list[Numbered]]:
    """The row that starts with ``text``, and the lines it goes on to; None if it does not end."""
    row, followers = _strict(text) or _lenient(text), list[Numbered]()
    while row is None and len(followers) < _LINES_OF_A_ROW - 1 and (line := take()) is not None:
        followers.append(line)
        text += "\n" + line[1]
        row = _strict(text)
    return row, followers


def _strict(text: str) -> list[str] | None:
    """None unless every quoted field is closed before its comma."""
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error:
        return None


def _lenient(text: str) -> list[str] | None:
    """One line that goes on after a closing quote, as lists quoted by hand do; None if a quote is open at its end."""
    try:
        row = next(csv.reader((text + "\n",)))
    except csv.Error:
        return None
    return None if row[-1].endswith("\n") else row


def _texts(source: BinaryIO, refuse: Refuse) -> Iterator[Numbered]:
    number = 0
    while piece := source.readline(_LONGEST_LINE):
        number += 1
        if len(piece) == _LONGEST_LINE and not piece.endswith(b"\n"):
            _skip_to_end(source)
            refuse(number, InvalidEvent(Problem("body-too-large", "", f"longer than {_LONGEST_LINE} bytes")))
            continue
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError:
            refuse(number, InvalidEvent(Problem("body-not-utf8", "", "the line is not valid UTF-8")))
            continue
        yield number, (text.removeprefix(_BOM) if number == 1 else text).rstrip("\r\n")


def _skip_to_end(source: BinaryIO) -> None:
    while (piece := source.readline(_LONGEST_LINE)) and not piece.endswith(b"\n"):
        pass
