"""A collection of Uwazi as its source has it: sign-in, templates, search and entities, on loopback.

Shapes: huridocs/uwazi, ``app/api/auth/routes.js``, ``app/api/auth/CSRFMiddleware.ts``,
``app/api/search/deprecatedRoutes.js``, ``app/api/search/documentQueryBuilder.js``, ``app/api/utils/languageMiddleware.ts``,
``app/api/csv/specs/exportCsvFixtures.ts`` (rows of a search) and ``app/api/templates/routes.js``.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback import Handler, on_loopback

TEMPLATE: dict[str, Any] = {
    "_id": "58ad7d240d44252fee4e61fd",
    "name": "Case",
    "properties": [
        {"_id": "1", "name": "case_number", "label": "Case number", "type": "generatedid"},
        {"_id": "2", "name": "date", "label": "Date", "type": "date"},
        {"_id": "3", "name": "period", "label": "Period", "type": "daterange"},
        {"_id": "4", "name": "country", "label": "Country", "type": "relationship"},
        {"_id": "5", "name": "violations", "label": "Violations", "type": "multiselect"},
        {"_id": "6", "name": "place_geolocation", "label": "Place", "type": "geolocation"},
        {"_id": "7", "name": "facts", "label": "Facts", "type": "markdown"},
        {"_id": "8", "name": "link", "label": "Link", "type": "link"},
        {"_id": "9", "name": "dates", "label": "Dates", "type": "multidate"},
        {"_id": "10", "name": "count", "label": "Count", "type": "numeric"},
        {"_id": "11", "name": "shown", "label": "Shown", "type": "preview"},
    ],
}
SECOND = 1_000
START = 1_764_000_000_000
"""Milliseconds: November 2025."""


def an_entity(number: int, **over: Any) -> dict[str, Any]:
    """One row of ``GET /api/search``; ``over`` replaces whole fields."""
    return {
        "_id": f"{number:024x}",
        "sharedId": f"shared{number:05}",
        "language": "en",
        "template": TEMPLATE["_id"],
        "title": f"Tamsin Marvelle {number}",
        "published": True,
        "creationDate": START,
        "editDate": START + number * SECOND,
        "metadata": {
            "case_number": [{"value": f"ABC{number:04}-1111"}],
            "date": [{"value": 1_795_132_800}],
            "period": [{"value": {"from": 1_795_132_800, "to": 1_795_219_200}}],
            "country": [{"value": "x1", "label": "Togo", "type": "entity", "inheritedType": "text", "inheritedValue": [{"value": "TGO"}]}],
            "violations": [
                {"value": "v1", "label": "arrest", "parent": {"label": "Liberty", "value": "p1"}},
                {"value": "v2", "label": "torture"},
            ],
            "place_geolocation": [{"value": {"lat": 6.13, "lon": 1.22, "label": ""}}],
            "facts": [{"value": "Arrested at her office."}],
            "link": [{"value": {"label": "News", "url": "https://news.example/1"}}],
            "dates": [{"value": 1_795_132_800}, {"value": 1_795_219_200}],
            "count": [{"value": 2}],
            "shown": [],
        },
        "documents": [{"filename": "a.pdf"}],
        "attachments": [],
    } | over  # fmt: skip


class Collection:
    """The entities, and what the server does besides answering: refuse, fail, and let others edit meanwhile."""

    def __init__(self, count: int = 0) -> None:
        self.entities = {e["sharedId"]: e for e in map(an_entity, range(1, count + 1))}
        self.translations: dict[tuple[str, str], dict[str, Any]] = {}
        self.account = ("reader", "correct horse", "")
        self.private = False
        self.failures: list[tuple[int, dict[str, str]]] = []
        self.meanwhile: dict[int, Callable[[], None]] = {}
        """What happens before which search is answered, 0 the first."""
        self.searches: list[dict[str, Any]] = []
        self.clock = START + 100_000 * SECOND

    def edit(self, number: int, **over: Any) -> None:
        self.clock += SECOND
        entity = self.entities[f"shared{number:05}"]
        self.entities[entity["sharedId"]] = entity | {"editDate": self.clock} | over

    def remove(self, *numbers: int) -> None:
        for number in numbers:
            self.entities.pop(f"shared{number:05}", None)

    def page(self, template_id: str, start: int, limit: int, unpublished: bool) -> tuple[list[Any], int]:
        self.meanwhile.pop(len(self.searches), lambda: None)()
        self.searches.append({"from": start, "limit": limit})
        chosen = [e for e in self.entities.values() if e["template"] == template_id and (unpublished or e["published"])]
        chosen.sort(key=lambda entity: (-entity["editDate"], entity["sharedId"]))
        return [dict(entity) for entity in chosen[start : start + limit]], len(chosen)


class _Handler(Handler):
    collection: Collection

    def respond(self) -> None:
        if self.command == "POST":
            self._sign_in()
        else:
            self._read()

    def _read(self) -> None:
        place = urlsplit(self.path)
        query = {name: _parsed(values[0]) for name, values in parse_qs(place.query).items()}
        if self.collection.failures:
            status, headers = self.collection.failures.pop(0)
            self.answer(status, {"error": "later"}, headers)
        elif self.collection.private and not self._signed_in():
            self.answer(401, {"error": "Unauthorized"})
        elif place.path == "/api/templates":
            self.answer(200, {"rows": [{"_id": "other", "name": "Other", "properties": []}, TEMPLATE]})
        elif place.path == "/api/search":
            unpublished = bool(query.get("includeUnpublished")) and self._signed_in()
            assert (query["sort"], query["order"]) == ("editDate", "desc")
            rows, total = self.collection.page(query["types"][0], query["from"], query["limit"], unpublished)
            self.answer(200, {"rows": rows, "totalRows": total, "aggregations": {"all": {}}})
        elif place.path == "/api/entities":
            found = self.collection.translations.get((query["sharedId"], self.headers["content-language"]))
            self.answer(200, {"rows": [found] if found else []})
        else:
            self.answer(404, {"error": "not found"})

    def _sign_in(self) -> None:
        body = json.loads(self.content())
        if self.headers["x-requested-with"] != "XMLHttpRequest":
            self.answer(403, {"error": "Unauthorized"})
        elif (body["username"], body["password"], body.get("token", "")) != self.collection.account:
            self.answer(401, {"error": "Unauthorized"})
        else:
            self.answer(200, {"success": True}, {"set-cookie": "connect.sid=s%3Aabc; Path=/; HttpOnly"})

    def _signed_in(self) -> bool:
        return "connect.sid=s%3Aabc" in (self.headers["cookie"] or "")


def _parsed(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def serving(collection: Collection) -> AbstractContextManager[str]:
    """The address of the collection."""
    return on_loopback(_Handler, collection=collection)
