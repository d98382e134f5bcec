"""An intake over a new database, with a broker in memory, for tests: publishers, their keys, and requests."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection, Engine

from builders import a_report
from databases import NOW, a_seeded_database
from matching_fakes import PlainMatcher
from tocsin.domain.identifiers import report_id
from tocsin.intake.app import app_of
from tocsin.intake.desk import Desk, desk
from tocsin.intake.publishing import Record, Stored, Unavailable
from tocsin.resolver.accepting import Acceptance
from tocsin.runtime.stream import Message
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.publishers import Publisher
from tocsin.store.receiving.authenticating import Authentication
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.reports import Report
from tocsin_schemas.topics import REPORTS

PUBLISHER, OTHER = "ACHPR-SRHRD", "NGO-OBS"
BASE = "http://127.0.0.1:8085"
_LATER = NOW + timedelta(days=300)


@dataclass
class Shelf:
    """Keeps what the intake publishes. away: the broker does not answer. slow: seconds that it takes."""

    away: bool = False
    slow: float = 0.0
    records: list[Record] = field(default_factory=list)

    async def send(self, record: Record) -> Stored:
        await asyncio.sleep(self.slow)
        if self.away:
            raise Unavailable
        self.records.append(record)
        return Stored(record.topic, 0, len(self.records) - 1)

    async def close(self) -> None:
        """Nothing to end."""


@dataclass
class Intake:
    """keys: of PUBLISHER (``reports``, ``actions``, ``both``) and of OTHER (``other``), whole."""

    engine: Engine
    deployment: Deployment
    keys: dict[str, str]
    shelf: Shelf
    desk: Desk
    app: FastAPI
    now: datetime = NOW

    def ask(self, method: str, path: str, key: str | None = "both", **over: Any) -> httpx.Response:
        """One request. key: by its name here, or as it is; None: without. address: where it comes from."""
        return asyncio.run(self.asking(method, path, key, **over))

    async def asking(self, method: str, path: str, key: str | None = "both", **over: Any) -> httpx.Response:
        headers = dict(over.pop("headers", {}))
        if key is not None:
            headers.setdefault("authorization", f"Bearer {self.keys.get(key, key)}")
        address = over.pop("address", "127.0.0.1")
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=(address, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            return await client.request(method, path, headers=headers, **over)

    def submit(self, body: bytes | None = None, **over: Any) -> httpx.Response:
        path = over.pop("path", "/v1/reports")
        return self.ask("POST", path, **posted(body, over))

    async def submitting(self, body: bytes | None = None, **over: Any) -> httpx.Response:
        path = over.pop("path", "/v1/reports")
        return await self.asking("POST", path, **posted(body, over))

    def new_key(self, publisher: str = PUBLISHER, scopes: Sequence[Scope] = (Scope.REPORTS,), **over: Any) -> str:
        values: dict[str, Any] = {"networks": (), "expires_at": _LATER, "by": "officer-1", "now": self.now} | over
        with unit_of_work(self.engine) as connection:
            return api_keys.create(connection, self.deployment.identities, publisher, scopes, **values)

    def opened(self, record: Record) -> bytes:
        return self.deployment.keys.opening.open(record.body)


def posted(body: bytes | None, over: dict[str, Any]) -> dict[str, Any]:
    headers = {"content-type": "application/json"} | over.pop("headers", {})
    return {"content": a_body() if body is None else body, "headers": headers} | over


def a_body(**over: Any) -> bytes:
    return a_report(**over).model_dump_json(exclude_none=True).encode()


def of_report(report: Report) -> bytes:
    """The key of its Kafka message."""
    return report_id(report.publisher, report.publisher_reference).encode()


def an_intake(folder: Path, rate: float = 1000.0) -> Intake:
    engine, deployment, keys = a_seeded_database(folder, "intake", _seed)
    shelf = Shelf()
    made = desk(engine, deployment, shelf, lambda: intake.now, rate)
    intake = Intake(engine, deployment, keys, shelf, made, app_of(made))
    return intake


def read_all(intake: Intake) -> None:
    """The resolver reads everything that was published; what it read before, it knows."""
    work = Acceptance(intake.deployment, PlainMatcher())
    authentication = Authentication(intake.deployment)
    consumer = Consumer(
        "resolver", REPORTS, intake.engine, intake.deployment, work, repeats_by_id=False, authentication=authentication
    )
    consumer.prepare()
    for offset, record in enumerate(intake.shelf.records):
        consumer.handle(Message(record.topic, 0, offset, record.key, record.body, record.headers, NOW))


def _seed(connection: Connection, deployment: Deployment) -> dict[str, str]:
    identities = deployment.identities
    for name in (PUBLISHER, OTHER):
        acts_for = ("UN-SRHRD",) if name == OTHER else ()
        publishers.add(connection, identities, Publisher(name, acts_for, NOW, "officer-1"))
    wanted = {
        "reports": (PUBLISHER, (Scope.REPORTS,)),
        "actions": (PUBLISHER, (Scope.ACTIONS,)),
        "both": (PUBLISHER, (Scope.REPORTS, Scope.ACTIONS)),
        "other": (OTHER, tuple(Scope)),
    }
    return {
        name: api_keys.create(connection, identities, publisher, scopes, (), _LATER, "officer-1", NOW)
        for name, (publisher, scopes) in wanted.items()
    }
