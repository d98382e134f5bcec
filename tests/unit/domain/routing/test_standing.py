"""Guarantee: what speaks for an emblematic case is only suggested, each suggestion with its reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builders import a_claim
from tocsin.domain.routing.standing import Standing, suggests_emblematic
from tocsin.domain.routing.triage import triage
from tocsin_schemas.vocabulary import ViolationType

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
V = ViolationType


def suggested(*facts: dict[str, Any], standing: Standing | None = None) -> tuple[str, ...]:
    claims = [a_claim(report_id=f"00000000-0000-5000-8000-00000000000{n}", **f) for n, f in enumerate(facts)]
    return suggests_emblematic(claims, standing or Standing(), NOW)


def test_an_ordinary_case_is_not_suggested() -> None:
    assert suggested({}) == ()


@pytest.mark.parametrize(("acted", "expected"), [({"UN-WGAD"}, ()), ({"UN-WGAD", "OIF"}, ("two-mechanisms-acted",))])
def test_two_mechanisms_that_acted(acted: set[str], expected: tuple[str, ...]) -> None:
    assert suggested({}, standing=Standing(mechanisms_acted=frozenset(acted))) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"date": "2025-11-23"}, ("long-detention",)),
        ({"date": "2025-11-24"}, ()),
        ({"date": "2025"}, ()),
        ({"date": "2024"}, ("long-detention",)),
        ({"date": "2024", "ongoing": False}, ()),
        ({"date": "2024", "violations": [V.SMEAR]}, ()),
        ({"prior_attacks": True}, ("repeated-detention",)),
        ({"prior_attacks": True, "violations": [V.SMEAR]}, ()),
        ({"violations": [V.ARREST, V.FOREIGN_AGENT_LAW]}, ("law-precedent",)),
        ({"violations": [V.FOREIGN_AGENT_LAW], "victims": 0}, ()),
        ({"group_size": 10}, ("stands-for-a-group",)),
        ({"group_size": 10, "victims": 0}, ()),
    ],
)
def test_what_one_report_suggests(facts: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert suggested(facts) == expected


def test_two_detentions_on_days_that_cannot_be_the_same() -> None:
    assert suggested({"date": "2026-03-01"}, {"date": "2026-11-20"}) == ("repeated-detention",)
    assert suggested({"date": "2026-11"}, {"date": "2026-11-20"}) == ()
    assert suggested({"date": "2026-03-01"}, {"date": "2026-11-20", "violations": [V.SMEAR]}) == ()


def test_a_suggestion_changes_no_priority() -> None:
    claim, acted = a_claim(prior_attacks=True), Standing(mechanisms_acted=frozenset({"UN-WGAD", "OIF"}))
    assert suggests_emblematic([claim], acted, NOW)
    assert triage([claim], NOW, acted) == triage([claim], NOW)
