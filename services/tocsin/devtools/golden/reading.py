"""Reads the table: for each case its facts, the time, and what the law expects of it.

Expectations: ``competent`` (all organisations beside those competent everywhere), ``by`` (why one is, where it is no
simple member), ``otherwise`` (why another is not, where it is not simply "not a member"), ``told`` (every mandate, with
what made it competent), ``told_among`` (at least these), ``not_told``, ``refused``, ``levels``, ``not_shown`` (fields),
``priority`` (with its rule and reasons) and ``to_a_person``. ``why`` says it in words. ``emblematic`` and
``linked_impunity`` are known of the case, not from a report. ``facts`` and ``expect`` of a group hold for each of its
cases that says nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tocsin.devtools.golden.facts import WORDS, Facts, report_of
from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.standing import Standing
from tocsin_schemas.reports import Report

GROUPS = (
    "members_europe",
    "members_africa",
    "members_americas",
    "members_elsewhere",
    "mechanisms",
    "mandates",
    "land",
    "funding",
    "reprisals",
    "transnational",
    "consent",
    "triage",
    "publisher",
)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_EXPECTATIONS = {"competent", "otherwise", "by", "told", "told_among", "not_told", "refused", "levels", "priority"}
_EXPECTATIONS |= {"to_a_person", "not_shown"}
_KNOWN = WORDS | _EXPECTATIONS | {"id", "title", "why", "now", "reports", "emblematic", "linked_impunity"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What the law expects; what is None or empty is not said."""

    competent: frozenset[str] | None
    otherwise: Mapping[str, str]
    by: Mapping[str, str]
    """Why an organisation is competent, where it is not simply a member."""
    told: Mapping[str, str] | None
    """Mandate -> what made it competent: ``always``, ``violation``, …"""
    told_among: Mapping[str, str]
    words: tuple[str, ...]
    """Both as the table writes them, with its shared lists by name."""
    not_told: tuple[str, ...]
    refused: Mapping[str, str]
    levels: Mapping[str, str]
    not_shown: tuple[str, ...]
    priority: str | None
    triage_rule: str | None
    reasons: tuple[str, ...]
    to_a_person: bool | None


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    title: str
    why: str
    now: datetime
    reports: tuple[Report, ...]
    standing: Standing
    expected: Expected = field(repr=False)

    @property
    def has_own_time(self) -> bool:
        return self.now != NOW

    @property
    def claims(self) -> list[Claim]:
        return [claim_from(r, report_id(r.publisher, r.publisher_reference)) for r in self.reports]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    title: str
    about: str
    cases: tuple[Case, ...]


@cache
def groups() -> tuple[Group, ...]:
    """The whole table. Raises ValueError if a case says something that nobody reads."""
    return tuple(_group(name, _read(name)) for name in GROUPS)


@cache
def sets() -> Mapping[str, Sequence[str]]:
    """Lists of mandates that many cases share, by name."""
    found: Mapping[str, Sequence[str]] = _read("sets")
    return found


def cases() -> Iterator[Case]:
    return (case for group in groups() for case in group.cases)


def _read(name: str) -> Any:
    return yaml.safe_load((files(__package__) / "cases" / f"{name}.yaml").read_text(encoding="utf-8"))


def _group(name: str, content: Mapping[str, Any]) -> Group:
    common = content.get("expect", {}) | content.get("facts", {})
    found = tuple(_case(common | entry) for entry in content["cases"])
    return Group(name, content["title"], " ".join(content["about"].split()), found)


def _case(entry: Mapping[str, Any]) -> Case:
    _refuse_unknown(entry["id"], entry)
    facts = {word: value for word, value in entry.items() if word in WORDS}
    own: list[Facts] = entry.get("reports", [{}])
    now = datetime.fromisoformat(str(entry["now"])).astimezone(UTC) if "now" in entry else NOW
    reports = tuple(report_of({**facts, **report}, f"{entry['id']}/{n}") for n, report in enumerate(own, start=1))
    standing = Standing(entry.get("emblematic", False), entry.get("linked_impunity", False))
    why = " ".join(entry.get("why", "").split())
    return Case(entry["id"], entry["title"], why, now, reports, standing, _expected(entry))


def _expected(entry: Mapping[str, Any]) -> Expected:
    priority, rule, *reasons = [*str(entry.get("priority", "")).split(), "", ""]
    return Expected(
        competent=frozenset(entry["competent"]) if "competent" in entry else None,
        otherwise=entry.get("otherwise", {}),
        by=entry.get("by", {}),
        told=mandates_of(entry["told"]) if "told" in entry else None,
        told_among=mandates_of(entry.get("told_among", ())),
        words=(*entry.get("told", ()), *entry.get("told_among", ())),
        not_told=tuple(entry.get("not_told", ())),
        refused=entry.get("refused", {}),
        levels=entry.get("levels", {}),
        not_shown=tuple(entry.get("not_shown", ())),
        priority=priority or None,
        triage_rule=rule or None,
        reasons=tuple(filter(None, reasons)),
        to_a_person=entry.get("to_a_person"),
    )


def mandates_of(sentences: Sequence[str]) -> dict[str, str]:
    """``UN-WGAD violation`` is a mandate and what made it competent; a single word is a set of such."""
    found: dict[str, str] = {}
    for sentence in sentences:
        mandate, _, rule = sentence.partition(" ")
        found |= {mandate: rule} if rule else mandates_of(sets()[mandate])
    return found


def _refuse_unknown(identity: str, entry: Mapping[str, Any]) -> None:
    if unknown := set(entry) - _KNOWN:
        raise ValueError(f"case {identity}: nobody reads {', '.join(sorted(map(str, unknown)))}")
