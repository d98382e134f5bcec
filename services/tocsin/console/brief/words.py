"""The words of the brief, in English and French, and names of what has a code in the knowledge."""

from collections.abc import Mapping
from pathlib import Path

from tocsin.domain.briefing.composing import OTHERS
from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels, load
from tocsin.runtime.catalogues import FALLBACK, Words, catalogue

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""Each in its own name."""
FOLDER = Path(__file__).parent / "catalogues"


def words(language: str) -> Words:
    """The words of ``language``, one of ``LANGUAGES``."""
    return catalogue(FOLDER, language)


def label(said: Words, kind: str, code: object) -> str:
    """The word for a code of the knowledge; the code where there is none."""
    return labels(said.language).get(kind, {}).get(str(code), str(code))


def country(said: Words, code: str) -> str:
    """The name of a State, or of all others."""
    return str(said(f"row.{OTHERS}")) if code == OTHERS else country_name(code, said.language)


def party(said: Words, key: str) -> str:
    """The name of a mechanism or mandate, or of all others; the key if it is none of them."""
    if key == OTHERS:
        return str(said(f"row.{OTHERS}"))
    known = load()
    names = next((mandate.name for mandate in known.mandates if mandate.key == key), None)
    if names is None:
        mechanism = known.mechanisms.get(key)
        names = mechanism.name if mechanism else {}
    return names.get(said.language, names.get(FALLBACK, key))
