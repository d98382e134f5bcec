"""The resolver's consumer, fed by hand, over an empty database and with plain matching."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from builders import a_report
from databases import NOW, a_database, a_deployment, a_message
from matching_fakes import PlainMatcher
from tocsin.domain.identifiers import report_id
from tocsin.resolver import deciding
from tocsin.resolver.accepting import Acceptance
from tocsin.resolver.comparing import BUDGET
from tocsin.resolver.deciding import Decided
from tocsin.resolver.outcome import Outcome
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.events import decode_event
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.topics import REPORTS


@dataclass
class Resolver:
    """``take`` goes through the consumer, ``accept`` asks the acceptance itself."""

    folder: Path
    matcher: PlainMatcher = field(default_factory=PlainMatcher)
    budget: int = BUDGET
    offset: int = -1
    now: datetime = NOW
    """Of the next event that is not told when it happens; a second later each time."""

    def __post_init__(self) -> None:
        self.deployment = a_deployment(self.folder)
        self.engine = a_database(self.folder)
        self.acceptance = Acceptance(self.deployment, self.matcher, self.budget)
        self.consumer = Consumer(
            "resolver", REPORTS, self.engine, self.deployment, self.acceptance, repeats_by_id=False
        )
        self.consumer.prepare()

    def take(self, content: Report | Withdrawal | bytes, event_type: str = "report.submitted", **over: str) -> str:
        body = content if isinstance(content, bytes) else content.model_dump_json(exclude_none=True).encode()
        self.offset += 1
        self.consumer.handle(a_message(body, self.offset, event_type, **over))
        with reading(self.engine) as connection:
            table = tables.processed_messages
            return connection.execute(select(table.c.outcome).where(table.c.offset == self.offset)).scalar_one()

    def accept(
        self, content: Report | Withdrawal, event_type: str = "report.submitted", now: datetime | None = None
    ) -> Outcome:
        message = a_message(content.model_dump_json(exclude_none=True).encode(), 0, event_type)
        event = decode_event(message.headers, message.value, message.timestamp)
        with unit_of_work(self.engine) as connection:
            return self.acceptance.accept(connection, event, message, now or self.tick())

    def decide(self, case_id: str, other: str, decision: str) -> Decided:
        with unit_of_work(self.engine) as connection:
            return deciding.decide(
                connection, self.deployment, self.matcher, case_id, other, decision, "duty-officer", self.tick()
            )

    def undo(self, judgement_id: int) -> Decided:
        with unit_of_work(self.engine) as connection:
            return deciding.undo(connection, self.deployment, judgement_id, "duty-officer", self.tick())

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def homes(self) -> dict[str, str]:
        """The case of each report."""
        return {row.report_id: row.case_id for row in self.rows(tables.reports)}

    def published(self) -> list[str]:
        return [
            dict(row.headers).get("ce_type", "dead-letter").removeprefix("org.tocsin.")
            for row in self.rows(tables.outbox)
        ]

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """What merging and taking back must restore: members, facts and links of cases; revisions and times apart."""
        wanted = {
            tables.reports: ("report_id", "case_id", "revision", "claim", "withdrawn_at", "placed_at"),
            tables.cases: ("case_id", "reference", "founding_report_id", "state", "countries", "violations", "redirects_to"),
            tables.case_links: ("case_id", "other_case_id", "kind"),
        }  # fmt: skip
        return {
            table.name: sorted(tuple(repr(getattr(row, c)) for c in columns) for row in self.rows(table))
            for table, columns in wanted.items()
        }


def from_publisher(publisher: str, **over: Any) -> Report:
    """The report of another mechanism; its reference follows from its publisher unless it is given."""
    return a_report(**({"publisher": publisher, "publisher_reference": f"{publisher}/1"} | over))


def identity(report: Report) -> str:
    return report_id(report.publisher, report.publisher_reference)


def withdrawal_of(report: Report, revision: int) -> Withdrawal:
    return Withdrawal(
        publisher=report.publisher,
        publisher_reference=report.publisher_reference,
        revision=revision,
        reason="consent_withdrawn",
        withdrawn_at=NOW,
    )
