"""``tocsin evaluate stream``: reports in order of arrival, through the whole resolver, on a real database."""

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine

from tocsin.devtools.evaluation.arriving import groups_of
from tocsin.devtools.evaluation.compact import Compact, report_of_compact
from tocsin.devtools.evaluation.lines import Line, Refuse, identity_of, object_of
from tocsin.devtools.evaluation.outcomes import Standings
from tocsin.devtools.evaluation.pairing import report_at
from tocsin.domain.identifiers import report_id
from tocsin.resolver.accepting import Acceptance
from tocsin.resolver.outcome import Outcome
from tocsin.runtime import clock
from tocsin.runtime.stream import GROUP, Message
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.migrate import upgrade
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report
from tocsin_schemas.topics import REPORTS


@dataclass(frozen=True, slots=True)
class Arrival:
    """One line of the stream. id: its own, as given."""

    line: int
    id: str | int
    report: Report

    @property
    def report_id(self) -> str:
        return report_id(self.report.publisher, self.report.publisher_reference)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of the line ``id``. milliseconds: its own work, and the commit that made it durable."""

    id: str | int
    outcome: Outcome
    milliseconds: float

    def as_json(self) -> dict[str, Any]:
        """The line that ``tocsin evaluate stream`` prints."""
        return {
            "id": self.id,
            "case_id": self.outcome.case_id,
            "decision": self.outcome.verdict,
            "candidates": self.outcome.candidates,
            "ms": round(self.milliseconds, 3),
            "linked": list(self.outcome.linked),
        }


@dataclass(slots=True)
class Replay:
    """Takes reports into one database, one group after the other."""

    engine: Engine
    acceptance: Acceptance
    ids: dict[str, str | int] = field(default_factory=dict)
    """Report -> the line that brought it, to say it again when the resolver thinks again."""
    standings: Standings = field(default_factory=Standings)

    def take(self, group: Sequence[Arrival], refuse: Refuse) -> list[Resolved]:
        """Resolve a group in one transaction; what the resolver refuses is told to ``refuse`` and left out."""
        resolved: list[Resolved] = []
        with unit_of_work(self.engine) as connection:
            for arrival in group:
                started = time.perf_counter()
                try:
                    found = self._accept(connection, arrival)
                except InvalidEvent as refusal:
                    refuse(arrival.line, refusal)
                    continue
                spent = (time.perf_counter() - started) * 1000
                resolved += [Resolved(self.ids[outcome.report_id], outcome, spent) for outcome in found]
            before_commit = time.perf_counter()
        commit = (time.perf_counter() - before_commit) * 1000
        return [Resolved(r.id, r.outcome, r.milliseconds + commit) for r in resolved]

    def _accept(self, connection: Connection, arrival: Arrival) -> list[Outcome]:
        """What became of this report first, and then of those of which the resolver thought again."""
        now, body = clock.now(), arrival.report.model_dump_json(exclude_none=True).encode()
        event_type = "report.submitted" if arrival.report.revision == 1 else "report.corrected"
        identity = arrival.report_id
        event: Event[Model] = Event(
            f"{identity}.{arrival.report.revision}", event_type, "/evaluation", now, arrival.report
        )
        message = Message(REPORTS.name, 0, arrival.line, identity.encode(), body, tuple(event.headers()), now)
        outcome = self.acceptance.accept(connection, event, message, now)
        self.ids[identity] = arrival.id
        return list(self.standings.learn(connection, outcome))


@contextmanager
def open_replay(url: str | None = None, key_file: Path | None = None) -> Iterator[Replay]:
    """A replay into the database at ``url``, brought up to date; by default into a new one, deleted at the end.

    key_file: the deployment's; the same for every run on one database.
    """
    with TemporaryDirectory(prefix="tocsin-evaluation-") as folder:
        address = url or f"sqlite:///{Path(folder) / 'tocsin.db'}"
        upgrade(address)
        engine = open_database(address)
        deployment = load_deployment(key_file or Path(folder) / "deployment.key")
        try:
            yield Replay(engine, Acceptance(deployment))
        finally:
            engine.dispose()


def resolve_lines(replay: Replay, source: io.BufferedIOBase, refuse: Refuse) -> Iterator[list[Resolved]]:
    """Resolve each line of ``source``; a group is what is waiting, so that nothing waits for a group to fill."""
    for lines in groups_of(source, GROUP):
        arrivals = []
        for line in lines:
            try:
                arrivals.append(arrival_of(line))
            except InvalidEvent as refusal:
                refuse(line.number, refusal)
        if arrivals:
            yield replay.take(arrivals, refuse)


def arrival_of(line: Line) -> Arrival:
    """Read ``{"id": …, "report": …}``; raises InvalidEvent."""
    content = object_of(line)
    identity, report = identity_of(content), report_at(content, "report")
    return Arrival(line.number, identity, _whole(report, str(identity)))


def _whole(report: Report | Compact, reference: str) -> Report:
    return report_of_compact(report, reference) if isinstance(report, Compact) else report
