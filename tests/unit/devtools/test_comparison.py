"""The services make of the sample what was written down by hand, in whatever order its letters arrive.

The real work of resolver, dispatcher and mailer on a real database; only Kafka is left out.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from databases import NOW, a_database, a_deployment
from tocsin.devtools import comparison, tally
from tocsin.devtools.corpus import Letter, Totals, expected_cases, expected_totals, load, seed
from tocsin.dispatcher.alerting import Alerting
from tocsin.knowledge import load as knowledge
from tocsin.mailer.requesting import Requesting
from tocsin.resolver.accepting import Acceptance
from tocsin.runtime.stream import Message
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.receiving.consuming import Consumer
from tocsin.store.streams import outbox
from tocsin.store.tables import alerts
from tocsin_schemas.topics import ALERTS, CASES, REPORTS


def send(letters: Sequence[Letter], folder: Path) -> Engine:
    """Take the letters through every service up to the mails asked for."""
    engine, deployment = a_database(folder), a_deployment(folder)
    with unit_of_work(engine) as connection:
        seed(connection, deployment, folder / "administrators", NOW)
    resolver = Consumer("resolver", REPORTS, engine, deployment, Acceptance(deployment), repeats_by_id=False)
    dispatcher = Consumer("dispatcher", CASES, engine, deployment, Alerting(deployment, knowledge.load()))
    mailer = Consumer("mailer", ALERTS, engine, deployment, Requesting(deployment))
    for offset, letter in enumerate(letters):
        resolver.handle(Message(REPORTS.name, 0, offset, letter.key, letter.body, letter.headers, NOW))
    readers = {CASES.name: dispatcher, ALERTS.name: mailer}
    while publish(engine, deployment, readers):
        pass
    return engine


def publish(engine: Engine, deployment: Deployment, readers: dict[str, Consumer]) -> int:
    with unit_of_work(engine) as connection:
        waiting = outbox.unpublished(connection, deployment.vault, 10_000)
        outbox.mark_published(connection, [out.id for out in waiting], NOW)
    for out in waiting:
        if out.topic in readers:
            readers[out.topic].handle(Message(out.topic, 0, out.id, out.key, out.body, tuple(out.headers), NOW))
    return len(waiting)


def shuffled(letters: Sequence[Letter], seed: int) -> list[Letter]:
    """Another order in which Kafka may deliver: only letters with the same key keep theirs."""
    dice = random.Random(seed)
    places = {letter.key: dice.random() for letter in letters}
    return sorted(letters, key=lambda letter: places[letter.key])


@pytest.mark.parametrize("seed", [None, 1, 2], ids=["as-published", "shuffled-1", "shuffled-2"])
def test_the_outcome_is_the_one_written_down_in_any_order_of_arrival(tmp_path: Path, seed: int | None) -> None:
    letters = load() if seed is None else shuffled(load(), seed)
    engine = send(letters, tmp_path)
    counted = tally.count(engine)
    assert comparison.differences(engine, counted, expected_totals(), expected_cases()) == []
    assert counted.unpublished == counted.unread == 0
    assert not counted.settled(len(letters)), "the mails are still to be sent"
    engine.dispose()


def test_what_is_missing_or_too_much_is_told_in_a_sentence(tmp_path: Path) -> None:
    letters = [letter for letter in load() if not letter.note.startswith("yacumbe")]
    engine = send(letters, tmp_path)
    with unit_of_work(engine) as connection:
        connection.execute(update(alerts).where(alerts.c.mandate == "UN-CT").values(state="closed"))
    totals = replace_totals(cases=34, closed=0)
    found = comparison.differences(engine, tally.count(engine), totals, expected_cases())
    assert "cases: 33 instead of 34" in found
    assert "closed cases: 1 instead of 0" in found
    assert "yacumbe: its reports are not together in one case" in found
    assert "akyalim: not alerted, though competent: UN-CT" in found
    engine.dispose()


def replace_totals(**changes: int) -> Totals:
    return expected_totals().model_copy(update=changes)


def test_a_tally_is_settled_only_when_nothing_is_under_way(tmp_path: Path) -> None:
    engine = a_database(tmp_path)
    empty = tally.count(engine)
    assert empty.settled(0)
    assert not empty.settled(1)
    assert not replace(empty, unread=1).settled(0)
    assert not replace(empty, unpublished=1).settled(0)
    assert not replace(empty, deliveries=Counter(accepted=1)).settled(0)
    assert replace(empty, deliveries=Counter(delivered=1, bounced=2)).settled(0)
    engine.dispose()
