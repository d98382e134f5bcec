"""Reads the dated facts beside this module; ``checking`` says whether they fit together."""

import csv
import hashlib
import io
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import TypeVar

from tocsin_schemas.knowledge import (
    Clock,
    Code,
    Knowledge,
    Mandate,
    Mechanism,
    Membership,
    ReprisalForm,
    Term,
    Territory,
)
from tocsin_schemas.model import Model

LANGUAGES = frozenset({"en", "fr", "es", "ar", "ru", "pt"})
"""Those that have words of their own for every code."""
_FILES = ("clocks.toml", "glossary.toml", "mandates.toml", "mechanisms.toml", "memberships.csv", "territories.toml")
_VOCABULARIES: Mapping[str, type[Code]] = {"violations": Code, "reprisals": ReprisalForm, "actions": Code}
_Fact = TypeVar("_Fact", bound=Model)


@cache
def load() -> Knowledge:
    """Everything the router knows. Raises ValueError if a file does not have the shape it should have."""
    texts = {name: _read(name) for name in _FILES}
    return Knowledge(
        mechanisms={m.key: m for m in _facts(Mechanism, texts["mechanisms.toml"], "mechanism")},
        memberships=_by_member(_memberships(texts["memberships.csv"])),
        mandates=tuple(_facts(Mandate, texts["mandates.toml"], "mandate")),
        version=_digest(texts),
        clocks={c.key: c for c in _facts(Clock, texts["clocks.toml"], "clock")},
        territories={t.code: t for t in _facts(Territory, texts["territories.toml"], "territory")},
        glossary=tuple(_facts(Term, texts["glossary.toml"], "term")),
    )


@cache
def vocabularies() -> Mapping[str, Mapping[str, Code]]:
    """The closed vocabularies with their words, by kind and code: ``violations``, ``reprisals``, ``actions``."""
    return {
        kind: {c.code: c for c in _facts(model, _read(f"vocabulary/{kind}.toml"), "code")}
        for kind, model in _VOCABULARIES.items()
    }


@cache
def labels(language: str) -> Mapping[str, Mapping[str, str]]:
    """Words for codes, by kind: ``labels("fr")["violations"]["torture"]``. English where the language has none."""
    known = language if language in LANGUAGES else "en"
    words = {kind: {code: entry.name[known] for code, entry in codes.items()} for kind, codes in vocabularies().items()}
    return tomllib.loads(_read(f"labels/{known}.toml")) | words


def _read(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _facts(model: type[_Fact], text: str, table: str) -> Iterator[_Fact]:
    for row in tomllib.loads(text)[table]:
        yield model.model_validate_json(json.dumps(row, default=str))


def _memberships(text: str) -> Iterator[Membership]:
    for row in csv.DictReader(io.StringIO(text)):
        yield Membership.model_validate_json(json.dumps({k: v for k, v in row.items() if v}))


def _by_member(periods: Iterable[Membership]) -> dict[tuple[str, str], tuple[Membership, ...]]:
    found: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    for period in periods:
        found[period.organisation, period.country].append(period)
    return {key: tuple(value) for key, value in found.items()}


def _digest(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()
