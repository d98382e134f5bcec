"""Reads the sample from the package."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tocsin.devtools.corpus import invalid
from tocsin.devtools.corpus.letters import Letter
from tocsin.devtools.corpus.shorthand import letters_of
from tocsin_schemas.directory import RecipientEntry

THEMES = ("detentions", "land", "funding", "reprisals", "handling")


def load() -> list[Letter]:
    """Every letter of the sample, in the order in which it is published."""
    return [letter for case in cases() for letter in letters_of(case)] + invalid.letters()


def directory() -> list[RecipientEntry]:
    """Invented recipients for every mandate but one."""
    return [RecipientEntry.model_validate(entry, strict=False) for entry in read("directory")]


@cache
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(case for theme in THEMES for case in read(theme))


def read(name: str) -> Any:
    return yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
