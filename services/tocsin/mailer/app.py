"""The mailer's worker: alerts in, deliveries requested. Beside it, in threads: sending, and settling doubt."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

from tocsin.knowledge import load as knowledge
from tocsin.mailer.noticing import Noticing
from tocsin.mailer.reconcile import Reconciliation
from tocsin.mailer.rendering import Rendering
from tocsin.mailer.requesting import Requesting, waking
from tocsin.mailer.sendgrid import Clients, SendGridSender
from tocsin.mailer.sending import Sending
from tocsin.mailer.sent_log import SendGridLog
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import create_worker
from tocsin.store.consuming import Consumer
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment
from tocsin_schemas.topics import ALERTS

SETTLE_SECONDS = 1.0


class Mailing(NamedTuple):
    """The half that sends: mails about cases, doubt about them, and notices of the directory."""

    sending: Sending
    reconciliation: Reconciliation
    noticing: Noticing


def create_app(settings: Settings, mailing: Mailing) -> Any:
    """Wire the worker around the sending half; nothing connects to Kafka before it runs."""
    sending = mailing.sending
    engine, deployment = sending.engine, sending.deployment
    consumer = Consumer("mailer", ALERTS, engine, deployment, Requesting(deployment.identities))
    consumer.prepare()
    return create_worker(
        name="mailer",
        topics=[ALERTS.name],
        bootstrap=settings.bootstrap,
        instance=settings.instance,
        handle=waking(consumer.handle, sending.wake.set),
        positions=consumer.positions,
        background=[
            consumer.watch_for_rereads,
            lambda: _in_thread("sending", sending.run),
            lambda: _in_thread("reconcile", lambda: _for_ever(mailing.reconciliation.settle)),
            lambda: _in_thread("notices", lambda: _for_ever(mailing.noticing.tell, mailing.noticing.settle)),
        ],
        on_failure=consumer.on_failure,
        handle_group=waking(consumer.grouping, sending.wake.set) if consumer.grouping else None,
    )


def create_sending(settings: Settings) -> Mailing:
    """The sending half, which works without Kafka. Nothing connects to the provider before it runs."""
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    key_file = settings.sendgrid_key_file or settings.home / "sendgrid.key"
    clients = Clients(settings.sendgrid_host, key_file, settings.sendgrid_timeout)
    sender, sent_log = SendGridSender(clients, settings.mail_from, clock.now), SendGridLog(clients)
    sending = Sending(
        engine=engine,
        deployment=deployment,
        knowledge=knowledge.load(),
        sender=sender,
        rendering=Rendering(settings.console_url, settings.mail_domain),
        instance=settings.instance,
        threads=settings.sending_threads,
        clock=clock.now,
    )
    doubt = timedelta(seconds=settings.doubt_seconds)
    return Mailing(
        sending,
        Reconciliation(engine, deployment, sent_log, doubt, clock.now),
        Noticing(engine, deployment, sender, sent_log, settings.mail_domain, clock.now),
    )


def _for_ever(*works: Callable[[], object]) -> None:
    pause = threading.Event()
    while True:
        for work in works:
            work()
        pause.wait(SETTLE_SECONDS)


async def _in_thread(name: str, work: Callable[[], None]) -> None:
    """Run ``work`` in a daemon thread of its own; its error becomes the coroutine's, and ends the process."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the worker, which ends the process
            failures.append(error)
        with suppress(RuntimeError):  # the loop was closed before us
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=run, name=name, daemon=True).start()
    await done.wait()
    for failure in failures:
        raise failure
