"""A consumer of one topic: decode, do the service's work in one transaction, put aside what cannot be accepted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from tocsin.domain import asking
from tocsin.runtime import clock, metrics
from tocsin.runtime.jwe import Unopenable
from tocsin.runtime.messages import Message
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.matching import reviews
from tocsin.store.receiving.authenticating import Authentication, Sender
from tocsin.store.streams import inbox, outbox, refusals
from tocsin_schemas.events import OURSELVES, Event, decode_event, misplaced
from tocsin_schemas.model import Model
from tocsin_schemas.problems import SENTENCES, InvalidEvent, Problem
from tocsin_schemas.signing import is_sealed
from tocsin_schemas.topics import Topic

Work = Callable[[Connection, Event[Model], Message, datetime], str]
"""Makes every change for one event and returns a word for what it did. May raise InvalidEvent before any change."""

Admission = Callable[[Connection, Event[Model], Message, datetime], str | None]
"""Whether an event of a known sender is taken now: None, or a word for what is done with its message instead."""

log = logging.getLogger(__name__)


class RereadRequested(Exception):
    """The auditor found a hole: the process ends, and its successor starts at the hole."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """One service's reading of one topic.

    authentication: tells the sender of events that publishers may send; None where only our own relay publishes.
    repeats_by_id: True for our own events, whose id is unique. Publishers' ids are not trusted for that: two reports
    under one id would lose the second.
    admission: asked before the work of each event; by default everything is taken at once.
    """

    name: str
    topic: Topic
    engine: Engine
    deployment: Deployment
    work: Work
    repeats_by_id: bool = True
    authentication: Authentication | None = None
    admission: Admission | None = None
    deadly: dict[inbox.Place, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Call once before the first message."""
        inbox.ensure_watermarks(self.engine, self.name, [self.topic])
        inbox.close_rereads(self.engine, self.name, clock.now())
        self.deadly.update(inbox.deadly_messages(self.engine, self.name))

    def handle(self, message: Message) -> None:
        """Returns after the commit; any error means that nothing was changed."""
        now = clock.now()
        place = (message.topic, message.partition, message.offset)
        event_id, work = self.plan(message, place, now)
        outcome = inbox.consume(self.engine, self.name, place, event_id, now, work)
        metrics.message_processed(self.name, outcome, (now - message.timestamp).total_seconds())

    def handle_group(self, messages: Sequence[Message]) -> None:
        """Take several messages in one transaction: each with its own row, and all of them or none.

        For SQLite, whose one writer's place is what the services wait for. On PostgreSQL workers run side by side, and
        a group would hold the keys of all its messages at once, in no order that another worker shares.
        """
        _handle_together(self.engine, self.name, [(self, message) for message in messages])

    @property
    def grouping(self) -> Callable[[Sequence[Message]], None] | None:
        """``handle_group`` where it helps."""
        return self.handle_group if self.engine.dialect.name == "sqlite" else None

    def plan(
        self, message: Message, place: inbox.Place, now: datetime
    ) -> tuple[str | None, Callable[[Connection], str]]:
        """The id that tells repeats, and what to do in the transaction of the message."""
        if place in self.deadly:
            isolated = Problem("message-isolated", "", f"this message ended several processes ({self.deadly[place]})")
            return None, lambda connection: self._isolate(connection, message, isolated, now)
        try:
            opened = self._opened(message)
            event = decode_event(opened.headers, opened.value, opened.timestamp)
            if event.type not in self.topic.events:
                raise misplaced(event.type)
        except InvalidEvent as refusal:
            problems = refusal.problems
            return None, lambda connection: self._refuse(connection, message, problems, now)
        event_id = event.id if self.repeats_by_id else None
        return event_id, lambda connection: self._do(connection, event, message, opened, now)

    def _opened(self, message: Message) -> Message:
        """As it came; if its body is sealed to the deployment, with what was sealed."""
        if not is_sealed(message.headers):
            return message
        try:
            return replace(message, value=self.deployment.keys.opening.open(message.value or b""))
        except Unopenable:
            raise InvalidEvent(Problem("sealed-unopenable", "", SENTENCES["sealed-unopenable"])) from None

    def _do(self, connection: Connection, event: Event[Model], message: Message, opened: Message, now: datetime) -> str:
        sender, speaker = None, OURSELVES
        try:
            if self.authentication is not None:
                sender = self.authentication(connection, message, now)
                sender.check(event.data)
                speaker = sender.speaker
            event = replace(event, speaker=speaker)
            if self.admission is not None and (word := self.admission(connection, event, message, now)) is not None:
                return word
            return self.work(connection, event, replace(opened, value=event.content), now)
        except InvalidEvent as refusal:
            return self._put_aside(connection, message, refusal.problems, now, sender)

    def _refuse(self, connection: Connection, message: Message, problems: Sequence[Problem], now: datetime) -> str:
        """Whoever is not known by a signature is told of that first, and of nothing else."""
        sender = None
        try:
            if self.authentication is not None:
                sender = self.authentication(connection, message, now)
        except InvalidEvent as unknown:
            problems = unknown.problems
        return self._put_aside(connection, message, problems, now, sender)

    def _put_aside(
        self,
        connection: Connection,
        message: Message,
        problems: Sequence[Problem],
        now: datetime,
        sender: Sender | None = None,
    ) -> str:
        origin = outbox.Origin(
            message.topic, message.partition, message.offset, message.key, message.headers, message.value
        )
        event_id = self.deployment.identities.event("dead-letter", self.name, origin.place)
        publisher = None if sender is None else sender.publisher_id
        outbox.enqueue_dead_letter(connection, self.deployment.vault, event_id, origin, problems, now, publisher)
        if publisher is not None:
            place = (message.topic, message.partition, message.offset)
            refusals.add(connection, place, publisher, problems, now)
        audit.append(connection, self.name, "dead-lettered", event_id, {"code": problems[0].code}, now)
        metrics.dead_letter(problems[0].code)
        return "dead-letter"

    def _isolate(self, connection: Connection, message: Message, problem: Problem, now: datetime) -> str:
        place = f"{message.topic}-{message.partition}-{message.offset}"
        reviews.request(connection, "isolated_message", asking.ISOLATED(place=place), now)
        return self._put_aside(connection, message, [problem], now)

    def positions(self, wanted: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
        return inbox.positions(self.engine, self.name, wanted)

    def on_failure(self, message: Message, error: BaseException) -> None:
        place = (message.topic, message.partition, message.offset)
        inbox.record_failure(self.engine, self.name, place, type(error).__name__, clock.now())

    async def watch_for_rereads(self) -> None:
        """Ends the process when the auditor asks for a hole to be read again."""
        while not await asyncio.to_thread(inbox.reread_requested, self.engine, self.name):  # noqa: ASYNC110
            await asyncio.sleep(5)
        log.warning("reread requested")
        raise RereadRequested(self.name)


class Junction:
    """One service's reading of several topics: each message goes to the consumer of its topic."""

    def __init__(self, *consumers: Consumer) -> None:
        """consumers: of one name and one database."""
        self._first = consumers[0]
        self._by_topic = {consumer.topic.name: consumer for consumer in consumers}
        self.positions, self.on_failure = self._first.positions, self._first.on_failure
        self.watch_for_rereads = self._first.watch_for_rereads

    def prepare(self) -> None:
        """Call once before the first message."""
        for consumer in self._by_topic.values():
            consumer.prepare()

    def handle(self, message: Message) -> None:
        self._by_topic[message.topic].handle(message)

    def handle_group(self, messages: Sequence[Message]) -> None:
        """As ``Consumer.handle_group``, whatever topics the messages are from."""
        pairs = [(self._by_topic[message.topic], message) for message in messages]
        _handle_together(self._first.engine, self._first.name, pairs)

    @property
    def grouping(self) -> Callable[[Sequence[Message]], None] | None:
        """``handle_group`` where it helps."""
        return self.handle_group if self._first.grouping is not None else None


def _handle_together(engine: Engine, name: str, messages: Sequence[tuple[Consumer, Message]]) -> None:
    now, plans = clock.now(), []
    for consumer, message in messages:
        place = (message.topic, message.partition, message.offset)
        plans.append((place, *consumer.plan(message, place, now)))
    with unit_of_work(engine) as connection:
        outcomes = [
            inbox.consume_within(connection, name, place, event_id, now, work) for place, event_id, work in plans
        ]
    for (_, message), outcome in zip(messages, outcomes, strict=True):
        metrics.message_processed(name, outcome, (now - message.timestamp).total_seconds())


Background = Callable[[], Awaitable[None]]
