"""Faust as a stateless consumer: it reads bytes and calls one function, and the database says what was read.

Stock Faust acknowledges a message even if its handler raised, and trusts the broker's offset. Here a message is
acknowledged after ``handle`` has returned, reading starts where the database says, and anything unexpected ends the
process before Faust can acknowledge (deploy/decisions/0002).
"""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, NoReturn

import faust

from tocsin.runtime.kafka_access import MECHANISM, Access, as_access
from tocsin.runtime.lanes import Lanes
from tocsin.runtime.messages import Message as Message
from tocsin.runtime.positions import OffsetGap, Position, transport_for
from tocsin.runtime.reachable import is_reachable
from tocsin.runtime.records import read_any_header_name

log = logging.getLogger(__name__)

EXIT_UNEXPECTED = 70
"""EX_SOFTWARE: the supervisor starts the process again, at the message that ended it."""
GROUP = 16
"""Most messages that are committed together."""
_READ_AT_ONCE = 250
"""Most messages that are read before some are handled, while more and more arrive."""
_TURNS = 5
_BREATH_SECONDS = 0.005
"""Between two groups of what waits: time to read what has come meanwhile, and for others to write."""
EXIT_UNAVAILABLE = 69
"""EX_UNAVAILABLE: no broker."""
_FAUST = "0.15.3"
"""``positions`` overrides private parts of exactly this version."""


class _Stateless(faust.App):
    """Keeps no tables, and so needs no folder for them."""

    has_partitions = False

    def _create_directories(self) -> None:
        return


Handle = Callable[[Message], None]
HandleGroup = Callable[[Sequence[Message]], None]
Positions = Callable[[Collection[Position]], Mapping[Position, int]]
OnFailure = Callable[[Message, BaseException], None]
LaneOf = Callable[[Message], str]
Background = Callable[[], Awaitable[None]]


def create_worker(
    name: str,
    topics: Sequence[str],
    bootstrap: str | Access,
    instance: str,
    handle: Handle,
    positions: Positions,
    background: Sequence[Background] = (),
    on_failure: OnFailure | None = None,
    handle_group: HandleGroup | None = None,
    lane_of: LaneOf | None = None,
) -> faust.App:
    """A Faust application that calls ``handle`` for each message of ``topics``, one at a time and in order.

    name: of the consumer group. instance: stable among the group's processes, for static membership.
    handle: returns after its commit; the message is then acknowledged. If it raises, ``on_failure`` is called and the
    process exits with 70, the message unacknowledged.
    positions: first offset to read of each assigned partition.
    background: coroutines that run beside; if one ends, so does the process.
    handle_group: if given, takes the messages that wait behind one another, all or none of them. If it raises, each is
    handled on its own, so that only the guilty one ends the process.
    lane_of: if given, only messages of one lane are handled in order, and each lane has its turn. Kafka's offset, and
    where reading begins again, stay at the first that is not done.
    """
    if faust.__version__ != _FAUST:
        raise RuntimeError(f"faust-streaming {_FAUST} is required, this is {faust.__version__}")
    read_any_header_name()
    access = as_access(bootstrap)
    configuration = _configuration(name, instance) | {"broker_credentials": _credentials(access)}
    app = _Stateless(name, broker=f"kafka://{access.bootstrap}", **configuration)
    app.transport, app.producer_transport = transport_for(app, positions)
    topic = app.topic(*topics, value_serializer="raw", key_serializer="raw")
    handling = _Handling(handle, handle_group, on_failure)
    app.agent(topic, name=f"{name}-consume", concurrency=1)(partial(_consume, app, handling, lane_of or _one_lane))
    for coroutine in background:
        app.task(_ending_with_the_process(coroutine))
    app.on_rebalance_complete.connect(_announce, weak=False)  # type: ignore[arg-type]
    app.on_partitions_revoked.connect(_withdraw, weak=False)  # type: ignore[arg-type]
    return app


def is_assigned(app: faust.App) -> bool:
    """Whether partitions are assigned to the worker now. May be asked from any thread, also before it runs."""
    return isinstance(app, _Stateless) and app.has_partitions


def run_worker(app: faust.App, log_level: str) -> None:
    """Run until SIGTERM or SIGINT; then stop cleanly and exit with 0. Exits with 69 if no broker answers."""
    if not any(is_reachable(url.authority) for url in app.conf.broker_consumer):
        log.critical("the broker does not answer")
        logging.shutdown()
        sys.exit(EXIT_UNAVAILABLE)
    worker = faust.Worker(
        app, loglevel=log_level, redirect_stdouts=False, override_logging=False, quiet=True, debug=False
    )
    worker.spinner = None  # it would write control codes into the log
    worker.execute_from_commandline()


def _credentials(access: Access) -> Any:
    context = access.tls_context()
    if access.user:
        return faust.SASLCredentials(
            mechanism=MECHANISM, username=access.user, password=access.password, ssl_context=context
        )
    return faust.SSLCredentials(context=context) if context else None


def _configuration(name: str, instance: str) -> dict[str, Any]:
    """Settings measured over kill storms; the rest stays at Faust's defaults."""
    return {
        "consumer_group_instance_id": f"{name}-{instance}",
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "table_standby_replicas": 0,
        "broker_session_timeout": 6,
        "broker_heartbeat_interval": 1,
        "broker_commit_interval": 0.5,
        "consumer_metadata_max_age_ms": 5_000,  # how soon partitions that were not known at first are noticed
        "broker_max_poll_records": 500,
        "stream_buffer_maxsize": 500,
        "value_serializer": "raw",
        "key_serializer": "raw",
        "agent_supervisor": "mode.CrashingSupervisor",
        "worker_redirect_stdouts": False,
        "web_enabled": False,
        "store": "memory://",
        "autodiscover": False,
    }


@dataclass(frozen=True, slots=True)
class _Handling:
    """What is done with messages, one by one or together."""

    handle: Handle
    handle_group: HandleGroup | None = None
    on_failure: OnFailure | None = None

    @property
    def most(self) -> int:
        return 1 if self.handle_group is None else GROUP

    def __call__(self, messages: Sequence[Message]) -> None:
        if self.handle_group is not None and len(messages) > 1:
            try:
                self.handle_group(messages)
                return
            except Exception as error:  # nothing of the group was committed; each is tried on its own
                log.warning("a group failed", exc_info=error)
        for message in messages:
            with _ending_the_process("this message ended the process", message, self.on_failure):
                self.handle(message)


async def _consume(app: Any, handling: _Handling, lane_of: LaneOf, stream: Any) -> None:
    lanes: Lanes[tuple[Any, Message]] = Lanes()
    read = 0
    async for event in stream.noack().events():
        _expect(app.consumer, event.message)
        message = _message(event.message)
        lanes.add(lane_of(message), (event, message), message.octets)
        read += 1
        while lanes and (lanes.is_full or read >= _READ_AT_ONCE or not await _another_waits(stream)):
            read = 0
            taken = lanes.take(handling.most)
            handling([message for _, message in taken])
            for done, _ in taken:
                app.consumer.done(done.message.tp, done.message.offset)
                await stream.ack(done)
            if lanes:
                await asyncio.sleep(_BREATH_SECONDS)


def _one_lane(_: Message) -> str:
    return ""


async def _another_waits(stream: Any) -> bool:
    """Whether a further message is here already; the reader is given a few turns to bring it."""
    for _ in range(_TURNS):
        if not stream.channel.queue.empty():
            return True
        await asyncio.sleep(0)
    return False


def _expect(consumer: Any, record: Any) -> None:
    try:
        consumer.expect(record.tp, record.offset)
    except OffsetGap as gap:
        log.critical("a message is missing before this one", exc_info=gap, extra=_place(record))
        _exit()


def _message(record: Any) -> Message:
    headers = record.headers or ()
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple((name, value or b"") for name, value in pairs),
        timestamp=_time(record.timestamp),
    )


def _time(seconds: float) -> datetime:
    """Where a topic takes the sender's time, it may be any number; 1970 stands for what is no time."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


@contextmanager
def _ending_the_process(why: str, message: Message | None = None, record: OnFailure | None = None) -> Iterator[None]:
    """An error within ends the process, after it was recorded."""
    try:
        yield
    except Exception as error:  # the boundary of the process: it ends before Faust could acknowledge
        log.critical(why, exc_info=error, extra=_place(message))
        if message is not None and record is not None:
            with _ending_the_process("the failure could not be recorded", message):
                record(message, error)
        _exit()


def _place(message: Any) -> dict[str, object]:
    return {name: getattr(message, name) for name in ("topic", "partition", "offset")} if message else {}


def _exit() -> NoReturn:
    """At once, without the clean-up in which Faust would acknowledge."""
    logging.shutdown()
    os._exit(EXIT_UNEXPECTED)


def _ending_with_the_process(coroutine: Background) -> Callable[[], Awaitable[None]]:
    """Without its background the service would look alive and do half its work."""

    async def run() -> None:
        with _ending_the_process("a background task failed"):
            await coroutine()
        log.critical("a background task ended")
        _exit()

    return run


async def _announce(app: Any, *_: Any, **__: Any) -> None:
    app.has_partitions = bool(app.consumer.assignment())
    if app.has_partitions:
        log.info("assigned")
        return
    log.warning("nothing assigned")
    app.add_future(app.consumer.join_again())


async def _withdraw(app: Any, *_: Any, **__: Any) -> None:
    app.has_partitions = False
