"""How long from a report in the broker to the provider's 202, at a steady pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tocsin.devtools.corpus.generator import numbered
from tocsin.devtools.evaluation.intervals import quantile
from tocsin.devtools.faults.evidence import read_ledger, read_topics, rows_of
from tocsin.devtools.faults.settling import wait_until_settled
from tocsin.devtools.publish import publish
from tocsin.devtools.stack import HURRIED, Stack


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from the broker's timestamp of an urgent report to the acceptance of the mails it caused."""

    samples: Sequence[float]

    def quantile(self, share: float) -> float:
        return quantile(self.samples, share)


def measure(home: Path, rate: float, seconds: float) -> Latency:
    """Publish new cases at ``rate`` reports a second for ``seconds``; each urgent mail is a sample."""
    letters = [item.letter for item in numbered(int(rate * seconds), seed=3, poison=0, repeats=0, per_case=1)]
    stack = Stack(home, overrides=HURRIED, fresh=True)
    stack.start()
    try:
        stack.wait_ready()
        publish(stack.addresses["kafka"], letters, rate)
        wait_until_settled(stack, len(letters), patience=120)
        return Latency(_samples(stack, home))
    finally:
        stack.stop()


def _samples(stack: Stack, home: Path) -> list[float]:
    """Only P1 and P2: what is not urgent waits its turn behind them."""
    published = {
        (record.partition, record.offset): record.timestamp
        for record in read_topics(stack.addresses["kafka"])["tocsin.reports.v1"]
    }
    with rows_of(home / "tocsin.db") as rows:
        founding = {
            row["case_id"]: published[(row["partition"], row["offset"])]
            for row in rows.execute(
                "SELECT c.case_id, p.partition, p.offset FROM cases c JOIN processed_messages p "
                "ON p.consumer = 'resolver' AND p.outcome = 'opened' AND p.processed_at = c.opened_at"
            )
        }
        urgent = {
            row["delivery_id"]: row["case_id"]
            for row in rows.execute("SELECT delivery_id, case_id FROM deliveries WHERE priority IN ('P1', 'P2')")
        }
    ledger = read_ledger(home / "simulator" / "ledger.jsonl")
    mails = {mail["custom_args"]["d"]: datetime.fromisoformat(mail["at"]).timestamp() for mail in ledger}
    return [mails[d] - founding[case] for d, case in urgent.items() if d in mails and case in founding]
