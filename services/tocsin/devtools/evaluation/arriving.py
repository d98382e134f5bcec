"""Lines as they arrive: those that are already there come together, and none waits for another."""

import io
from collections.abc import Iterator

from tocsin.devtools.evaluation.lines import BOM, Line
from tocsin_schemas.topics import MAX_EVENT_BYTES

_CHUNK = 1 << 16


def groups_of(source: io.BufferedIOBase, most: int, longest: int = MAX_EVENT_BYTES) -> Iterator[list[Line]]:
    """The lines of ``source`` that are not blank, in groups of one to ``most``.

    A group is given out as soon as it can be; only if no whole line is there does it wait for the source.
    """
    ready: list[Line] = []
    for line in _whole_lines(source, longest):
        if line is not None:
            ready.append(line)
        if ready and (line is None or len(ready) == most):
            yield ready
            ready = []


def _whole_lines(source: io.BufferedIOBase, longest: int) -> Iterator[Line | None]:
    """Each line, and None before each wait; a line longer than ``longest`` bytes has no content."""
    number, rest, cut = 0, b"", False
    while chunk := source.read1(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        for content in whole:
            number += 1
            yield from _line(number, content, cut or len(content) > longest)
            cut = False
        if len(rest) > longest:
            rest, cut = b"", True
        yield None
    yield from _line(number + 1, rest, cut)
    yield None


def _line(number: int, content: bytes, too_long: bool) -> Iterator[Line]:
    content = (content.removeprefix(BOM) if number == 1 else content).strip()
    if content or too_long:
        yield Line(number, None if too_long else content)
