"""Pages of recipients over a case that the dispatcher has raised, and which follows what they answer."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine, select

from builders import a_report
from databases import NOW, a_message, frozen, thawed
from dispatching import Pipeline
from stage import Stage
from tocsin.console.recipient.app import app_of
from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.people import People
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.answering import Answering
from tocsin.dispatcher.recording import Recording
from tocsin.knowledge.load import load
from tocsin.runtime.pages.site import Site
from tocsin.store import tables
from tocsin.store.alerting import acknowledgements
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import notices
from tocsin.store.directory.notices import SIGN_IN, Notice
from tocsin.store.receiving.consuming import Consumer
from tocsin.store.recipients.sessions import OF_RECIPIENTS
from tocsin_schemas.signing import SEALED
from tocsin_schemas.topics import ACTIONS, ANSWERS

ADDRESS = "wgad@un.example"
DRILL = "d" * 32


@dataclass
class Seat:
    """The staff of UN-WGAD, who is told of one case. chain: the ids of the mandate's people, by role."""

    engine: Engine
    deployment: Deployment
    app: FastAPI
    chain: dict[str, str]
    passed: int = 0

    def __post_init__(self) -> None:
        alerting = Alerting(self.deployment, load())
        works = ((ANSWERS, Answering(alerting), True), (ACTIONS, Recording(alerting), False))
        self._heard = {
            topic.name: Consumer("dispatcher", topic, self.engine, self.deployment, work, repeats_by_id=by_id)  # type: ignore[arg-type]
            for topic, work, by_id in works
        }
        for consumer in self._heard.values():
            consumer.prepare()

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def session(self) -> str:
        with unit_of_work(self.engine) as connection:
            return OF_RECIPIENTS.begin(connection, self.deployment.identities, self.chain["staff"], NOW)

    def mailed_code(self) -> str:
        """The last that waits for the mailer."""
        rows = [row._asdict() for row in self.rows(tables.notices) if row.state == "waiting" and row.kind == SIGN_IN]
        notice = Notice(**{name: rows[-1][name] for name in Notice.__dataclass_fields__})
        with reading(self.engine) as connection:
            return str(notices.code_of(connection, self.deployment.vault, notice))

    @property
    def path(self) -> str:
        return f"/cases/{self.rows(tables.cases)[0].reference}"

    @property
    def alert(self) -> Any:
        (row,) = [row for row in self.rows(tables.alerts) if row.mandate == "UN-WGAD"]
        return row

    def is_in_hand(self) -> bool:
        with reading(self.engine) as connection:
            return self.alert.alert_id in acknowledgements.of_case(connection, self.alert.case_id)

    def pass_on(self) -> None:
        """As the relay does, and the broker: the dispatcher hears what was answered."""
        waiting = [row for row in self.rows(tables.outbox) if row.topic in self._heard][self.passed :]
        for row in waiting:
            told = dict(row.headers)
            kind = told["ce_type"].removeprefix("org.tocsin.")
            body = self.deployment.keys.opening.open(row.body) if told["content-type"] == SEALED else row.body
            message = a_message(body, self.passed, kind, row.topic, event_id=told["ce_id"])
            self._heard[row.topic].handle(message)
            self.passed += 1


def a_seat(folder: Path, stage: Stage) -> Seat:
    """The recipients' pages, on the stage."""
    kept, chain = _kept()
    engine, deployment = thawed(folder, kept)
    hosts = Site(frozenset({"127.0.0.1"}), stage.url)
    desk = Desk(engine, deployment, load(), People(deployment), hosts, lambda: NOW)
    seat = Seat(engine, deployment, app_of(desk), dict(json.loads(chain)))
    stage.app = seat.app
    return seat


@cache
def _kept() -> tuple[tuple[bytes, bytes], str]:
    with TemporaryDirectory() as home:
        folder = Path(home)
        pipeline = Pipeline(folder)
        chain = pipeline.enter_chain()
        pipeline.take(a_report(publisher="NGO-OBS"))
        assert pipeline.engine is not None
        with unit_of_work(pipeline.engine) as connection:
            connection.execute(tables.drills.insert(), _drill(NOW))
        return frozen(folder, pipeline.engine), json.dumps(chain)


def _drill(now: datetime) -> dict[str, Any]:
    return {"drill_id": DRILL, "mandate": None, "started_by": "operator", "started_at": now, "answer_by": now}
