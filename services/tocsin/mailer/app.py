"""The mailer's worker: alerts in, deliveries requested. Beside it, in threads: sending, and settling doubt."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from tocsin.knowledge import load as knowledge
from tocsin.knowledge.pacing import load_pacing
from tocsin.mailer.drilling import Drilling
from tocsin.mailer.evidence.backfill import Backfill
from tocsin.mailer.evidence.looking import Looking
from tocsin.mailer.evidence.reconcile import Reconciliation
from tocsin.mailer.evidence.watching import Watching
from tocsin.mailer.expiring import Expiring
from tocsin.mailer.noticing import Noticing
from tocsin.mailer.outlets import Outlets
from tocsin.mailer.providers.fall_over import FallOver
from tocsin.mailer.reply_addresses import reply_address
from tocsin.mailer.requesting import Requesting, waking
from tocsin.mailer.sending import Sending
from tocsin.mailer.suppressing import Suppressing
from tocsin.mailer.writing.rendering import Rendering
from tocsin.runtime import clock
from tocsin.runtime.beside import beside
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import create_worker
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.topics import ALERTS

SETTLE_SECONDS = 1.0
WATCH_SECONDS = 3.0


class Mailing(NamedTuple):
    """The half that sends: mails about cases, doubt about them, and notices of the directory."""

    sending: Sending
    reconciliation: Reconciliation
    noticing: Noticing
    fall_over: FallOver
    suppressing: Suppressing
    expiring: Expiring
    watching: Watching
    backfill: Backfill
    drilling: Drilling


def create_app(settings: Settings, mailing: Mailing) -> Any:
    """Wire the worker around the sending half; nothing connects to Kafka before it runs."""
    sending = mailing.sending
    engine, deployment = sending.engine, sending.deployment
    consumer = Consumer("mailer", ALERTS, engine, deployment, Requesting(deployment, load_pacing(settings.pacing_file)))
    consumer.prepare()
    return create_worker(
        name="mailer",
        topics=[ALERTS.name],
        bootstrap=settings.kafka,
        instance=settings.instance,
        handle=waking(consumer.handle, sending.wake.set),
        positions=consumer.positions,
        background=[
            consumer.watch_for_rereads,
            lambda: _in_thread("sending", sending.run),
            lambda: _in_thread("reconcile", lambda: _for_ever(mailing.reconciliation.settle)),
            lambda: _in_thread("notices", lambda: _for_ever(mailing.noticing.tell, mailing.noticing.settle)),
            lambda: _in_thread("undelivered", lambda: _for_ever(mailing.watching.watch, seconds=WATCH_SECONDS)),
            lambda: _in_thread("backfill", lambda: _for_ever(mailing.backfill.measure, mailing.backfill.step)),
            lambda: _in_thread("drills", lambda: _for_ever(mailing.drilling.look)),
            lambda: _in_thread("providers", lambda: _for_ever(mailing.fall_over.look)),
            lambda: _in_thread("suppressions", lambda: _for_ever(mailing.suppressing.look, mailing.expiring.look)),
        ],
        on_failure=consumer.on_failure,
        handle_group=waking(consumer.grouping, sending.wake.set) if consumer.grouping else None,
    )


def create_sending(settings: Settings) -> Mailing:
    """The sending half, which works without Kafka. Nothing connects to the provider before it runs."""
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    outlets = Outlets(settings)
    sender, sent_log = outlets.sender, outlets.sent_log
    reply_to = partial(reply_address, deployment.identities, settings.reply_domain)
    sending = Sending(
        engine=engine,
        deployment=deployment,
        knowledge=knowledge.load(),
        sender=sender,
        rendering=Rendering(settings.pages_url, settings.mail_domain, reply_to),
        instance=settings.instance,
        threads=settings.sending_threads,
        clock=clock.now,
    )
    doubt = timedelta(seconds=settings.doubt_seconds)
    return Mailing(
        sending,
        Reconciliation(engine, deployment, sent_log, doubt, clock.now),
        Noticing(engine, deployment, sender, sent_log, settings.mail_domain, clock.now),
        sender,
        Suppressing(engine, deployment, outlets.account, clock.now),
        Expiring(engine, deployment, clock.now),
        Watching(engine, deployment, timedelta(seconds=settings.undelivered_seconds), clock.now, sending.wake.set),
        Backfill(Looking(engine, deployment, sent_log, clock.now), clock.now),
        Drilling(engine, clock.now),
    )


def _for_ever(*works: Callable[[], object], seconds: float = SETTLE_SECONDS) -> None:
    pause = threading.Event()
    while True:
        for work in works:
            work()
        pause.wait(seconds)


async def _in_thread(name: str, work: Callable[[], None]) -> None:
    """Run ``work`` in a daemon thread of its own; its error becomes the coroutine's, and ends the process."""
    await asyncio.wrap_future(beside(name, work))
