"""Uwazi's REST API, as its source has it: sign-in, templates, and entities page by page.

What was read (huridocs/uwazi, development branch as stored in November 2026):

- ``app/api/auth/routes.js``: ``POST /api/login`` with username, password and, for accounts with a second factor,
  ``token``; the answer sets the session's cookie. There are no API tokens.
- ``app/api/auth/CSRFMiddleware.ts``: POST needs ``X-Requested-With: XMLHttpRequest``.
- ``app/api/auth/privateInstanceMiddleware.js``: a private collection answers 401 to strangers.
- ``app/api/search/deprecatedRoutes.js``, ``app/shared/types/searchParameterSchema.ts``,
  ``app/api/utils/parseQueryMiddleware.ts``: ``GET /api/search`` with ``types``, ``sort``, ``order``, ``from``,
  ``limit``, ``includeUnpublished``, each read as JSON; the answer is ``{rows, totalRows, …}``.
- ``app/api/search/documentQueryBuilder.js``: which fields a row has; ``includeUnpublished`` counts for editors and
  administrators.
- ``app/api/utils/languageMiddleware.ts``: the language is that of ``Content-Language``.
- ``app/api/templates/routes.js``: ``GET /api/templates`` answers ``{rows}``.
- Issues 2708 and 2924: a search never reaches beyond 10,000 entities.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tocsin.importing.sending.asking import Server, Sleep
from tocsin.importing.sending.doors import Forbidden, Unavailable

WINDOW = 10_000
"""``from`` plus ``limit``: Elasticsearch's result window."""
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_MAX_ANSWER = 64 << 20
Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Who reads: username and password, and the second factor's token if there is one; or a session's cookie."""

    username: str = ""
    password: str = ""
    token: str = ""
    session: str = ""


class Uwazi:
    """One collection; ``close`` it in the end.

    base: its address; only ``https``, unless it is on this machine. language: of the texts, for example ``fr``.
    sleep: seconds between tries. Raises Forbidden.
    """

    def __init__(self, base: str, language: str, sleep: Sleep = time.sleep) -> None:
        headers = {"x-requested-with": "XMLHttpRequest", "content-language": language, "accept": "application/json"}
        self._server = Server("the collection", base, headers, _TIMEOUT, sleep)

    def sign_in(self, account: Account) -> None:
        """Raises Forbidden if the collection does not know the account."""
        if account.session:
            self._server.client.cookies.set("connect.sid", account.session)
            return
        content = {"username": account.username, "password": account.password}
        self._ask("POST", "/api/login", json=content | ({"token": account.token} if account.token else {}))

    def template(self, wanted: str) -> Entity:
        """The template with this id or name. Raises Forbidden if there is none."""
        for found in self._ask("GET", "/api/templates").get("rows", ()):
            if wanted in (found.get("_id"), found.get("name")):
                return dict(found)
        raise Forbidden("the collection has no template of this name")

    def page(self, template_id: str, start: int, limit: int, unpublished: bool) -> tuple[list[Entity], int]:
        """Entities of a template, the last edited first, and how many there are (at most ``WINDOW`` are told)."""
        query = {
            "types": json.dumps([template_id]),
            "sort": "editDate",
            "order": "desc",
            "from": start,
            "limit": limit,
            "includeUnpublished": json.dumps(unpublished),
        }
        answer = self._ask("GET", "/api/search", params=query)
        rows, total = answer.get("rows"), answer.get("totalRows", 0)
        if not isinstance(rows, list) or not all(isinstance(row.get("sharedId"), str) for row in rows):
            raise Unavailable("the collection answers in a way that is not understood")
        return rows, int(total if isinstance(total, int) else total.get("value", 0))

    def in_language(self, shared_id: str, language: str) -> Entity | None:
        """The same entity in another language of the collection."""
        headers = {"content-language": language}
        query = {"sharedId": shared_id, "omitRelationships": "true"}
        rows = self._ask("GET", "/api/entities", params=query, headers=headers).get("rows", ())
        return next((row for row in rows if row.get("language") == language), None)

    def close(self) -> None:
        self._server.close()

    def _ask(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        return _content(self._server.ask(method, path, **what))


def _content(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code in (401, 403, 409):
        raise Forbidden("the collection does not admit this account")
    if answer.status_code != 200 or len(answer.content) > _MAX_ANSWER:
        raise Unavailable(f"the collection answered {answer.status_code} in a way that is not understood")
    try:
        found = answer.json()
    except ValueError:
        raise Unavailable("the collection answered something that is not JSON: is this address a Uwazi?") from None
    return found if isinstance(found, dict) else {}
