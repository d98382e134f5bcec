"""``python -m tocsin.mailer.webhook``: signed events, stored before the answer is 200."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from tocsin.mailer.evidence.provider_events import Receipts, parse
from tocsin.mailer.evidence.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_of_its_time, is_signed, load_key
from tocsin.mailer.inbound.endpoint import inbound_router
from tocsin.runtime import clock, metrics, web
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web, problem
from tocsin.store.database import answers, open_database
from tocsin.store.deployment import load_deployment

MAX_BODY = 1024 * 1024
_TITLES = {400: "not a list of events", 403: "forbidden", 413: "too large", 503: "not stored; send it again"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reception:
    """What is done with a post of the provider.

    key_file: read at each post, for the provider may come up after us, or change its key.
    """

    key_file: Path
    receipts: Receipts
    now: Callable[[], datetime]

    def answer(self, body: bytes, signature: str, timestamp: str) -> int:
        """Verify, read and store a post; returns the status to answer with. 200 means that all of it is on disk."""
        now = self.now()
        if not self._is_genuine(signature, timestamp, body):
            metrics.webhook_event("bad-signature")
            return 403
        if not is_of_its_time(timestamp, now):
            log.warning("a post of the provider was signed at a time that cannot be; check the clock of this machine")
            metrics.webhook_event("bad-time")
            return 403
        events = parse(body)
        if events is None:
            metrics.webhook_event("malformed")
            return 400
        try:
            outcomes = self.receipts.record(events, now)
        except SQLAlchemyError:
            log.exception("events were not stored; the provider will send them again")
            metrics.webhook_event("not-stored")
            return 503
        for outcome, count in outcomes.items():
            metrics.webhook_event(outcome, count)
        return 200

    def _is_genuine(self, signature: str, timestamp: str, body: bytes) -> bool:
        try:
            key = load_key(self.key_file.read_bytes())
        except (OSError, ValueError):
            log.warning("no public key for the webhook")
            return False
        return is_signed(key, signature, timestamp, body)


def create_app(settings: Settings, now: Callable[[], datetime] = clock.now) -> FastAPI:
    """The web application. Nothing connects here."""
    app = create_web("Tocsin webhook")
    key_file = settings.webhook_public_key_file or settings.home / "webhook-public.pem"
    receipts = Receipts(open_database(settings.database), load_deployment(settings.key_file).identities)
    reception = Reception(key_file, receipts, now)

    @app.post("/webhooks/sendgrid")
    async def receive(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            metrics.webhook_event("too-large")
            return problem(413, _TITLES[413])
        signature, timestamp = request.headers.get(SIGNATURE_HEADER, ""), request.headers.get(TIMESTAMP_HEADER, "")
        status = await run_in_threadpool(reception.answer, body, signature, timestamp)
        return Response(status_code=200) if status == 200 else problem(status, _TITLES[status])

    app.include_router(inbound_router(settings, now))
    return app


async def _read(request: Request) -> bytes | None:
    """The raw body, for it is signed as it came; None if it is too large, or never came whole.

    What says that it is too large is not read at all.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 12 or int(announced) > MAX_BODY):
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


def main() -> None:
    settings = Settings()
    engine = open_database(settings.database)
    web.run("webhook", settings, settings.webhook_port, create_app, lambda: answers(engine))


if __name__ == "__main__":
    main()
