"""``python -m tocsin.canary``."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tocsin.canary.bounded import Bounded
from tocsin.canary.drilling import Drilling
from tocsin.canary.looking import Looking, watched
from tocsin.canary.status.app import create_app
from tocsin.canary.status.drawing import StatusPages
from tocsin.canary.telling import Duty, find
from tocsin.canary.watch import Watch, ping
from tocsin.domain.canary import CANARY
from tocsin.domain.watching import Judge
from tocsin.mailer.outlets import Outlets
from tocsin.publisher import Publisher
from tocsin.runtime import clock, heartbeats, logs, metrics, web
from tocsin.runtime.beside import beside
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import passages
from tocsin.store.auditing.passages import Passage
from tocsin.store.database import open_database, reading
from tocsin.store.deployment import Deployment, load_deployment

_PATIENCE = 0.4
"""Of the period: from the moment that a component stops, a period and this pass at most, and a round."""
_ROUNDS = 10
"""In a period."""
_DATABASE_SECONDS = 5.0
_BROKER_SECONDS = 8.0
_AUDIT = timedelta(minutes=1)
"""How long an audit may take, however short the period."""
log = logging.getLogger("tocsin.canary")


def main() -> None:
    settings = Settings()
    logs.configure("canary", settings.log_level)
    period = timedelta(seconds=settings.canary_seconds)
    if settings.canary_ping_url and not settings.canary_ping_url.startswith(("https://", "http://")):
        raise SystemExit("TOCSIN_CANARY_PING_URL is no http address.")
    with _publisher(settings, period) as publisher:
        watch = create_watch(settings, publisher, period)
        beside("status", lambda: web.serve(create_app(settings.home / "status"), settings.bind, settings.status_port))
        metrics.serve(settings.metrics_port, settings.bind, lambda: _is_alive(settings))
        log.info("ready")
        while True:
            watch.round(clock.now())
            time.sleep(settings.canary_seconds / _ROUNDS)


def create_watch(settings: Settings, publisher: Publisher, period: timedelta) -> Watch:
    """Wire everything; nothing connects before the first round. period: from one drill to the next."""
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    patience = _PATIENCE * period
    seconds = min(_DATABASE_SECONDS, patience.total_seconds())
    store, outlets = _Bounded(engine, deployment, Bounded(seconds)), Outlets(settings)
    send = None if outlets.smtp is None else outlets.smtp.send
    url = settings.canary_ping_url
    return Watch(
        drilling=Drilling(publisher.submit, store.passage, period, patience),
        look=Looking(
            engine,
            settings.kafka.bootstrap,
            watched(settings.canary_watched),
            settings.home,
            max(heartbeats.silence(settings.canary_seconds), _AUDIT),
            Bounded(seconds),
        ).look,
        judge=Judge(patience),
        duty=Duty(send, settings.duty_address, settings.mail_domain),
        find=store.find,
        show=StatusPages(settings.home / "status").show,
        ping=(lambda: ping(url)) if url else (lambda: False),
        home=settings.home,
    )


@dataclass(frozen=True, slots=True)
class _Bounded:
    """The database, asked for a few seconds at most; and for nothing more while an earlier question hangs, so that a
    round does not wait for it twice.
    """

    engine: Engine
    deployment: Deployment
    bounded: Bounded

    def passage(self, drill_id: str) -> Passage | None:
        """How far a drill has come; None if the database does not tell."""

        def read() -> Passage:
            with reading(self.engine) as connection:
                return passages.passage(connection, self.deployment.identities, drill_id)

        try:
            return self.bounded("database", read)
        except SQLAlchemyError as error:
            log.warning("the database does not answer", extra={"code": type(error).__name__})
            return None

    def find(self, down: set[str], now: datetime) -> None:
        """Keep the findings, if the database lets it; the next round tries again."""
        try:
            self.bounded("database", lambda: find(self.engine, down, now))
        except SQLAlchemyError as error:
            log.warning("the findings were not kept", extra={"code": type(error).__name__})


def _publisher(settings: Settings, period: timedelta) -> Publisher:
    access = settings.kafka
    return Publisher(
        access.bootstrap,
        CANARY,
        settings.canary_key_file or settings.home / "canary.key",
        user=access.user,
        password=access.password,
        tls=access.tls,
        ca_file=access.ca_file,
        patience=min(_BROKER_SECONDS, _PATIENCE * period.total_seconds()),
    )


def _is_alive(settings: Settings) -> bool:
    found = heartbeats.last(settings.home, heartbeats.CANARY)
    return found is not None and clock.now() - found[0] <= heartbeats.silence(settings.canary_seconds)


if __name__ == "__main__":
    main()
