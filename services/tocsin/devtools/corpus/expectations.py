"""What must come of the sample, written down by hand beside it: nothing here is computed by the services."""

from typing import Any

from tocsin.devtools.corpus.loading import cases, read
from tocsin_schemas.model import Model


class CaseExpectation(Model):
    """told, not_told: keys of mandates. held: reasons of which each must hold back at least one alert."""

    id: str
    note: str
    reports: list[tuple[str, str]]
    """Publisher and reference of each report that must end in this case."""
    told: tuple[str, ...] = ()
    not_told: tuple[str, ...] = ()
    told_nobody: bool = False
    held: tuple[str, ...] = ()
    linked_to: str | None = None
    reviewed: bool = False
    closed: bool = False


class Totals(Model):
    letters: int
    accepted: int
    repeats: int
    corrected: int
    withdrawn: int
    cases: int
    closed: int
    links: int
    dead_letters: dict[str, int]
    """Code -> how many."""


def expected_totals() -> Totals:
    return Totals.model_validate(read("totals"))


def expected_cases() -> list[CaseExpectation]:
    return [_expectation(case) for case in cases()]


def _expectation(case: dict[str, Any]) -> CaseExpectation:
    reports = {(entry["from"], entry["ref"]): None for entry in case["reports"]}
    content = {**case["expect"], "id": case["id"], "note": case["note"], "reports": list(reports)}
    return CaseExpectation.model_validate(content, strict=False)
