"""The words of the operators' pages: ``catalogues/<language>/*.po``, words of the knowledge, times and figures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from fastapi import Request, Response

from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels, load
from tocsin.runtime import browsers
from tocsin.runtime.catalogues import FALLBACK, Words, catalogue

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""Each in its own name."""
FOLDER = Path(__file__).parent / "catalogues"
KNOWN = {
    "act": "actions",
    "certainty": "certainties",
    "hold": "holds",
    "reply": "replies",
    "rule": "rules",
    "status": "statuses",
    "suggestion": "suggestions",
    "urgency": "urgencies",
    "violation": "violations",
}
"""Kinds of codes whose words are of the knowledge, by their name there."""


def words(language: str) -> Words:
    """The words of ``language``, one of ``LANGUAGES``."""
    return catalogue(FOLDER, language)


def words_for(request: Request) -> Words:
    """In the visitor's language: of the address, or else of the last choice, or else that the browser prefers."""
    visit = getattr(request.state, "visit", None)
    if visit is not None:
        return words(visit.language)
    wanted = request.query_params.get("lang", "")
    accepted = request.headers.get("accept-language", "")
    return words(wanted if wanted in LANGUAGES else browsers.best_language(accepted, LANGUAGES, FALLBACK))


def keep_language(request: Request, page: Response) -> None:
    """What the address chose stays so, on every page of the console."""
    wanted, visit = request.query_params.get("lang"), getattr(request.state, "visit", None)
    if wanted in LANGUAGES and visit is not None:
        visit.desk.site.keep(page, "language", wanted, None, "lax")


def spoken(said: Words) -> dict[str, Any]:
    """What templates say codes, places, days and numbers with."""
    return {
        "coded": lambda kind, code: coded(said, kind, str(code)),
        "country": lambda code: country_name(code, said.language),
        "moment": moment,
        "number": lambda number: format_decimal(number, locale=said.language),
        "party": lambda key: party(said, key),
        "said": said,
    }


def coded(said: Words, kind: str, code: str) -> str:
    """What people call a code; without words for it, the code with spaces. kind: what its key begins with."""
    if kind == "country":
        return country_name(code, said.language)
    if kind in KNOWN and code in (known := labels(said.language)[KNOWN[kind]]):
        return known[code]
    key = f"{kind}.{code}"
    return said(key) if said.has(key) else code.replace("_", " ").replace("-", " ")


def party(said: Words, key: str) -> str:
    """The name of a mechanism or mandate; empty if it is neither."""
    known = load()
    names = next((mandate.name for mandate in known.mandates if mandate.key == key), None)
    if names is None:
        names = known.mechanisms[key].name if key in known.mechanisms else {}
    return names.get(said.language, names.get(FALLBACK, ""))


def moment(at: datetime | str) -> str:
    """at: with its zone; as text, in ISO 8601. To the second, in UTC: operators compare it with logs."""
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{known.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
