"""The words of the pages: ``catalogues/<language>/*.po``, and names of what has a code in the knowledge."""

from collections.abc import Mapping
from pathlib import Path

from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels
from tocsin.runtime import browsers
from tocsin.runtime.catalogues import FALLBACK, Words, catalogue
from tocsin.runtime.isolates import Said

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "ru": "Русский",
    "pt": "Português",
}
"""Each in its own name."""
FOLDER = Path(__file__).parent / "catalogues"


def words(language: str) -> Words:
    """The words of ``language``, one of ``LANGUAGES``."""
    return catalogue(FOLDER, language)


def label(said: Words, kind: str, code: str) -> str:
    """The word for a code of the knowledge; the code where there is none."""
    return labels(said.language).get(kind, {}).get(code, code)


def country(said: Words, code: str) -> str:
    return country_name(code, said.language)


def named(said: Words, names: Mapping[str, str], key: str) -> Said:
    """A name in this language, or else in English, and marked so; or the key."""
    language = said.language if said.language in names else FALLBACK
    return said.foreign(names.get(language, key), language if language in names else None)


def best_language(accepted: str) -> str:
    """Of an ``Accept-Language`` header, the language that is preferred among ours."""
    return browsers.best_language(accepted, LANGUAGES, FALLBACK)
