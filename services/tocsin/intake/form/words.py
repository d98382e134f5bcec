"""The words of the form: ``catalogues/<language>/*.po``, and names of what has a code in the knowledge or in CLDR."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from anyascii import anyascii
from babel import Locale

from tocsin.knowledge import load
from tocsin.knowledge.countries import country_name
from tocsin.runtime import browsers
from tocsin.runtime.catalogues import FALLBACK, Words, catalogue

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""Each in its own name."""
FOLDER = Path(__file__).parent / "catalogues"
_FROM_KNOWLEDGE = frozenset({"violations", "actions", "urgencies", "certainties"})


def words(language: str) -> Words:
    """The words of ``language``, one of ``LANGUAGES``."""
    return catalogue(FOLDER, language)


def best_language(accepted: str) -> str:
    """Of an ``Accept-Language`` header, the language that is preferred among ours."""
    return browsers.best_language(accepted, LANGUAGES, FALLBACK)


def choice(said: Words, kind: str, code: str) -> str:
    """The word for a code. kind: ``Question.words``. The code itself where there is none."""
    if kind in _FROM_KNOWLEDGE:
        return _capital(load.labels(said.language)[kind].get(code, code))
    if kind in _NAMED:
        return _NAMED[kind](code, said.language)
    key = f"{kind}.{code.strip('/').replace('/', '-')}"
    return str(said(key)) if said.has(key) else code


@cache
def choices(language: str, kind: str, codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(code, word) of a list. What people look for by its name stands in the order of the alphabet."""
    found = [(code, choice(words(language), kind, code)) for code in codes]
    if kind in ("country", "language", "script"):
        found.sort(key=lambda pair: anyascii(pair[1]).lower())
    return tuple(found)


def _language(code: str, language: str) -> str:
    return _capital(str(Locale(language).languages.get(code, code)))


def _script(code: str, language: str) -> str:
    return _capital(str(Locale(language).scripts.get(code, code)))


def _mechanism(key: str, language: str) -> str:
    known = load.load().mechanisms.get(key)
    return key if known is None else known.name.get(language, known.name.get(FALLBACK, key))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_NAMED: Mapping[str, Callable[[str, str], str]] = {
    "country": country_name,
    "language": _language,
    "script": _script,
    "mechanism": _mechanism,
}
