"""``python -m tocsin.mailer.webhook``: signed events, stored before the answer is 200."""

import json
import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool

from tocsin.domain.following.delivery import OBSERVATION_OF_EVENT
from tocsin.domain.identifiers import Identities
from tocsin.mailer.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, load_key
from tocsin.runtime import clock, logs, metrics
from tocsin.runtime.reachable import is_reachable
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web, problem, serve
from tocsin.store import deliveries
from tocsin.store.database import answers, open_database, unit_of_work
from tocsin.store.deliveries import Observation
from tocsin.store.deployment import load_deployment
from tocsin_schemas.deliveries import DeliveryCause

MAX_BODY = 1024 * 1024
_ID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[^A-Za-z0-9.]")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """The part of an event that is kept: never an address, a subject or what a mail server said in words."""

    event_id: str
    delivery_id: str
    event: str
    occurred_at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Receipts:
    """Writes the provider's events; one transaction for each post."""

    engine: Engine
    identities: Identities

    def record(self, events: list[ProviderEvent], now: datetime) -> Counter[str]:
        """Record events; returns how many were changes, repeats, late (told nothing new) or unknown deliveries."""
        with unit_of_work(self.engine) as connection:
            known = deliveries.known(connection, {event.delivery_id for event in events})
            return Counter(self._record(connection, event, known, now) for event in events)

    def _record(self, connection: Connection, event: ProviderEvent, known: set[str], now: datetime) -> str:
        if event.delivery_id not in known:
            return "unknown-delivery"
        if not deliveries.record_event(
            connection, event.event_id, event.delivery_id, event.event, event.occurred_at, now
        ):
            return "repeat"
        state = OBSERVATION_OF_EVENT.get(event.event)
        if state is None:
            return "ignored"
        seen = Observation(state, DeliveryCause.WEBHOOK, event.code)
        return "changed" if deliveries.observe(connection, self.identities, event.delivery_id, seen, now) else "late"


def create_app(settings: Settings, now: Callable[[], datetime] = clock.now) -> FastAPI:
    """The web application. The public key is read at each post, for the provider may come up after us, or change it."""
    app = create_web("Tocsin webhook")
    key_file = settings.webhook_public_key_file or settings.home / "webhook-public.pem"
    receipts = Receipts(open_database(settings.database), load_deployment(settings.key_file).identities)

    @app.post("/webhooks/sendgrid")
    async def receive(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return problem(413, "too large")
        signature, timestamp = request.headers.get(SIGNATURE_HEADER, ""), request.headers.get(TIMESTAMP_HEADER, "")
        if not await run_in_threadpool(_is_genuine, key_file, signature, timestamp, body):
            metrics.webhook_event("bad-signature")
            return problem(403, "forbidden")
        events = parse(body)
        if events is None:
            return problem(400, "not a list of events")
        outcomes = await run_in_threadpool(receipts.record, events, now())
        for outcome, count in outcomes.items():
            for _ in range(count):
                metrics.webhook_event(outcome)
        return Response(status_code=200)

    return app


def parse(body: bytes) -> list[ProviderEvent] | None:
    """The events of a post; None if it is no list. What is no event of one of our mails is left out."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list):
        return None
    return [event for item in found if (event := _event(item)) is not None]


def _event(item: Any) -> ProviderEvent | None:
    if not isinstance(item, dict):
        return None
    event_id, delivery_id, event = item.get("sg_event_id"), item.get("d"), item.get("event")
    if not (isinstance(event_id, str) and isinstance(delivery_id, str) and isinstance(event, str)):
        return None
    if not (0 < len(event_id) <= 200 and _ID.fullmatch(delivery_id) and len(event) <= 30):
        return None
    try:
        occurred_at = datetime.fromtimestamp(int(item.get("timestamp", "")), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    code = _CODE.sub("", str(item.get("status") or item.get("type") or ""))[:40]
    return ProviderEvent(event_id, delivery_id, event, occurred_at, code)


async def _read(request: Request) -> bytes | None:
    """The raw body, or None once it is too large; it is signed as it came."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _is_genuine(key_file: Path, signature: str, timestamp: str, body: bytes) -> bool:
    try:
        key = load_key(key_file.read_bytes())
    except (OSError, ValueError):
        log.warning("no public key for the webhook")
        return False
    return is_signed(key, signature, timestamp, body)


def main() -> None:
    settings = Settings()
    logs.configure("webhook", settings.log_level)
    engine, address = open_database(settings.database), f"{settings.bind}:{settings.webhook_port}"
    metrics.serve(settings.metrics_port, settings.bind, lambda: is_reachable(address) and answers(engine))
    serve(create_app(settings), settings.bind, settings.webhook_port)


if __name__ == "__main__":
    main()
