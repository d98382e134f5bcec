"""Words compared as people write them: without case, accents, vowel marks and punctuation."""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

_SAME = str.maketrans({"ة": "ه", "ى": "ي", "ё": "е", "œ": "oe", "ß": "ss", "ı": "i", "ـ": ""})


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The text for comparison: NFKD without marks, casefolded, each run of other characters than letters one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SAME)).casefold()
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@cache
def vocabulary(name: str) -> Mapping[str, str]:
    """Folded words of one list of ``words.toml``, each with our code."""
    return {fold(word) or word: code for code, words in _table("words.toml")[name].items() for word in words}


def code_lists() -> tuple[str, ...]:
    """The names of the lists that stand for codes of the contract."""
    return tuple(name for name in _table("words.toml") if name != "yes_no")


@cache
def headers() -> Mapping[str, frozenset[str]]:
    """Target, and the folded names that its column has in spreadsheets."""
    return {target: frozenset(map(fold, names)) for target, names in _table("headers.toml").items()}


def lookup(table: Mapping[str, str], value: str) -> str | None:
    """The code for ``value`` in a table of folded words; a word of mere signs, such as ``?``, counts as it is."""
    return table.get(fold(value) or value.strip())


def folded(table: Mapping[str, str]) -> dict[str, str]:
    return {fold(word) or word.strip(): code for word, code in table.items()}


@cache
def _table(name: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads((files("tocsin.importing.cells") / name).read_text(encoding="utf-8"))
