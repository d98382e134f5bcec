"""A resolver that knows its publishers and lets what exceeds their share wait, fed by hand."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from builders import a_report, a_victim, a_violation
from databases import NOW, a_database, a_deployment, a_message
from matching_fakes import PlainMatcher
from tocsin.devtools import corpus
from tocsin.devtools.corpus.keys import key_of
from tocsin.knowledge.fairness import load_fairness
from tocsin.resolver.accepting import Acceptance
from tocsin.resolver.admitting import Admitting
from tocsin.resolver.releasing import Releasing
from tocsin.runtime.jws import Signature
from tocsin.runtime.stream import Message
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.receiving import parking
from tocsin.store.receiving.authenticating import Authentication
from tocsin.store.receiving.consuming import Consumer
from tocsin.store.streams import inbox
from tocsin_schemas.fairness import Fairness
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.signing import SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import REPORTS
from tocsin_schemas.vocabulary import Priority, ViolationType

PUBLISHERS = ("UN-SRHRD", "NGO-OBS", "NGO-FLD", "OSCE-ODIHR")


def a_fairness(burst: int = 1, per_second: float = 1.0) -> Fairness:
    """The shipped weights, with small buckets."""
    shipped = load_fairness()
    small = {"burst": burst, "per_second": per_second}
    shares = {priority: share.model_copy(update=small) for priority, share in shipped.shares.items()}
    return shipped.model_copy(update={"shares": shares})


@dataclass
class Desk:
    """``take`` brings a message, ``release`` gives one report its turn; both say what came of it."""

    folder: Path
    fairness: Fairness = field(default_factory=a_fairness)
    engine: Engine | None = None
    offset: int = -1
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.deployment = a_deployment(self.folder)
        self.engine = self.engine or a_database(self.folder)
        with unit_of_work(self.engine) as connection:
            corpus.register(connection, self.deployment.identities, PUBLISHERS)
        self.start()

    def start(self) -> None:
        """As a process that begins: it remembers nothing but what the database holds."""
        self.acceptance = Acceptance(self.deployment, PlainMatcher())
        known = Authentication(self.deployment)
        taking = Consumer(
            "resolver", REPORTS, self.engine, self.deployment, self._work, repeats_by_id=False, authentication=known
        )
        self.releasing = Releasing(taking, self.fairness)
        self.consumer = replace(taking, admission=Admitting(self.releasing, self.fairness))
        self.consumer.prepare()

    def _work(self, *given: Any) -> str:
        return self.acceptance(*given)

    def message(self, content: Report | Withdrawal, event_type: str | None = None) -> Message:
        """Signed by its publisher, at the next offset."""
        self.offset += 1
        named = "report.withdrawn" if isinstance(content, Withdrawal) else "report.submitted"
        body = content.model_dump_json(exclude_none=True).encode()
        return self.signed(a_message(body, self.offset, event_type or named), content.publisher)

    def signed(self, message: Message, publisher: str) -> Message:
        key = key_of(publisher)
        octets = signed_octets(message.headers, message.value)
        token = key.sign(octets, Signature(key.key_id, message.offset + 1, NOW))
        return replace(message, headers=(*message.headers, (SIGNATURE_HEADER, token)))

    def take(self, content: Report | Withdrawal, event_type: str | None = None) -> str | None:
        return self.bring(self.message(content, event_type))

    def bring(self, message: Message) -> str | None:
        place = (message.topic, message.partition, message.offset)
        _, work = self.consumer.plan(message, place, self.now)
        inbox.consume(self.engine, "resolver", place, None, self.now, work)
        return self.outcome(message.offset)

    def release(self) -> str | None:
        return self.releasing.release_one(self.now)

    def release_all(self) -> list[str]:
        found = []
        while (outcome := self.release()) is not None:
            found.append(outcome)
        return found

    def outcome(self, offset: int) -> str | None:
        with reading(self.engine) as connection:
            return parking.outcome_of(connection, (REPORTS.name, 0, offset))

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def waiting(self) -> Counter[str]:
        return Counter(row.publisher_id for row in self.rows(tables.parked_reports) if row.released_at is None)

    def published(self) -> list[str]:
        rows = self.rows(tables.outbox)
        return [dict(row.headers).get("ce_type", "dead-letter").removeprefix("org.tocsin.") for row in rows]


_SYLLABLES = ["ba", "do", "fi", "gu", "ke", "la", "mo", "ni", "pu", "re", "sa", "to", "vi", "zu"]
_ALLEGED = {
    Priority.P1: ([ViolationType.DEATH_THREAT], True),
    Priority.P2: ([ViolationType.ARREST], True),
    Priority.P3: ([ViolationType.ARREST], False),
    Priority.P4: ([ViolationType.RESTRICTIVE_LAW], False),
}


def report_by(publisher: str, number: int, priority: Priority = Priority.P1, **over: Any) -> Report:
    """A report about a person of its own, which by itself has this priority."""
    first, second = divmod(number, len(_SYLLABLES))
    given = f"{_SYLLABLES[first]}{_SYLLABLES[second]}na".title()
    types, ongoing = _ALLEGED[priority]
    fields: dict[str, Any] = {
        "publisher": publisher,
        "publisher_reference": f"{publisher}/{number}",
        "alleged_victims": [a_victim(f"{given} {publisher.replace('-', '').lower()}ri")],
        "violation": a_violation(types=types, ongoing=ongoing),
    }
    return a_report(**(fields | over))
