"""Killing anything at any moment loses nothing and tells nobody twice; and the checker can tell."""

from pathlib import Path

import pytest

from tocsin.devtools.faults.storm import Storm

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]
MUTANTS = "tocsin.devtools.faults.mutants"


def test_twenty_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    storm = Storm(tmp_path / "home", reports=160, kills=20, seed=11, pause=(0.4, 1.2))
    verdict = storm.run()
    assert verdict.breaches == [], verdict.figures


PLANTED = [
    ("resolver", ["early_commit"], "reports are lost"),
    ("resolver", ["swallowed_exception"], "reports are lost"),
    ("resolver", ["no_dedupe"], "reports were never published"),
    ("mailer", ["send_before_record", "late_evidence"], "mails went out more than once"),
]
SERVICE_OF = {"send_before_record": "mailer", "late_evidence": "webhook"}


@pytest.mark.parametrize(("target", "mutants", "breach"), PLANTED, ids=[m[0] for _, m, _ in PLANTED])
def test_the_checker_catches_a_service_without_its_guarantee(
    tmp_path: Path, target: str, mutants: list[str], breach: str
) -> None:
    storm = Storm(
        tmp_path / "home",
        reports=80,
        kills=2,
        seed=5,
        pause=(4.0, 5.0),
        targets=(target,),
        broker=False,
        modules={SERVICE_OF.get(mutant, "resolver"): f"{MUTANTS}.{mutant}" for mutant in mutants},
        settle_seconds=8,
    )
    assert any(breach in found for found in storm.run().breaches)
