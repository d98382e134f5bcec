"""The contract as data, for those who explain it: what an object may hold, what a field permits, an example of each.

All of it is read from the JSON Schemas of the models. A place in them is named by its model and field: ``Report``,
``PersonName.value``, ``Violation.types[]`` for what a list holds.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from pydantic.json_schema import models_json_schema

from tocsin_schemas.model import Model
from tocsin_schemas.topics import ACTIONS, EVENT_MODELS, REPORTS, TOPIC_OF

Schema = Mapping[str, Any]
PUBLISHED = tuple(name for topic in (REPORTS, ACTIONS) for name in topic.events if name != "follow-up.due")
"""The event types that publishers send."""
PUBLISHED_ON = {name: TOPIC_OF[name].name for name in PUBLISHED}
_SAMPLES = {"date": "2026-03-09", "date-time": "2026-03-09T14:00:00Z"}
_FORMS: Mapping[str, tuple[str, str]] = {
    "^[A-Z]{3}$": ("country", "TGO"),
    "^[a-z]{2,3}$": ("language", "fr"),
    "^[A-Z][a-z]{3}$": ("script", "Latn"),
    "^[A-Za-z0-9][A-Za-z0-9._:-]*$": ("identifier", "UN-WGAD"),
    "^/[A-Za-z0-9_/]*$": ("field-path", "/alleged_victims/0/health"),
    "^[0-9a-f]{64}$": ("sha256", "0" * 64),
    "^[0-9a-f]{32}$": ("opaque-id", "0" * 32),
}
"""What a pattern asks for: its name, and a text that fits."""
_EDTF = re.compile(r"\^\[0-9\]\{4\}\(-")


@lru_cache(maxsize=4096)
def shape(of: str) -> Schema:
    """The JSON Schema of a place, without references; empty if the contract has no such place."""
    name, _, field = of.partition(".")
    field, lists = field.rstrip("[]"), field.count("[]")
    found: Schema = _definitions().get(name, {})
    if field:
        found = _resolved(found.get("properties", {}).get(field, {}))
    for _ in range(lists):
        found = _resolved(found.get("items", {}))
    return found


def place_of(model: type[Model], parts: Sequence[str | int]) -> str:
    """The name of the place that ``parts`` lead to from ``model``; the innermost that the contract knows."""
    place = model.__name__
    for part in parts:
        found = shape(place)
        if isinstance(part, int):
            inner = place + "[]" if "items" in found else ""
        else:
            owner = found.get("title", "") if "." in place else place
            inner = f"{owner}.{part}" if part in found.get("properties", {}) else ""
        if not inner:
            return place
        place = inner
    return place


def permitted(of: str) -> tuple[str, ...]:
    """The words of a controlled list, or the fields of an object; empty if the place is neither."""
    found = shape(of)
    if words := _words(found):
        return words
    return tuple(found.get("properties", ()))


def form(of: str) -> str:
    """What kind of text a pattern asks for: ``country``, ``language`` …; "" if it is none of those."""
    found = shape(of)
    if _EDTF.match(found.get("pattern", "")):
        return "date"
    return _FORMS.get(found.get("pattern", ""), ("", ""))[0]


@lru_cache(maxsize=4096)
def example(of: str) -> str:
    """JSON that fits the place, with no more in it than is required; "" for a place that the contract has not."""
    return json.dumps(_sample(found), ensure_ascii=False) if (found := shape(of)) else ""


def places() -> tuple[str, ...]:
    """Every place that the contract describes."""
    fields = ((name, field) for name, found in _definitions().items() for field in found.get("properties", ()))
    return (*_definitions(), *(f"{name}.{field}{end}" for name, field in fields for end in ("", "[]")))


@lru_cache(maxsize=4096)
def homes(model: type[Model], field: str) -> tuple[str, ...]:
    """Where a field of this name belongs in an event, as JSON Pointers, the nearest to the root first.

    0 stands for each entry of a list.
    """
    found = [path for path, name in _fields(model.__name__, "", 0) if name == field]
    return tuple(sorted(found, key=lambda path: path.count("/")))


@cache
def words() -> frozenset[str]:
    """Every word of the contract: fields, listed values, event types. Whoever says one repeats nobody."""
    listed = {
        word
        for found in _definitions().values()
        for part in (found, *found.get("properties", {}).values())
        for word in _words(_resolved(part))
    }
    return _field_names() | listed | set(EVENT_MODELS)


@cache
def _field_names() -> frozenset[str]:
    return frozenset(name for found in _definitions().values() for name in found.get("properties", ()))


def is_a_field(name: str) -> bool:
    """Whether any object of the contract has a field of this name; the sender's own words are not kept."""
    return name in _field_names()


def _fields(of: str, path: str, depth: int) -> Iterator[tuple[str, str]]:
    found = shape(of)
    owner = of if "." not in of else found.get("title", "")
    for name in found.get("properties", ()) if depth < 5 else ():
        yield f"{path}/{name}", name
        inner, place = f"{owner}.{name}", f"{path}/{name}"
        while "items" in shape(inner):
            inner, place = inner + "[]", place + "/0"
        yield from _fields(inner, place, depth + 1)


def _sample(found: Schema) -> Any:
    if words := _words(found):
        return words[0]
    match found.get("type"):
        case "object":
            return {name: _sample(_resolved(found["properties"][name])) for name in found.get("required", ())}
        case "array":
            return [_sample(_resolved(found["items"]))]
        case "boolean":
            return True
        case "integer" | "number":
            return max(found.get("minimum", 1), 1)
    return _text(found)


def _text(found: Schema) -> str:
    pattern = found.get("pattern", "")
    if _EDTF.match(pattern):
        return _SAMPLES["date"]
    return _SAMPLES.get(found.get("format", ""), _FORMS.get(pattern, ("", "…"))[1])


def _words(found: Schema) -> tuple[str, ...]:
    """Of a union of words and texts, the words."""
    for part in (found, *map(_resolved, found.get("anyOf", ()))):
        if words := part.get("enum", [part["const"]] if "const" in part else []):
            return tuple(map(str, words))
    return ()


def _resolved(found: Schema) -> Schema:
    """Without references, and without the null of what may be absent."""
    if "$ref" in found:
        return _definitions().get(found["$ref"].rpartition("/")[2], {})
    parts = [part for part in found.get("anyOf", ()) if part.get("type") != "null"]
    return _resolved(parts[0]) if len(parts) == 1 else found


@cache
def _definitions() -> Mapping[str, Schema]:
    wanted = dict.fromkeys(EVENT_MODELS.values())
    _, collected = models_json_schema([(model, "validation") for model in wanted])
    definitions: Mapping[str, Schema] = collected["$defs"]
    return definitions
