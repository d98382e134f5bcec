"""What operators watch of the whole deployment, counted now and then by the one process that sees all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.runtime import metrics
from tocsin.store.matching import reviews
from tocsin.store.views import figures
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.vocabulary import Priority

EVERY = timedelta(seconds=15)
RARELY = timedelta(minutes=1)
"""For what goes through a week."""
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Figures:
    """Shows them when it is time to."""

    _shown_at: datetime | None = None
    _week_shown_at: datetime | None = None

    def show(self, connection: Connection, now: datetime) -> None:
        if _is_due(self._shown_at, EVERY, now):
            self._shown_at = now
            _show_waiting(connection, now)
        if _is_due(self._week_shown_at, RARELY, now):
            self._week_shown_at = now
            metrics.mails_per_person(*figures.mails_per_person(connection, now - WEEK))
            metrics.dedup_undone(figures.undone(connection))
            letters = figures.dead_letters(connection, now - WEEK)
            metrics.dead_letters(*((letters.number, _age(letters.since, now)) if letters else (0, 0.0)))


def _show_waiting(connection: Connection, now: datetime) -> None:
    zeros = dict.fromkeys(priority.value for priority in Priority)
    waiting = figures.unacknowledged(connection)
    numbers = {name: waiting[name].number if name in waiting else 0 for name in zeros}
    metrics.unacknowledged(numbers, _ages({name: found.since for name, found in waiting.items()}, now))
    metrics.reviews_oldest(dict.fromkeys(reviews.KINDS, 0.0) | _ages(figures.oldest_reviews(connection), now))
    states = dict.fromkeys((state.value for state in DeliveryState), 0.0)
    metrics.deliveries_oldest(states | _ages(figures.oldest_deliveries(connection, now), now))
    metrics.sources_silent(_ages(figures.newest_reports(connection), now))


def _ages(since: Mapping[str, datetime], now: datetime) -> dict[str, float]:
    return {name: _age(moment, now) for name, moment in since.items()}


def _age(since: datetime, now: datetime) -> float:
    return (now - since).total_seconds()


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    return last is None or not timedelta() <= now - last < every
