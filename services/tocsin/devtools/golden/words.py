"""The words of the pages, by language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypeAlias

Words: TypeAlias = Mapping[str, Mapping[str, str]]
LANGUAGES = ("en", "fr")


@cache
def words(language: str) -> Words:
    """By table and key."""
    found: Words = tomllib.loads((files(__package__) / f"words.{language}.toml").read_text(encoding="utf-8"))
    return found
