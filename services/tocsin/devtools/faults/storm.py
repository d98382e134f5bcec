"""A storm: numbered reports go through while processes are killed, then everything must settle."""

import contextlib
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tocsin.devtools.corpus.generator import Numbered, numbered
from tocsin.devtools.corpus.letters import Outcome
from tocsin.devtools.faults.checker import Expectation, Verdict, check
from tocsin.devtools.publish import publish
from tocsin.devtools.stack import Stack
from tocsin.runtime import kafka

SERVICES = ("resolver", "dispatcher", "mailer", "webhook", "auditor")
_BROKER_SHARE = 0.06
_SETTLE_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Storm:
    """What to do to a stack.

    pause: shortest and longest time in seconds between two kills. modules: mutants, service -> module.
    """

    home: Path
    reports: int
    kills: int
    seed: int
    pause: tuple[float, float] = (0.6, 1.6)
    targets: Sequence[str] = SERVICES
    broker: bool = True
    modules: Mapping[str, str] = field(default_factory=dict)
    settle_seconds: float = _SETTLE_SECONDS

    def run(self) -> Verdict:
        """Start a fresh stack, storm it, wait until it settles, and judge what is left."""
        letters = list(numbered(self.reports, self.seed))
        stack = Stack(self.home, overrides={"doubt_seconds": "2"}, modules=self.modules, fresh=True)
        stack.start()
        try:
            stack.wait_ready()
            killed = self._storm(stack, letters)
            settled = _settle(stack, len(letters), self.settle_seconds)
            database, ledger = self.home / "tocsin.db", self.home / "simulator" / "ledger.jsonl"
            verdict = check(stack.addresses["kafka"], database, ledger, expectation(letters))
        finally:
            stack.stop()
        breaches = verdict.breaches if settled else ["the stack did not settle in time", *verdict.breaches]
        figures = verdict.figures | {f"killed_{name}": count for name, count in sorted(killed.items())}
        return Verdict(breaches, figures)

    def _storm(self, stack: Stack, letters: list[Numbered]) -> Counter[str]:
        """Publish evenly over the whole storm, and kill meanwhile."""
        length = self.kills * sum(self.pause) / 2
        rate = max(len(letters) / max(length, 1.0), 20.0)
        bodies = [item.letter for item in letters]
        publisher = threading.Thread(target=publish, args=(stack.addresses["kafka"], bodies, rate), daemon=True)
        publisher.start()
        killed = self._kill(stack)
        publisher.join(self.settle_seconds)
        return killed

    def _kill(self, stack: Stack) -> Counter[str]:
        dice = random.Random(self.seed)  # noqa: S311 - repeatable, not secret
        killed: Counter[str] = Counter()
        while killed.total() < self.kills:
            time.sleep(dice.uniform(*self.pause))
            target = "broker" if self.broker and dice.random() < _BROKER_SHARE else dice.choice(self.targets)
            pid = stack.pids().get(target)
            if pid is None:  # it has not come back yet from the last time
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed[target] += 1
        return killed


def expectation(letters: Sequence[Numbered]) -> Expectation:
    """What the numbered letters say must come out."""
    sound = [item for item in letters if item.letter.expected is not Outcome.DEAD_LETTER]
    return Expectation(
        reports=frozenset((item.letter.publisher, f"serial-{item.serial:08d}") for item in sound),
        poison=len(letters) - len(sound),
        cases=len({item.case for item in sound}),
    )


_UNFINISHED = (
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) + "
    "(SELECT count(*) FROM deliveries WHERE state IN ('requested', 'claimed', 'unknown'))"
)


def _settle(stack: Stack, records: int, patience: float) -> bool:
    """Wait until every record is consumed, published, sent and accounted for, and stays so."""
    deadline, calm = time.monotonic() + patience, 0
    while time.monotonic() < deadline:
        calm = calm + 1 if _is_settled(stack, records) else 0
        if calm == 3:
            return True
        time.sleep(0.5)
    return False


def _is_settled(stack: Stack, records: int) -> bool:
    topics = {"resolver": "tocsin.reports.v1", "dispatcher": "tocsin.cases.v1", "mailer": "tocsin.alerts.v1"}
    try:
        ends = kafka.end_offsets(stack.addresses["kafka"], topics.values())
    except (kafka.BrokerUnreachable, kafka.KafkaError, OSError):
        return False
    with contextlib.closing(sqlite3.connect(f"file:{stack.home / 'tocsin.db'}?mode=ro", uri=True)) as rows:
        if rows.execute(_UNFINISHED).fetchone()[0]:
            return False
        query = "SELECT count(*) FROM processed_messages WHERE consumer = ? AND topic = ?"
        for consumer, topic in topics.items():
            end = sum(offset for (name, _), offset in ends.items() if name == topic)
            if rows.execute(query, (consumer, topic)).fetchone()[0] < max(
                end, records if consumer == "resolver" else 0
            ):
                return False
    return True
