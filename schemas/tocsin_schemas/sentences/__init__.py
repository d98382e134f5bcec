"""What is said of refusals: a catalogue for each language, with the same keys. Data only; ``refusals`` reads it."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "fr")
OPTIONAL = re.compile(r"\[([^\[\]]*\{\w+\}[^\[\]]*)\]")
"""A part of a template that is left out if one of its fields has nothing to say."""


@cache
def catalogue(language: str) -> dict[str, dict[str, Any]]:
    """By code: ``sentence``, ``remedy`` and, for some, ``hints``. Beside the codes: ``phrases`` and common ``hints``.

    language: one of LANGUAGES.
    """
    return tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
