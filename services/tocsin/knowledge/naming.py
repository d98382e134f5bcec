"""The tables of names, as plain values; ``tocsin.domain.names`` says what they mean."""

import csv
import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

_ROLES = ("titles", "particles", "kunya", "servant", "withheld")


class NamingTables(NamedTuple):
    """roles: words by role. forms: the spellings of each name. rarity: skeleton to bits. edits: rows by script."""

    roles: dict[str, tuple[str, ...]]
    forms: dict[str, tuple[str, ...]]
    rarity: dict[str, float]
    edits: dict[str, list[tuple[str, str, float]]]


@cache
def load_naming() -> NamingTables:
    """Read the tables of ``names/``."""
    roles, named = tomllib.loads(_read("roles.toml")), tomllib.loads(_read("given_names.toml"))
    edits: dict[str, list[tuple[str, str, float]]] = {}
    for row in csv.DictReader(_read("edits.csv").splitlines()):
        edits.setdefault(row["script"], []).append((row["ours"], row["theirs"], float(row["bits"])))
    rarity = {row["skeleton"]: float(row["bits"]) for row in csv.DictReader(_read("rarity.csv").splitlines())}
    forms = {name: tuple(f.split()) for part in named.values() if isinstance(part, dict) for name, f in part.items()}
    return NamingTables({role: tuple(roles[role].split()) for role in _ROLES}, forms, rarity, edits)


def _read(name: str) -> str:
    return (resources.files(__package__) / "names" / name).read_text(encoding="utf-8")
