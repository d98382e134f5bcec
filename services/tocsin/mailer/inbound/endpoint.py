"""``POST /webhooks/inbound``: mail that the provider has taken for us (Inbound Parse), kept before the answer is 200.

The provider tries again after a 5xx, for up to 72 hours; after anything else that is no 2xx it drops the mail and tells
nobody. So there is no 4xx here, whatever comes: what cannot be read is kept as it came.

Posts are signed if the provider was told to (a security policy), over timestamp and raw body. A post without a good
signature may still be genuine, if the policy or the key is not in place yet; and anybody may write one. It is kept, but
proves nothing of its sender, cannot say that a mail arrived, and counts against an allowance of ``ALLOWANCE`` bytes,
which fills up again by ``PER_MINUTE`` bytes: 144 MB in a day at most. Above it the answer is 503, so that what is
genuine comes again, and nobody can fill the disk. Without a public key every post is such a post.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from tocsin.domain.following.replies import Phrasebook, phrasebook
from tocsin.knowledge import automatic_replies
from tocsin.mailer.evidence.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed_digest, load_key
from tocsin.mailer.inbound.mail import read
from tocsin.mailer.inbound.post import Reading
from tocsin.mailer.inbound.recording import Inbox
from tocsin.runtime import clock, metrics
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import problem
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment

ALLOWANCE = 5 * 1024 * 1024
PER_MINUTE = 100 * 1024
_LEAST = 4 * 1024
"""Bytes that the shortest mail costs, with its rows."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Allowance:
    """How much that nobody vouches for may still be kept. In bytes."""

    left: float = ALLOWANCE
    at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, size: int, now: datetime) -> bool:
        """Whether ``size`` may be kept, which is then counted."""
        with self.lock:
            passed = max(0.0, (now - self.at).total_seconds()) if self.at else 0.0
            self.left, self.at = min(ALLOWANCE, self.left + passed * PER_MINUTE / 60), now
            cost = max(size, _LEAST)
            if cost > self.left:
                return False
            self.left -= cost
            return True


def book() -> Phrasebook:
    known = automatic_replies
    return phrasebook(known.phrases(), known.headers(), known.answering())


def inbound_router(settings: Settings, now: Callable[[], datetime] = clock.now) -> APIRouter:
    """Nothing connects here. The public key is read at each post, for it may be put in place later, or change."""
    router, allowance = APIRouter(), Allowance()
    inbox = Inbox(open_database(settings.database), load_deployment(settings.key_file), book())
    key_file = settings.inbound_public_key_file or settings.home / "inbound-public.pem"

    def handle(reading: Reading, signature: str) -> int:
        signed = not reading.is_too_long and _is_signed(key_file, signature, reading.digest)
        at = now()
        mail = read(reading.post, settings.mail_domain)
        if not signed and not allowance.take(sum(map(len, mail.kept.values())), at):
            metrics.webhook_event("inbound-put-off")
            log.warning("unsigned mail above the allowance is put off")
            return 503
        try:
            outcome = inbox.record(mail, signed, at)
        except (SQLAlchemyError, OSError) as error:
            log.error("a mail cannot be kept; the provider will try again", exc_info=error)
            return 503
        metrics.webhook_event(f"inbound-{outcome}".replace("_", "-"))
        if not signed:
            metrics.webhook_event("inbound-unsigned")
        return 200

    @router.post("/webhooks/inbound")
    async def receive(request: Request) -> Response:
        reading = Reading(request.headers.get("content-type", ""), request.headers.get(TIMESTAMP_HEADER, ""))
        try:
            async for chunk in request.stream():
                reading.take(chunk)
                if reading.is_too_long:
                    break
        except ClientDisconnect:  # it never came whole, and comes again
            return problem(503, "try again")
        status = await run_in_threadpool(handle, reading, request.headers.get(SIGNATURE_HEADER, ""))
        return Response(status_code=200) if status == 200 else problem(status, "try again")

    return router


def _is_signed(key_file: Path, signature: str, digest: bytes) -> bool:
    if not signature:
        return False
    try:
        key = load_key(key_file.read_bytes())
    except (OSError, ValueError):
        log.warning("no public key for mail that comes in")
        return False
    return is_signed_digest(key, signature, digest)
