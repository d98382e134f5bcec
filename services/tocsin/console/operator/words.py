"""The words of the operators' pages: ``catalogues/<language>/*.po``."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import Request

from tocsin.knowledge.load import labels
from tocsin.runtime import browsers
from tocsin.runtime.catalogues import FALLBACK, Words, catalogue

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""Each in its own name."""
FOLDER = Path(__file__).parent / "catalogues"
COOKIE = "console-language"


def words(language: str) -> Words:
    """The words of ``language``, one of ``LANGUAGES``."""
    return catalogue(FOLDER, language)


def words_for(request: Request) -> Words:
    """In the language of the address, or else of the browser's last choice, or else that it prefers."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted is not None and wanted in LANGUAGES:
            return words(wanted)
    return words(browsers.best_language(request.headers.get("accept-language", ""), LANGUAGES, FALLBACK))


def coded(said: Words, kind: str, code: str) -> str:
    """What people call a code; without words for it, the code with spaces. kind: what its key begins with."""
    if kind == "violation" and code in (known := labels(said.language)["violations"]):
        return known[code]
    key = f"{kind}.{code}"
    return said(key) if said.has(key) else code.replace("_", " ").replace("-", " ")
