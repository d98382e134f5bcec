"""The sending loop: claim, send, record. It runs in threads, and never on the event loop that consumes alerts.

The claim, and then what the mail will disclose, are committed before anything leaves the host. A crash in between
leaves a claim behind, which becomes ``unknown`` and is settled by ``reconcile``; it is never simply sent again.
"""

import hashlib
import logging
import random
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from tocsin.domain import asking
from tocsin.mailer.gate import stops
from tocsin.mailer.guarding import Guarded, Guarding
from tocsin.mailer.sender import Accepted, Mail, Outcome, Rejected, RetryAfter, Sender, Stops, Unknown
from tocsin.mailer.unwritable import Unwritable, written
from tocsin.mailer.writing.composing import compose
from tocsin.mailer.writing.content import Contents
from tocsin.mailer.writing.disclosing import disclosures_of
from tocsin.mailer.writing.letters import Postponed, Sent, Withheld, Written
from tocsin.mailer.writing.rendering import Rendering
from tocsin.store.alerting import disclosures
from tocsin.store.casework import cases
from tocsin.store.casework.locks import despite_deadlocks, lock_found
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import deliveries, gathering
from tocsin.store.mail.deliveries import Delivery, Observation
from tocsin.store.matching import reviews
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState
from tocsin_schemas.knowledge import Knowledge

IDLE_SECONDS = 0.02
LEASE = timedelta(seconds=120)
"""A claim older than this belongs to a dead sender; a sender sends nothing on a claim past half of it."""
_MAILS_PER_THREAD = 4
_LONGEST_RETRY = 60.0
_STOPPED = {
    DeliveryCause.PROTECTED_CONTENT: asking.PROTECTED(),
    DeliveryCause.UNWRITTEN: asking.UNWRITTEN(),
}
"""What operators are told of mails that we stop."""
_UNWRITTEN = "a mail cannot be written"
_WRITE_AGAIN = timedelta(minutes=5)
_PATIENCE_AT_STOP = 3.0
_CAUSES = {
    "throttled": DeliveryCause.PROVIDER_THROTTLED,
    "unreachable": DeliveryCause.PROVIDER_UNREACHABLE,
    "unauthorised": DeliveryCause.PROVIDER_REJECTED,
}

log = logging.getLogger(__name__)


def fence_of(instance: str) -> str:
    """The part of a fence that a process shares with its predecessors of the same name."""
    return hashlib.sha256(instance.encode()).hexdigest()[:12] + "-"


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass(slots=True)
class Sending:
    """Sends what is due, the most urgent first.

    instance: stable name of this process among its like. clock: gives the time.
    """

    engine: Engine
    deployment: Deployment
    knowledge: Knowledge
    sender: Sender
    rendering: Rendering
    instance: str
    threads: int
    clock: Callable[[], datetime]
    wake: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    idle: threading.Event = field(default_factory=_set)
    _fence: str = ""
    _closed_until: datetime | None = None
    _routine_closed_until: datetime | None = None

    def run(self) -> None:
        """Send until ``stopped``. An error of ours ends it, and with it the process: claims survive that."""
        self.idle.clear()
        try:
            self._run()
        finally:
            self.idle.set()

    def stop(self) -> None:
        """Finish the batch under way, so that a clean stop leaves nothing in doubt. Gives up after some seconds."""
        self.stopped.set()
        self.wake.set()
        self.idle.wait(_PATIENCE_AT_STOP)

    def _run(self) -> None:
        self.expire_predecessors()
        with ThreadPoolExecutor(self.threads, thread_name_prefix="sender") as pool:
            expire_at = self.clock()
            while not self.stopped.is_set():
                if self.clock() >= expire_at:
                    self.expire_dead()
                    expire_at = self.clock() + LEASE / 10
                if self.send_batch(pool) == 0:
                    self.wake.wait(IDLE_SECONDS)
                    self.wake.clear()

    def expire_predecessors(self) -> int:
        """What an earlier process of this name claimed is in doubt now: two of one name never live at once."""
        now = self.clock()
        with unit_of_work(self.engine) as connection:
            return deliveries.expire_claims(
                connection, self.deployment.identities, now, now, of_fence=fence_of(self.instance)
            )

    def expire_dead(self) -> int:
        now = self.clock()
        with unit_of_work(self.engine) as connection:
            return deliveries.expire_claims(connection, self.deployment.identities, now - LEASE, now)

    def send_batch(self, pool: ThreadPoolExecutor) -> int:
        """Claim one batch, send it and record what came of it; returns its size."""
        claimed = self._claim(self.threads * _MAILS_PER_THREAD)
        if not claimed:
            return 0
        letters, guarded = despite_deadlocks(lambda: self._letters(claimed))
        observations = list(pool.map(self._send, claimed, letters, guarded))
        self._record(claimed, observations)
        return len(claimed)

    def _claim(self, limit: int) -> list[Delivery]:
        now = self.clock()
        if _is_before(now, self._closed_until):
            return []
        only_urgent = _is_before(now, self._routine_closed_until)
        with reading(self.engine) as connection:
            if not deliveries.anything_due(connection, now, only_urgent):
                return []
        self._fence = self._fence or fence_of(self.instance) + secrets.token_hex(8)
        with unit_of_work(self.engine) as connection:
            return deliveries.claim_due(connection, limit, self._fence, now, only_urgent)

    def _letters(self, claimed: list[Delivery]) -> tuple[list[Written], list[Guarded | None]]:
        """Write the letters, record what they disclose, and read what their mails must not hold.

        The cases are locked: whoever withdraws a consent afterwards finds what was disclosed; before, it is not told.
        """
        now = self.clock()
        with unit_of_work(self.engine) as connection:
            carried = gathering.carried(connection, [d.delivery_id for d in claimed if d.kind in gathering.CARRIERS])
            ids = {d.case_id for d in (*claimed, *carried) if d.case_id is not None}
            lock_found(connection, lambda: ids | {cases.current(connection, case_id) for case_id in ids})
            contents = Contents(connection, self.deployment, self.knowledge, now)
            letters = [self._letter(contents, delivery) for delivery in claimed]
            disclosures.record(connection, [made for letter in letters for made in disclosures_of(letter, now)])
            for item, why in contents.left_out:
                gathering.leave_out(connection, self.deployment.identities, item, why.cause, why.detail, now)
            for altered in contents.altered:
                entries.queue_altered(connection, altered, now)
            guarding = Guarding(connection, self.deployment, (self.rendering.pages_url, self.rendering.mail_domain))
            guarded = [guarding.guarded(letter) for letter in letters]
        return letters, guarded

    def _letter(self, contents: Contents, delivery: Delivery) -> Written:
        try:
            return written(lambda: contents.letter(delivery), _UNWRITTEN, delivery_id=delivery.delivery_id)
        except Unwritable:
            return self._unwritten(delivery)

    def _unwritten(self, delivery: Delivery) -> Postponed | Withheld:
        """It is tried again later; what a bundle or a digest was to tell is told without it."""
        if delivery.kind in gathering.CARRIERS:
            return Withheld(DeliveryCause.UNWRITTEN, "unwritten")
        return Postponed(self.clock() + _WRITE_AGAIN, DeliveryCause.UNWRITTEN, "unwritten")

    def _send(self, delivery: Delivery, letter: Written, guarded: Guarded | None) -> Observation:
        """Send one mail, in a thread of the pool."""
        if isinstance(letter, Withheld | Postponed):
            return _unsent(letter)
        try:
            mail, is_stopped = written(
                lambda: self._composed(delivery, letter, guarded), _UNWRITTEN, delivery_id=delivery.delivery_id
            )
        except Unwritable:
            return _unsent(self._unwritten(delivery))
        if is_stopped:
            log.error("mail stopped", extra={"delivery_id": delivery.delivery_id})
            return _unsent(Withheld(DeliveryCause.PROTECTED_CONTENT, "protected-content"))
        now = self.clock()
        if delivery.claimed_at is not None and now - delivery.claimed_at > LEASE / 2:
            outcome: Outcome = RetryAfter(now, "unreachable")  # the batch was slow: others may soon call us dead
        else:
            outcome = self.sender.send(mail)
        return self._observation(delivery, outcome)

    def _composed(self, delivery: Delivery, letter: Sent, guarded: Guarded | None) -> tuple[Mail, bool]:
        """The mail, and whether it holds what it must not."""
        mail = replace(compose(self.rendering, letter), is_urgent=delivery.priority in deliveries.URGENT)
        return mail, guarded is not None and stops(mail, guarded)

    def _observation(self, delivery: Delivery, outcome: Outcome) -> Observation:
        match outcome:
            case Accepted(message_id, provider):
                state, cause = DeliveryState.ACCEPTED, DeliveryCause.PROVIDER_ACCEPTED
                return Observation(state, cause, provider=provider, provider_message_id=message_id or None)
            case Rejected(code):
                log.error("mail rejected", extra={"delivery_id": delivery.delivery_id, "code": code})
                return Observation(DeliveryState.REJECTED, DeliveryCause.PROVIDER_REJECTED, code)
            case Unknown(reason, provider):
                return Observation(DeliveryState.UNKNOWN, DeliveryCause.OUTCOME_UNKNOWN, reason, provider)
            case RetryAfter(until, reason, stops):
                self._close(until, stops)
                at = until + timedelta(seconds=_spread(delivery.attempt))
                return Observation(DeliveryState.REQUESTED, _CAUSES[reason], reason, next_attempt_at=at)

    def _close(self, until: datetime, stops: Stops) -> None:
        """Claim nothing, or nothing that can wait, before ``until``."""
        if stops is Stops.ALL:
            self._closed_until = max(until, self._closed_until or until)
        elif stops is Stops.ROUTINE:
            self._routine_closed_until = max(until, self._routine_closed_until or until)

    def _record(self, claimed: list[Delivery], observations: list[Observation]) -> None:
        now, made = self.clock(), sorted(zip(claimed, observations, strict=True), key=lambda one: one[0].delivery_id)

        identities = self.deployment.identities

        def record() -> None:
            with unit_of_work(self.engine) as connection:
                for delivery, seen in made:  # in the order in which events lock them too
                    is_current = deliveries.record_outcome(connection, identities, delivery, seen, now)
                    if seen.cause in _STOPPED:
                        self._set_aside(connection, delivery, seen.cause, is_current, now)

        despite_deadlocks(record)

    def _set_aside(
        self, connection: Connection, delivery: Delivery, cause: DeliveryCause, is_current: bool, now: datetime
    ) -> None:
        """Operators look at what we stopped, and at each case that goes untold with it."""
        concerned = [delivery]
        if is_current and delivery.kind in gathering.CARRIERS:
            concerned += gathering.release(connection, self.deployment.identities, delivery, cause, now)
        for one in concerned:
            reviews.request_of(connection, "mail_stopped", one.delivery_id, _STOPPED[cause], now, one.case_id)


def _unsent(letter: Withheld | Postponed) -> Observation:
    if isinstance(letter, Withheld):
        return Observation(DeliveryState.CANCELLED, letter.cause, letter.detail)
    return Observation(DeliveryState.REQUESTED, letter.cause, letter.detail, next_attempt_at=letter.until)


def _spread(attempt: int) -> float:
    """Full jitter, growing with the attempts, without an end to them: a deadline escalates, it does not discard."""
    return random.uniform(0, min(_LONGEST_RETRY, 0.25 * 2 ** min(attempt, 10)))  # noqa: S311 - not for secrets


def _is_before(now: datetime, until: datetime | None) -> bool:
    return until is not None and now < until
