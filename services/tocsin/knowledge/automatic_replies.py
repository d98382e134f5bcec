"""How automatic mail says that it is, by kind, in the languages of those who are written to."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def phrases() -> Mapping[str, tuple[str, ...]]:
    """What a subject or a text says, by the kinds that the file explains."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in content()["phrases"]:
        found[entry["kind"]] += entry["phrases"]
    return {kind: tuple(said) for kind, said in found.items()}


@cache
def headers() -> Mapping[str, tuple[str, ...]]:
    """Header names whose presence says so (an empty tuple), or the values that do."""
    found = content()["headers"]
    present: dict[str, tuple[str, ...]] = dict.fromkeys(found["present"], ())
    return present | {name: tuple(values) for name, values in found["valued"].items()}


@cache
def answering() -> frozenset[str]:
    """The values that say that a machine answers for a person."""
    return frozenset(content()["headers"]["answering"])


def content() -> dict[str, Any]:
    """The file as it is."""
    return tomllib.loads((resources.files(__package__) / "automatic_replies.toml").read_text(encoding="utf-8"))
