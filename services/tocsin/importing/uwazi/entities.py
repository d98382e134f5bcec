"""An entity of Uwazi's API as the row that Uwazi's own CSV export would have for it, so that one mapping serves both.

Formats as in huridocs/uwazi, ``app/api/csv/csvExporter.ts`` and ``typeFormatters.ts``.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tocsin.importing.reading.sheets import Row
from tocsin.importing.uwazi.client import Entity

_EXCLUDED = frozenset({"preview", "nested"})
SHARED_ID = "sharedId"
"""A column that the CSV does not have: the entity's own id, which never changes."""


def headers_of(template: Entity, languages: Sequence[str] = ()) -> tuple[str, ...]:
    """Title, Date added, Template, the labels of the template, Documents, Attachments, Published; then ``sharedId``.

    languages: further ones; the texts in them stand in columns ``Label__fr``.
    """
    labels = [prop["label"] for prop in _properties(template)]
    further = [f"{label}__{language}" for language in languages for label in ("Title", *labels)]
    return ("Title", "Date added", "Template", *labels, *further, SHARED_ID, "Documents", "Attachments", "Published")


def row_of(entity: Entity, template: Entity, number: int, others: Mapping[str, Entity] | None = None) -> Row:
    """others: the same entity in further languages."""
    further = [cell for other in (others or {}).values() for cell in (other.get("title", ""), *_cells(other, template))]
    files = ["|".join(file.get("filename", "") for file in entity.get(k) or ()) for k in ("documents", "attachments")]
    published = "Published" if entity.get("published") else "Unpublished"
    added = _day((entity.get("creationDate") or 0) / 1000)
    cells = [entity.get("title", ""), added, template["name"], *_cells(entity, template), *further]
    return Row(number, [*cells, entity[SHARED_ID], *files, published])


def _cells(entity: Entity, template: Entity) -> list[str]:
    metadata = entity.get("metadata") or {}
    return [_formatted(prop["type"], metadata.get(prop["name"]) or []) for prop in _properties(template)]


def _properties(template: Entity) -> list[Mapping[str, Any]]:
    return [prop for prop in template.get("properties", ()) if prop["type"] not in _EXCLUDED]


def _formatted(kind: str, values: Sequence[Mapping[str, Any]]) -> str:
    if kind in ("select", "multiselect"):
        return "|".join(_label(value) for value in values)
    if kind in ("relationship", "newRelationship"):
        return "|".join(filter(None, map(_related, values)))
    if kind.startswith("multi"):
        return "|".join(_one(kind.removeprefix("multi"), value) for value in values)
    return _one(kind, values[0]) if values else ""


def _one(kind: str, entry: Mapping[str, Any]) -> str:
    value = entry.get("value")
    if value is None or value == "":
        return ""
    if kind == "date":
        return _day(value)
    if kind == "daterange":
        return f"{_day(value.get('from'))}~{_day(value.get('to'))}"
    if kind == "geolocation":
        return f"{value['lat']}|{value['lon']}"
    if kind == "link":
        return f"{value.get('label') or value.get('url', '')}|{value.get('url', '')}"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _label(entry: Mapping[str, Any]) -> str:
    parent = entry.get("parent")
    label = str(entry.get("label") or entry.get("value") or "")
    return f"{parent['label']}::{label}" if parent else label


def _related(entry: Mapping[str, Any]) -> str:
    """The related entity's title, or the property that is inherited from it."""
    if isinstance(entry.get("inheritedValue"), list) and entry.get("inheritedType"):
        return _formatted(entry["inheritedType"], entry["inheritedValue"])
    return str(entry.get("label") or "")


def _day(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()
