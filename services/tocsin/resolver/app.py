"""The resolver's worker. On SQLite the relay runs inside it: two processes would fight for the one writer's place."""

from dataclasses import replace

import faust

from tocsin.knowledge.fairness import load_fairness
from tocsin.resolver.accepting import Acceptance
from tocsin.resolver.admitting import Admitting
from tocsin.resolver.indexing import index_missing
from tocsin.resolver.matching import load_matcher
from tocsin.resolver.releasing import Releasing
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.runtime.stream import create_worker
from tocsin.store.casework.locks import despite_deadlocks
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment
from tocsin.store.receiving.authenticating import Authentication, lane_of
from tocsin.store.receiving.consuming import Background, Consumer
from tocsin.store.streams.relaying import relay_forever
from tocsin_schemas.topics import REPORTS


def create_app(settings: Settings) -> faust.App:
    """Wire the resolver; nothing connects to Kafka before the worker runs."""
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    matcher = load_matcher()
    consumer = Consumer(
        "resolver",
        REPORTS,
        engine,
        deployment,
        Acceptance(deployment, matcher),
        repeats_by_id=False,
        authentication=Authentication(deployment),
    )
    fairness = load_fairness(settings.fairness_file)
    releasing = Releasing(consumer, fairness)
    consumer = replace(consumer, admission=Admitting(releasing, fairness))
    consumer.prepare()
    index_missing(engine, deployment, matcher, clock.now())
    background: list[Background] = [consumer.watch_for_rereads, releasing.keep_releasing]
    if engine.dialect.name == "sqlite":
        background.append(lambda: relay_forever(engine, deployment, settings.kafka))
    return create_worker(
        name="resolver",
        topics=[REPORTS.name],
        bootstrap=settings.kafka,
        instance=settings.instance,
        handle=lambda message: despite_deadlocks(lambda: consumer.handle(message)),
        positions=consumer.positions,
        background=background,
        on_failure=consumer.on_failure,
        handle_group=consumer.grouping,
        lane_of=lane_of,
    )
