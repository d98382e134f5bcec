"""Names of States and territories for people to read, in English and French.

Meant to be the short names of UNTERM; nobody has compared them with it yet.
"""

import csv
import io
from functools import cache
from importlib.resources import files


def country_name(code: str, language: str) -> str:
    """The name in ``language``, else in English, else the code."""
    names = _names().get(code, {})
    return names.get(language) or names.get("en") or code


def country_codes() -> frozenset[str]:
    """Every code that a report may use: those of ISO 3166-1, and XKX."""
    return frozenset(_names())


@cache
def _names() -> dict[str, dict[str, str]]:
    text = (files("tocsin.knowledge") / "countries.csv").read_text(encoding="utf-8")
    return {row.pop("code"): row for row in csv.DictReader(io.StringIO(text))}
