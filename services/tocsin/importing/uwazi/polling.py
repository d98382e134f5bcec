"""Every entity that was edited since the last time, and none lost, though others edit while we read.

Pages come last edited first. Whoever edits an entity moves it to the front and everything before its old place down by
one: an entity at the border of two pages is met twice, never missed, and the edited one has an edit date above the
point that the pass started from, so that the next pass meets it. Whoever deletes moves everything up: an entity could
slip between two pages, so each page begins inside the one before it, and is asked for again from further up if the
two do not overlap. A pass is over when a page ends below the point up to which all was read before.
"""

from collections.abc import Iterator
from typing import Protocol

from tocsin.importing.sending.doors import Unavailable
from tocsin.importing.uwazi.client import WINDOW, Entity

PAGE = 100
OVERLAP = 5
"""Entities that two pages share."""
MARGIN = 600_000
"""Milliseconds read again before the point: search follows editing by a while, and clocks differ."""
MAX_PASSES = 20


class Pages(Protocol):
    def page(self, template_id: str, start: int, limit: int, unpublished: bool) -> tuple[list[Entity], int]: ...


class Changes:
    """One look at a collection.

    since: milliseconds since 1970 up to which everything was read before; 0 for everything.
    """

    def __init__(self, pages: Pages, template_id: str, since: int, unpublished: bool) -> None:
        self._pages, self._template, self._unpublished = pages, template_id, unpublished
        self._point = since
        self._seen: dict[str, int] = {}
        """The edit date of each entity that was handed on."""

    @property
    def point(self) -> int:
        """Up to where everything was handed on, once ``entities`` is exhausted."""
        return self._point

    def entities(self) -> Iterator[Entity]:
        """Each changed entity; one that is edited meanwhile comes again. Raises Unavailable."""
        for _ in range(MAX_PASSES):
            start = self._point
            newest = start
            fresh = False
            for entity in self._pass(max(0, start - MARGIN)):
                edited = edited_at(entity)
                newest = max(newest, edited)
                if self._seen.get(entity["sharedId"]) != edited:
                    fresh = True
                    self._seen[entity["sharedId"]] = edited
                    yield entity
            self._point = newest
            if not fresh:
                return

    def _pass(self, down_to: int) -> Iterator[Entity]:
        start, before = 0, set[str]()
        while True:
            rows, total = self._pages.page(self._template, start, PAGE, self._unpublished)
            ids = {row["sharedId"] for row in rows}
            if start > 0 and not ids & before:
                start = max(0, start - PAGE)
                continue
            yield from (row for row in rows if down_to == 0 or edited_at(row) >= down_to)
            if len(rows) < PAGE or edited_at(rows[-1]) < down_to:
                return
            before |= ids
            start += PAGE - OVERLAP
            if start + PAGE > WINDOW:
                raise Unavailable(f"more than {WINDOW} entities changed ({total} of the template): Uwazi's search ends")


def edited_at(entity: Entity) -> int:
    """When it was last edited, in milliseconds since 1970; old entities have only a date of creation, or none."""
    return int(entity.get("editDate") or entity.get("creationDate") or 0)
