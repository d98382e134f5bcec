"""A storm: numbered reports go through while processes are killed, then everything must settle."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tocsin.devtools.corpus.generator import Numbered, numbered
from tocsin.devtools.corpus.letters import Outcome
from tocsin.devtools.faults import provider
from tocsin.devtools.faults.checker import Expectation, check
from tocsin.devtools.faults.settling import wait_until_settled
from tocsin.devtools.faults.verdict import Verdict
from tocsin.devtools.publish import publish
from tocsin.devtools.stack import HURRIED, Stack

SERVICES = ("resolver", "dispatcher", "mailer", "webhook", "auditor")
_NOT_STORMED = ("console", "pages", "intake")
_BROKER_SHARE = 0.06
_SETTLE_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Storm:
    """What to do to a stack.

    pause: shortest and longest time in seconds between two kills. modules: mutants, service -> module. per_case:
    reports on each case. faults: of the provider, each with its chance where it could strike. repeats: the largest
    share of mails that may go out again, each marked as such. doubt: seconds before the provider's log is asked.
    bootstrap: a broker that is there, with empty topics, and is not killed; else the stack has its own.
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
    per_case: int = 4
    faults: Mapping[str, float] = field(default_factory=dict)
    repeats: float = 0.0
    doubt: float = 2.0
    ripe: Callable[[Path], bool] | None = None
    ripe_seconds: float = 60.0
    bootstrap: str = ""

    def run(self) -> Verdict:
        """Start a fresh stack, storm it, wait until it settles, and judge what is left."""
        letters = list(numbered(self.reports, self.seed, per_case=self.per_case))
        given = {"doubt_seconds": str(self.doubt), "sendgrid_timeout": "2", "kafka_bootstrap": self.bootstrap}
        overrides = HURRIED | {name: value for name, value in given.items() if value}
        stack = Stack(self.home, overrides=overrides, modules=self.modules, fresh=True, without=_NOT_STORMED)
        stack.start()
        try:
            stack.wait_ready()
            provider.plan(stack.addresses["mailbox"], self.faults, self.seed)
            killed = self._storm(stack, letters)
            settled = self._settled(stack, len(letters))
            database, ledger = self.home / "tocsin.db", self.home / "simulator" / "ledger.jsonl"
            verdict = check(stack.addresses["kafka"], database, ledger, self._expectation(letters))
        finally:
            stack.stop()
        breaches = verdict.breaches if settled else ["the stack did not settle in time", *verdict.breaches]
        figures = verdict.figures | {f"killed_{name}": count for name, count in sorted(killed.items())}
        return Verdict(breaches, figures)

    def _settled(self, stack: Stack, records: int) -> bool:
        """Events that the provider holds back come when all seems done, and make events of ours."""
        settled = wait_until_settled(stack, records, self.settle_seconds)
        if self.faults:
            provider.clear(stack.addresses["mailbox"])
            time.sleep(provider.LATEST_EVENT)
            settled = wait_until_settled(stack, records, self.settle_seconds)
        return settled

    def _storm(self, stack: Stack, letters: list[Numbered]) -> Counter[str]:
        """Publish evenly over the whole storm, and kill meanwhile."""
        length = self.kills * sum(self.pause) / 2
        rate = len(letters) / max(length, 1.0)
        bodies = [item.letter for item in letters]
        publisher = threading.Thread(target=publish, args=(stack.addresses["kafka"], bodies, rate), daemon=True)
        publisher.start()
        killed = self._kill(stack)
        publisher.join(self.settle_seconds)
        return killed

    def _expectation(self, letters: Sequence[Numbered]) -> Expectation:
        """What the numbered letters say must come out."""
        sound = [item for item in letters if item.letter.expected is not Outcome.DEAD_LETTER]
        return Expectation(
            reports=frozenset((item.letter.publisher, f"serial-{item.serial:08d}") for item in sound),
            poison=len(letters) - len(sound),
            cases=len({item.case for item in sound}),
            repeats=self.repeats,
        )

    def _kill(self, stack: Stack) -> Counter[str]:
        dice = random.Random(self.seed)  # noqa: S311 - repeatable, not secret
        killed: Counter[str] = Counter()
        while killed.total() < self.kills:
            time.sleep(dice.uniform(*self.pause))
            self._wait_until_ripe()
            target = "broker" if self.broker and dice.random() < _BROKER_SHARE else dice.choice(self.targets)
            pid = stack.pids().get(target)
            if pid is None:  # it has not come back yet from the last time
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed[target] += 1
        return killed

    def _wait_until_ripe(self) -> None:
        deadline = time.monotonic() + self.ripe_seconds
        while self.ripe is not None and not self.ripe(self.home) and time.monotonic() < deadline:
            time.sleep(0.05)
