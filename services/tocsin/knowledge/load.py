"""Reads the dated facts beside this module and checks that they fit together."""

import csv
import hashlib
import io
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TypeVar

from tocsin_schemas.knowledge import (
    Clock,
    Competence,
    Knowledge,
    Mandate,
    Mechanism,
    Membership,
    Sourced,
    Term,
    Territory,
)
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import Priority

_FILES = ("clocks.toml", "glossary.toml", "mandates.toml", "mechanisms.toml", "memberships.csv", "territories.toml")
_Fact = TypeVar("_Fact", bound=Model)


@cache
def load() -> Knowledge:
    """Everything the router knows. Raises ValueError if a file does not have the shape it should have."""
    texts = {name: _read(name) for name in _FILES}
    return Knowledge(
        mechanisms={m.key: m for m in _facts(Mechanism, texts, "mechanism")},
        memberships=_by_member(_memberships(texts["memberships.csv"])),
        mandates=tuple(_facts(Mandate, texts, "mandate")),
        version=_digest(texts),
        clocks={c.key: c for c in _facts(Clock, texts, "clock")},
        territories={t.code: t for t in _facts(Territory, texts, "territory")},
        glossary=tuple(_facts(Term, texts, "term")),
    )


@cache
def labels(language: str) -> Mapping[str, Mapping[str, str]]:
    """Words for codes, by kind: ``labels("fr")["violations"]["torture"]``. English where the language has none."""
    available = resources.files(__package__) / "labels" / f"{language}.toml"
    name = language if available.is_file() else "en"
    return tomllib.loads(_read(f"labels/{name}.toml"))


def check(knowledge: Knowledge) -> list[str]:
    """What does not fit together, in words; empty if all is well."""
    return [*_of_mechanisms(knowledge), *_of_mandates(knowledge), *_of_periods(knowledge), *_of_clocks(knowledge)]


def unverified(knowledge: Knowledge) -> list[str]:
    """The facts that no source has confirmed yet, so that nobody mistakes them for checked ones."""
    named: list[tuple[str, Sourced]] = [(f"mechanism {m.key}", m) for m in knowledge.mechanisms.values()]
    named += [(f"mandate {m.key}", m) for m in knowledge.mandates]
    named += [(f"membership {p.organisation} {p.country}", p) for ps in knowledge.memberships.values() for p in ps]
    named += [(f"clock {c.key}", c) for c in knowledge.clocks.values()]
    named += [(f"territory {t.code}", t) for t in knowledge.territories.values()]
    return [name for name, fact in named if fact.verified_on is None]


def _read(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _facts(model: type[_Fact], texts: Mapping[str, str], table: str) -> Iterator[_Fact]:
    plural = {"territory": "territories.toml", "term": "glossary.toml"}.get(table, f"{table}s.toml")
    for row in tomllib.loads(texts[plural])[table]:
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


def _of_mechanisms(knowledge: Knowledge) -> Iterator[str]:
    organisations = {organisation for organisation, _ in knowledge.memberships}
    for mechanism in knowledge.mechanisms.values():
        by_members = mechanism.competence is not Competence.ALL_STATES
        if by_members and mechanism.organisation not in organisations:
            yield f"mechanism {mechanism.key}: no memberships of {mechanism.organisation}"
        if mechanism.reply_clock is not None and mechanism.reply_clock not in knowledge.clocks:
            yield f"mechanism {mechanism.key}: no clock {mechanism.reply_clock}"
        if not any(m.mechanism == mechanism.key for m in knowledge.mandates):
            yield f"mechanism {mechanism.key}: no mandate"
        if not {"en", "fr"} <= mechanism.name.keys():
            yield f"mechanism {mechanism.key}: the name is missing in English or French"


def _of_mandates(knowledge: Knowledge) -> Iterator[str]:
    seen: set[str] = set()
    for mandate in knowledge.mandates:
        if mandate.key in seen:
            yield f"mandate {mandate.key}: listed twice"
        seen.add(mandate.key)
        if mandate.mechanism not in knowledge.mechanisms:
            yield f"mandate {mandate.key}: no mechanism {mandate.mechanism}"
        if not {"en", "fr"} <= mandate.name.keys():
            yield f"mandate {mandate.key}: the name is missing in English or French"
        if not _can_be_triggered(mandate):
            yield f"mandate {mandate.key}: nothing triggers it"


def _can_be_triggered(mandate: Mandate) -> bool:
    subjects = (mandate.violations, mandate.topics, mandate.occupations, mandate.flags, mandate.countries)
    return mandate.always or any(subjects) or bool(mandate.reprisal_mechanisms)


def _of_periods(knowledge: Knowledge) -> Iterator[str]:
    for (organisation, country), periods in knowledge.memberships.items():
        for period in periods:
            if period.valid_from and period.valid_to and period.valid_to <= period.valid_from:
                yield f"membership {organisation} {country}: ends before it begins"
        ordered = sorted(periods, key=lambda p: str(p.valid_from or ""))
        for earlier, later in pairwise(ordered):
            if later.valid_from is None or earlier.valid_to is None or later.valid_from < earlier.valid_to:
                yield f"membership {organisation} {country}: two periods overlap"


def _of_clocks(knowledge: Knowledge) -> Iterator[str]:
    for priority in Priority:
        clocks = [c for c in knowledge.clocks.values() if c.priority is priority]
        if len(clocks) != 1:
            yield f"priority {priority}: {len(clocks)} clocks for its acknowledgement instead of one"
