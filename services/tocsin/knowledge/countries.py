"""Names of States and territories for people to read.

English and French are a table, meant to be the short names of UNTERM; nobody has compared it with UNTERM yet. Others
have a name there where the usage of the United Nations differs from that of CLDR, which gives the rest.
"""

import csv
import io
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.core import get_global


@cache
def country_name(code: str, language: str) -> str:
    """The name in ``language``, else in English, else the code."""
    names = _names().get(code)
    if names is None:
        return code
    return names.get(language) or _in_cldr(code, language) or names["en"]


def country_codes() -> frozenset[str]:
    """Every code that a report may use: those of ISO 3166-1, and XKX."""
    return frozenset(_names())


def _in_cldr(code: str, language: str) -> str | None:
    """CLDR has codes of two letters; those of three are aliases there."""
    aliases: list[str] = get_global("territory_aliases").get(code, [])
    try:
        return Locale(language).territories.get(aliases[0]) if len(aliases) == 1 else None
    except UnknownLocaleError:
        return None


@cache
def _names() -> dict[str, dict[str, str]]:
    text = (files("tocsin.knowledge") / "countries.csv").read_text(encoding="utf-8")
    return {row.pop("code"): row for row in csv.DictReader(io.StringIO(text))}
