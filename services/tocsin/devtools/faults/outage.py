"""``python -m tocsin.devtools.faults.outage``: the provider is away for 72 hours of virtual time, under 10,000 mails.

The mailer's own sending loop, breaker and fall-over, over a database; the two providers and the clock are invented.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Connection, Engine, func, select, update

from tocsin.devtools.faults.due_subject import prepare
from tocsin.devtools.faults.mail_subject import MAILS_OF_A_CASE, request, sending_for
from tocsin.devtools.faults.outage_checks import Aftermath, Row, Taken
from tocsin.devtools.faults.verdict import tell
from tocsin.mailer.providers.fall_over import FallOver, Way
from tocsin.mailer.sender import Accepted, Mail, Outcome, RetryAfter
from tocsin.mailer.sending import Sending
from tocsin.runtime import clock
from tocsin.store.database import reading, unit_of_work
from tocsin.store.tables import deliveries, reports

AWAY = timedelta(hours=72)
_AT_FIRST, _SLOWLY, _QUICKLY = timedelta(minutes=10), timedelta(seconds=15), timedelta(minutes=30)
"""So long virtual time goes slowly; then from one urgent mail to the next, and never more than half an hour at once."""
_PLANNED = select(deliveries.c.delivery_id, deliveries.c.next_attempt_at)
"""When each mail is to leave at the earliest: at once, or with others, or when its reader is at work."""
_UNSETTLED = ("requested", "claimed", "unknown")


@dataclass(slots=True)
class Hands:
    """The virtual clock."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Post:
    """A provider of mail: away until a moment, and afterwards it takes everything."""

    name: str
    hands: Hands
    away_until: datetime
    taken: list[tuple[datetime, Mail]] = field(default_factory=list)

    def send(self, mail: Mail) -> Outcome:
        now = self.hands()
        if now < self.away_until:
            return RetryAfter(now + timedelta(seconds=1), "unreachable")
        self.taken.append((now, mail))
        return Accepted(f"{self.name}-{len(self.taken)}", self.name)

    def probe(self) -> bool:
        return self.hands() >= self.away_until


@dataclass(frozen=True, slots=True)
class Outage:
    """home: an empty folder. mails: at least so many are asked for, all at the first moment. away: virtual time."""

    home: Path
    mails: int
    away: timedelta = AWAY

    def run(self) -> Aftermath:
        """Let the time pass, and withdraw a tenth of the reports after a third of it."""
        engine, deployment = prepare(
            f"sqlite:///{self.home / 'tocsin.db'}", self.home, self.mails // MAILS_OF_A_CASE + 1
        )
        began = clock.now()
        hands = Hands(began)
        over = withdrawal = began + self.away
        first, second = Post("sendgrid", hands, over), Post("smtp", hands, began)
        fall_over = FallOver(Way("sendgrid", first), Way("smtp", second), hands)
        request(engine, deployment, began)
        with reading(engine) as connection:
            planned = {row[0]: row[1] for row in connection.execute(_PLANNED)}
        sending = sending_for(engine, deployment, fall_over, hands)
        withdrawn: set[str] = set()
        while hands.at < over:
            fall_over.look()
            _send(sending)
            if not withdrawn and hands.at >= began + self.away / 3:
                withdrawn, withdrawal = _withdraw(engine, hands.at), hands.at
            hands.at = min(over, _next(engine, hands.at, began))
        fall_over.look()
        _drain(engine, sending, fall_over, hands)
        with reading(engine) as connection:
            asked = _asked(connection)
        engine.dispose()
        taken = [Taken(at, mail.delivery_id, post.name) for post in (first, second) for at, mail in post.taken]
        return Aftermath(asked, planned, taken, withdrawn, withdrawal)


def _next(engine: Engine, now: datetime, began: datetime) -> datetime:
    """The moment at which to look again."""
    if now < began + _AT_FIRST:
        return now + _SLOWLY
    due = deliveries.c.next_attempt_at
    with reading(engine) as connection:
        urgent = select(func.min(due, type_=due.type)).where(
            deliveries.c.state == "requested", deliveries.c.priority <= "P2", due > now
        )
        following = connection.execute(urgent).scalar()
    return min(now + _QUICKLY, following or now + _QUICKLY)


def _drain(engine: Engine, sending: Sending, fall_over: FallOver, hands: Hands) -> None:
    """The provider is back: second after second, until nothing waits or an hour has passed."""
    for _ in range(3600):
        hands.at += timedelta(seconds=1)
        fall_over.look()
        _send(sending)
        with reading(engine) as connection:
            if not connection.execute(select(1).where(deliveries.c.state.in_(_UNSETTLED)).limit(1)).first():
                return


def _send(sending: Sending) -> None:
    with ThreadPoolExecutor(1) as pool:
        while sending.send_batch(pool):
            pass


def _withdraw(engine: Engine, now: datetime) -> set[str]:
    """Each tenth report; returns the cases of which nothing may be told any more."""
    with unit_of_work(engine) as connection:
        chosen = list(connection.execute(select(reports.c.report_id, reports.c.case_id).order_by(reports.c.report_id)))
        ids = [row.report_id for row in chosen[::10]]
        connection.execute(update(reports).where(reports.c.report_id.in_(ids)).values(withdrawn_at=now))
    return {row.case_id for row in chosen[::10]}


def _asked(connection: Connection) -> dict[str, Row]:
    c = deliveries.c
    query = select(c.delivery_id, c.case_id, c.priority, c.state, c.carried_by)
    return {row[0]: Row(*row[1:]) for row in connection.execute(query)}


@click.command()
@click.option("--mails", default=10_000, show_default=True)
def main(mails: int) -> None:
    """Let a provider be away for 72 hours of virtual time, and judge what became of each mail."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tocsin-outage-") as folder:
        verdict = Outage(Path(folder), mails).run().judge()
    tell(verdict, f"72 virtual hours in {time.monotonic() - started:.0f} s", "Nothing lost, nothing sent too late.")


if __name__ == "__main__":
    main()
