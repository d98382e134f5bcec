"""The dispatcher's worker, and its clock for what falls due."""

import faust

from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.answering import Answering
from tocsin.dispatcher.due import Firing
from tocsin.dispatcher.effects import effects_of
from tocsin.dispatcher.recording import Recording
from tocsin.knowledge import load as knowledge
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import create_worker
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment
from tocsin.store.receiving.authenticating import Authentication
from tocsin.store.receiving.consuming import Consumer, Junction
from tocsin_schemas.topics import ACTIONS, ANSWERS, CASES


def create_app(settings: Settings) -> faust.App:
    """Wire the dispatcher; nothing connects to Kafka before the worker runs."""
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    alerting = Alerting(deployment, knowledge.load())
    consumer = Junction(
        Consumer("dispatcher", CASES, engine, deployment, alerting),
        Consumer(
            "dispatcher",
            ACTIONS,
            engine,
            deployment,
            Recording(alerting),
            repeats_by_id=False,
            authentication=Authentication(deployment),
        ),
        Consumer("dispatcher", ANSWERS, engine, deployment, Answering(alerting)),
    )
    consumer.prepare()
    return create_worker(
        name="dispatcher",
        topics=[CASES.name, ACTIONS.name, ANSWERS.name],
        bootstrap=settings.kafka,
        instance=settings.instance,
        handle=consumer.handle,
        positions=consumer.positions,
        background=[consumer.watch_for_rereads, Firing(engine, effects_of(alerting)).keep_firing],
        on_failure=consumer.on_failure,
        handle_group=consumer.grouping,
    )
