"""Resolver and dispatcher over one empty database, fed by hand, with plain matching."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from builders import an_entry
from databases import NOW, a_database, a_deployment, a_message
from matching_fakes import PlainMatcher
from tocsin.dispatcher.alerting import Alerting
from tocsin.knowledge.load import load
from tocsin.resolver import deciding
from tocsin.resolver.accepting import Acceptance
from tocsin.store import directory, tables
from tocsin.store.consuming import Consumer
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.topics import CASES, REPORTS

DIRECTORY = {
    "hrd@un.example": ["UN-SRHRD", "UN-FOAA"],
    "wgad@un.example": ["UN-WGAD"],
    "torture@un.example": ["UN-TORTURE"],
}


@dataclass
class Pipeline:
    """Resolver and dispatcher over one database, fed by hand, with time as an argument."""

    folder: Path
    reports_taken: int = 0
    cases_taken: int = 0

    def __post_init__(self) -> None:
        self.deployment, self.engine = a_deployment(self.folder), a_database(self.folder)
        with unit_of_work(self.engine) as connection:
            for address, mandates in DIRECTORY.items():
                entry = an_entry(address, mandates)
                directory.put(connection, self.deployment, entry, NOW)
        self.alerting = Alerting(self.deployment, load())
        acceptance = Acceptance(self.deployment, PlainMatcher())
        self.resolver = Consumer("resolver", REPORTS, self.engine, self.deployment, acceptance, repeats_by_id=False)
        self.dispatcher = Consumer("dispatcher", CASES, self.engine, self.deployment, self.alerting)
        for consumer in (self.resolver, self.dispatcher):
            consumer.prepare()

    def take(self, content: Report | Withdrawal, event_type: str = "report.submitted") -> None:
        self.resolver.handle(
            a_message(content.model_dump_json(exclude_none=True).encode(), self.reports_taken, event_type)
        )
        self.reports_taken += 1
        self.dispatch()

    def decide(self, case_id: str, other: str, decision: str) -> int:
        """Returns the judgement's id."""
        with unit_of_work(self.engine) as connection:
            decided = deciding.decide(
                connection, self.deployment, PlainMatcher(), case_id, other, decision, "duty-officer", datetime.now(UTC)
            )
        self.dispatch()
        return decided.judgement_id

    def undo(self, judgement_id: int) -> None:
        with unit_of_work(self.engine) as connection:
            deciding.undo(connection, self.deployment, judgement_id, "duty-officer", datetime.now(UTC))
        self.dispatch()

    def dispatch(self) -> None:
        """Let the dispatcher read what the resolver has said."""
        waiting = [r for r in self.rows(tables.outbox) if r.topic == CASES.name][self.cases_taken :]
        for row in waiting:
            headers = dict(row.headers)
            kind = headers["ce_type"].removeprefix("org.tocsin.")
            message = a_message(row.body, self.cases_taken, kind, CASES.name, event_id=headers["ce_id"])
            self.dispatcher.handle(message)
            self.cases_taken += 1

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def alerts(self) -> dict[str, str]:
        return {row.mandate: row.state for row in self.rows(tables.alerts)}

    def told(self) -> list[tuple[str, str]]:
        """(case, person) for each mail that ``alert.raised`` and ``alert.released`` ask for."""
        found = []
        for row in self.rows(tables.outbox):
            if dict(row.headers).get("ce_type", "").endswith(("alert.raised", "alert.released")):
                data = json.loads(row.body)
                found += [(data["case_id"], person) for person in data["recipients"]]
        return found

    def events(self) -> list[str]:
        kinds = [dict(row.headers).get("ce_type", "") for row in self.rows(tables.outbox)]
        return [kind.removeprefix("org.tocsin.") for kind in kinds if "alert." in kind]
