"""A resolver that marks a message as done before it does the work: a kill in between loses the report."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine

from tocsin.resolver.__main__ import main
from tocsin.store.database import unit_of_work
from tocsin.store.receiving.consuming import Consumer
from tocsin.store.streams import inbox


def _consume(
    engine: Engine,
    consumer: str,
    place: inbox.Place,
    event_id: str | None,
    now: datetime,
    work: Callable[[Connection], str],
) -> str:
    with unit_of_work(engine) as connection:
        outcome = inbox.consume_within(connection, consumer, place, event_id, now, lambda _: "begun")
    time.sleep(0.15)
    if outcome == "begun":
        with unit_of_work(engine) as connection:
            return work(connection)
    return outcome


if __name__ == "__main__":
    inbox.consume = _consume
    Consumer.grouping = None  # type: ignore[assignment,method-assign]
    main()
