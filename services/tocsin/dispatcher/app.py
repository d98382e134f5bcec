"""The dispatcher's worker, and its clock for embargoes."""

import asyncio

import faust
from sqlalchemy import Engine

from tocsin.dispatcher.alerting import Alerting
from tocsin.knowledge import load as knowledge
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import create_worker
from tocsin.store.consuming import Consumer
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment
from tocsin_schemas.topics import CASES

RELEASE_SECONDS = 1.0


def create_app(settings: Settings) -> faust.App:
    """Wire the dispatcher; nothing connects to Kafka before the worker runs."""
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    alerting = Alerting(deployment, knowledge.load())
    consumer = Consumer("dispatcher", CASES, engine, deployment, alerting)
    consumer.prepare()
    return create_worker(
        name="dispatcher",
        topics=[CASES.name],
        bootstrap=settings.bootstrap,
        instance=settings.instance,
        handle=consumer.handle,
        positions=consumer.positions,
        background=[consumer.watch_for_rereads, lambda: _release_embargoes(alerting, engine)],
        on_failure=consumer.on_failure,
        handle_group=consumer.grouping,
    )


async def _release_embargoes(alerting: Alerting, engine: Engine) -> None:
    """Due times are stored, so a restart or a jump of the clock delays a release but never loses it."""
    while True:
        alerting.release_due(engine, clock.now())
        await asyncio.sleep(RELEASE_SECONDS)
