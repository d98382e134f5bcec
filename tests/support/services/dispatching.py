"""Resolver and dispatcher over one empty database, fed by hand, with plain matching."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from builders import an_entry
from databases import NOW, a_deployment, a_message, a_seeded_database
from directories import put_recipient
from matching_fakes import PlainMatcher
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.answering import Answering
from tocsin.dispatcher.due import Firing
from tocsin.dispatcher.effects import effects_of
from tocsin.dispatcher.recording import Recording
from tocsin.domain.identifiers import report_id
from tocsin.knowledge.load import load
from tocsin.resolver import deciding
from tocsin.resolver.accepting import Acceptance
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.answers import AnswerGiven
from tocsin_schemas.directory import Role
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.topics import ACTIONS, ANSWERS, CASES, REPORTS

DIRECTORY = {
    "hrd@un.example": ["UN-SRHRD", "UN-FOAA"],
    "wgad@un.example": ["UN-WGAD"],
    "torture@un.example": ["UN-TORTURE"],
}
CHAIN = {
    "wgad-holder@un.example": Role.MANDATE_HOLDER,
    "wgad-deputy@un.example": Role.DEPUTY,
    "wgad-duty@un.example": Role.DUTY_OFFICER,
}
"""Who is told next of what UN-WGAD does not answer."""


@dataclass
class Pipeline:
    """Resolver and dispatcher over one database, fed by hand, with time as an argument. engine: SQLite without it."""

    folder: Path
    reports_taken: int = 0
    cases_taken: int = 0
    actions_taken: int = 0
    answers_taken: int = 0
    engine: Engine | None = None

    def __post_init__(self) -> None:
        if self.engine is None:
            self.engine, self.deployment, _ = a_seeded_database(self.folder, "directory", _enter_directory)
        else:
            self.deployment = a_deployment(self.folder)
            with unit_of_work(self.engine) as connection:
                _enter_directory(connection, self.deployment)
        self.alerting = Alerting(self.deployment, load())
        self.firing = Firing(self.engine, effects_of(self.alerting))
        acceptance, recording = Acceptance(self.deployment, PlainMatcher()), Recording(self.alerting)
        self.resolver = Consumer("resolver", REPORTS, self.engine, self.deployment, acceptance, repeats_by_id=False)
        self.dispatcher = Consumer("dispatcher", CASES, self.engine, self.deployment, self.alerting)
        self.recorder = Consumer("dispatcher", ACTIONS, self.engine, self.deployment, recording, repeats_by_id=False)
        self.answerer = Consumer("dispatcher", ANSWERS, self.engine, self.deployment, Answering(self.alerting))
        for consumer in (self.resolver, self.dispatcher, self.recorder, self.answerer):
            consumer.prepare()

    def enter(self, address: str, mandates: list[str], **over: Any) -> str:
        """Returns the recipient's id."""
        with unit_of_work(self.engine) as connection:
            return put_recipient(connection, self.deployment, an_entry(address, mandates, **over), NOW)

    def enter_chain(self) -> dict[str, str]:
        """Fill the chain of UN-WGAD; returns the ids by role, the staff among them."""
        entered = {role.value: self.enter(address, ["UN-WGAD"], role=role) for address, role in CHAIN.items()}
        staff = self.deployment.identities.recipient(an_entry("wgad@un.example", ["UN-WGAD"]).key)
        return {"staff": staff} | entered

    def take(self, content: Report | Withdrawal, event_type: str = "report.submitted") -> None:
        self.resolver.handle(
            a_message(content.model_dump_json(exclude_none=True).encode(), self.reports_taken, event_type)
        )
        self.reports_taken += 1
        self.dispatch()

    def act(self, said: Model, event_type: str, event_id: str | None = None) -> str:
        """Let the dispatcher read an event of the actions' topic; returns the outcome."""
        number, self.actions_taken = self.actions_taken, self.actions_taken + 1
        body = said.model_dump_json(exclude_none=True).encode()
        message = a_message(body, number, event_type, ACTIONS.name, event_id=event_id or f"action-{number}")
        self.recorder.handle(message)
        (outcome,) = [
            r.outcome for r in self.rows(tables.processed_messages) if (r.topic, r.offset) == (ACTIONS.name, number)
        ]
        return outcome

    def answer(self, said: AnswerGiven, event_id: str | None = None) -> str:
        """Let the dispatcher read an event of the answers' topic; returns the outcome."""
        number, self.answers_taken = self.answers_taken, self.answers_taken + 1
        body = said.model_dump_json(exclude_none=True).encode()
        message = a_message(body, number, "answer.given", ANSWERS.name, event_id=event_id or f"answer-{number}")
        self.answerer.handle(message)
        (outcome,) = [
            r.outcome for r in self.rows(tables.processed_messages) if (r.topic, r.offset) == (ANSWERS.name, number)
        ]
        return outcome

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

    def fire(self, now: datetime) -> Counter[str]:
        """Let everything fire that is due at this moment; returns how many of each kind did."""
        before = self._fired()
        self.firing.fire_all(now)
        return self._fired() - before

    def _fired(self) -> Counter[str]:
        return Counter(row.kind for row in self.rows(tables.due_times) if row.fired_at is not None)

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def alerts(self) -> dict[str, str]:
        return {row.mandate: row.state for row in self.rows(tables.alerts)}

    def alert(self, mandate: str) -> Any:
        (row,) = [row for row in self.rows(tables.alerts) if row.mandate == mandate]
        return row

    def said(self, event_type: str) -> list[dict[str, Any]]:
        """The content of every event of this type, in order."""
        rows = self.rows(tables.outbox)
        return [json.loads(r.body) for r in rows if dict(r.headers).get("ce_type") == f"org.tocsin.{event_type}"]

    def told(self) -> list[tuple[str, str]]:
        """(case, person) for each mail that ``alert.raised`` and ``alert.released`` ask for."""
        return [
            (said["case_id"], person)
            for row in self.rows(tables.outbox)
            if dict(row.headers).get("ce_type", "").endswith(("alert.raised", "alert.released"))
            for said in [json.loads(row.body)]
            for person in said["recipients"]
        ]

    def events(self) -> list[str]:
        kinds = [dict(row.headers).get("ce_type", "") for row in self.rows(tables.outbox)]
        return [kind.removeprefix("org.tocsin.") for kind in kinds if "alert." in kind]

    def open_reviews(self, kind: str) -> list[str]:
        """The reasons of the open reviews of this kind."""
        return [r.reason for r in self.rows(tables.reviews) if r.kind == kind and r.resolved_at is None]


def _enter_directory(connection: Connection, deployment: Deployment) -> None:
    for address, mandates in DIRECTORY.items():
        put_recipient(connection, deployment, an_entry(address, mandates), NOW)


def case_of(pipeline: Pipeline, report: Report) -> str:
    wanted = report_id(report.publisher, report.publisher_reference)
    return next(row.case_id for row in pipeline.rows(tables.reports) if row.report_id == wanted)
