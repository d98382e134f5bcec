"""Killing anything at any moment loses nothing and tells nobody twice; and the checker can tell."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tocsin.devtools.broker import Broker
from tocsin.devtools.faults.evidence import read_ledger, rows_of
from tocsin.devtools.faults.storm import Storm

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]
MUTANTS = "tocsin.devtools.faults.mutants"


def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    storm = Storm(tmp_path / "home", reports=80, kills=10, seed=11, pause=(0.4, 1.2))
    verdict = storm.run()
    assert verdict.breaches == [], verdict.figures


def _a_report_is_taken(home: Path) -> bool:
    with rows_of(home / "tocsin.db") as rows:
        return (
            rows.execute("SELECT 1 FROM processed_messages WHERE consumer = 'resolver' LIMIT 1").fetchone() is not None
        )


def _a_mail_has_left_that_is_only_claimed(home: Path) -> bool:
    """A crash of the mailer now leaves a doubt behind, however slow the machine is."""
    with rows_of(home / "tocsin.db") as rows, suppress(ValueError, FileNotFoundError):  # a line half written
        claimed = {r["delivery_id"] for r in rows.execute("SELECT delivery_id FROM deliveries WHERE state = 'claimed'")}
        return any(mail["custom_args"]["d"] in claimed for mail in read_ledger(home / "simulator" / "ledger.jsonl"))
    return False


OF_THE_RESOLVER = {"targets": ("resolver",), "ripe": _a_report_is_taken, "reports": 80, "settle_seconds": 8}
IN_THE_MIDST = OF_THE_RESOLVER | {"kills": 2, "pause": (4.0, 5.0)}
ONCE = OF_THE_RESOLVER | {"kills": 1, "pause": (1.0, 1.5)}
OF_THE_MAILER = {
    "targets": ("mailer",),
    "ripe": _a_mail_has_left_that_is_only_claimed,
    "reports": 24,
    "kills": 1,
    "pause": (1.0, 1.5),
    "settle_seconds": 60,
}
PLANTED: list[tuple[dict[str, str], dict[str, Any], str]] = [
    ({"resolver": "early_commit"}, IN_THE_MIDST, "reports are lost"),
    ({"resolver": "swallowed_exception"}, IN_THE_MIDST, "reports are lost"),
    ({"resolver": "no_dedupe"}, ONCE, "reports were never published"),
    ({"mailer": "send_before_record", "webhook": "late_evidence"}, OF_THE_MAILER, "mails went out more than once"),
]
PARTS = [
    pytest.param(*p, id=next(iter(p[0].values())), marks=[pytest.mark.slow] * (n < 3)) for n, p in enumerate(PLANTED)
]


@pytest.mark.parametrize(("mutants", "storm", "breach"), PARTS)
def test_the_checker_catches_a_service_without_its_guarantee(
    fresh_broker: Broker, tmp_path: Path, mutants: dict[str, str], storm: dict[str, Any], breach: str
) -> None:
    modules = {service: f"{MUTANTS}.{mutant}" for service, mutant in mutants.items()}
    whole = Storm(tmp_path / "home", seed=5, broker=False, modules=modules, bootstrap=fresh_broker.bootstrap, **storm)
    verdict = whole.run()
    assert any(breach in found for found in verdict.breaches), verdict
