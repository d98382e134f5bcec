"""What went over the topics: messages that were read, events that were published, dead letters, and what is parked."""

import base64
import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from tocsin.devtools.standing.cases import PUBLISHERS, Made, seal
from tocsin.devtools.standing.rows import Rows
from tocsin.devtools.standing.scale import YEARS, Dice, Scale
from tocsin.devtools.standing.telling import Raised
from tocsin.store.deployment import Deployment
from tocsin.store.tables import outbox, parked_reports, processed_messages, refusals, signature_sequences, watermarks
from tocsin_schemas.problems import Problem
from tocsin_schemas.topics import ALERTS, CASES, DEAD_LETTERS, DELIVERIES, REPORTS, Topic

_REFUSED = Problem("missing", "/violation/date", "a required field is missing")
_OLD = 0.9
"""So much of each partition lies below where the consumer started last."""


class Streams:
    """Gives every message its place, so that no offset is left out."""

    def __init__(self, dice: Dice, rows: Rows, deployment: Deployment) -> None:
        self._dice, self._rows, self._deployment = dice, rows, deployment
        self._next: dict[tuple[str, str, int], int] = defaultdict(int)

    def read(self, consumer: str, topic: Topic, key: str, outcome: str, at: datetime) -> tuple[int, int]:
        """Note that it was; returns partition and offset."""
        partition = sum(key.encode()) % topic.partitions
        place = (consumer, topic.name, partition)
        offset, self._next[place] = self._next[place], self._next[place] + 1
        where = {"consumer": consumer, "topic": topic.name, "partition": partition, "offset": offset}
        self._rows.add(processed_messages, **where, event_id=self._dice.ident(), outcome=outcome, processed_at=at)
        return partition, offset

    def publish(self, topic: Topic, key: str, what: str, at: datetime) -> None:
        headers = [["ce_specversion", "1.0"], ["ce_type", f"org.tocsin.{what}"], ["ce_source", "tocsin"]]
        body = json.dumps({"id": key, "at": at.isoformat()}).encode()
        told = {"event_id": self._dice.ident(), "topic": topic.name, "key": key, "headers": headers, "body": body}
        self._rows.add(outbox, **told, created_at=at, published_at=at + timedelta(milliseconds=40))

    def put_aside(self, number: int) -> None:
        """One dead letter, whole and sealed."""
        at = self._dice.after(self._dice.now - YEARS, YEARS)
        publisher, event_id = PUBLISHERS[number % len(PUBLISHERS)], self._dice.ident()
        partition, offset = self.read("resolver", REPORTS, event_id, "dead-letter", at)
        origin, problems = f"{REPORTS.name}-{partition}-{offset}", json.dumps([_REFUSED.row()])
        said = {"publisher": publisher, "violation": {"types": ["arrest"]}, "note": "x" * 400}
        packed = {"headers": [["tocsin_origin_key", ""]], "body": base64.b64encode(json.dumps(said).encode()).decode()}
        seal(self._rows, self._deployment, event_id, {"message": json.dumps(packed).encode()}, at)
        marks = {"origin": origin, "code": _REFUSED.code, "reason": _REFUSED.sentence, "problems": problems}
        headers = [
            [f"tocsin_{name}", value] for name, value in (marks | {"id": event_id, "publisher": publisher}).items()
        ]
        told: dict[str, Any] = {"event_id": event_id, "topic": DEAD_LETTERS.name, "key": origin, "headers": headers}
        self._rows.add(outbox, **told, body=b"", sealed_for=event_id, created_at=at, published_at=at)
        place = {"topic": REPORTS.name, "partition": partition, "offset": offset}
        self._rows.add(refusals, **place, publisher_id=publisher, problems=[_REFUSED.row()], refused_at=at)

    def park(self, number: int) -> None:
        at = self._dice.now - timedelta(minutes=10) * self._dice.random.random()
        identity = self._dice.ident()
        partition, offset = self.read("resolver", REPORTS, identity, "parked", at)
        wrapped, sealed = self._deployment.vault.seal_apart(identity, b"x" * 900)
        self._rows.add(
            parked_reports,
            topic=REPORTS.name,
            partition=partition,
            offset=offset,
            publisher_id=PUBLISHERS[number % 3],
            report_id=identity,
            revision=1,
            priority=("P3", "P4", "P2")[number % 3],
            wrapped_key=wrapped,
            sealed=sealed,
            parked_at=at,
        )

    def mark(self) -> None:
        """From where each consumer reads, since it was started last."""
        for (consumer, topic, partition), end in self._next.items():
            where = {"consumer": consumer, "topic": topic, "partition": partition}
            self._rows.add(watermarks, **where, next_offset=int(end * _OLD))


def flow(scale: Scale, dice: Dice, deployment: Deployment, rows: Rows, made: list[Made], raised: list[Raised]) -> None:
    streams = Streams(dice, rows, deployment)
    for case in made:
        for place, report in enumerate(case.reports):
            streams.read("resolver", REPORTS, report.report_id, "joined" if place else "opened", report.accepted_at)
            signed = {"key_id": f"{report.publisher}.sample", "digest": report.report_id}
            rows.add(signature_sequences, **signed, sequence=case.number * 100 + place)
            what = "case.corroborated" if place else "case.opened"
            streams.publish(CASES, case.case_id, what, report.accepted_at)
            streams.read("dispatcher", CASES, case.case_id, "updated" if place else "raised", report.accepted_at)
    for alert in raised:
        streams.publish(ALERTS, alert.alert_id, "alert.raised", alert.raised_at)
        streams.read("mailer", ALERTS, alert.alert_id, "requested", alert.raised_at)
        for delivery_id, _ in alert.mails:
            streams.publish(DELIVERIES, delivery_id, "delivery.changed", alert.raised_at)
    for number in range(scale.dead_letters):
        streams.put_aside(number)
    for number in range(scale.parked):
        streams.park(number)
    streams.mark()
