"""Taking an event in a publisher's name: checked, signed on its behalf, and at the broker before anybody is told so."""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from tocsin.domain.identifiers import report_id
from tocsin.intake import receipts
from tocsin.intake.publishing import Record, Records
from tocsin.intake.publishing import Unavailable as Unavailable
from tocsin.intake.rounds import Rounds
from tocsin.runtime.jwe import seal
from tocsin.runtime.jws import Signature
from tocsin.store.database import reading
from tocsin.store.deployment import Deployment
from tocsin.store.publishing import publishers
from tocsin.store.receiving.authenticating import Sender
from tocsin_schemas.decoding import decode
from tocsin_schemas.events import encode_headers
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, problem
from tocsin_schemas.reports import Report, Withdrawal
from tocsin_schemas.signing import SEALED, SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import ACTIONS, REPORTS, TOPIC_OF

_OPEN_TO_PUBLISHERS = (REPORTS, ACTIONS)


@dataclass(frozen=True, slots=True)
class Taken:
    """receipt: what the publisher may ask with, of a fixed length; it tells nobody anything."""

    receipt: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """An event that may be published in this publisher's name. body: JSON, as it came."""

    publisher_id: str
    event_type: str
    body: bytes
    content: Model


class Taking:
    """Both doors of the intake, HTTP and form, take by this.

    records: where signed events go. clock: the present, aware.
    """

    def __init__(self, engine: Engine, deployment: Deployment, records: Records, clock: Callable[[], datetime]) -> None:
        self._engine, self._deployment, self._clock = engine, deployment, clock
        self._sequence = itertools.count(time.time_ns() // 1000)
        self._public = deployment.keys.opening.public()
        self._receipts = receipts.Receipts(deployment.identities)
        self._senders: Rounds[str, Sender] = Rounds(self._find_senders)
        self._records = records

    async def take(self, publisher_id: str, event_type: str, body: bytes) -> Taken:
        """event_type: without prefix, for example ``report.submitted``. body: the event's data, JSON.

        Raises InvalidEvent, among others ``publisher-mismatch``, and Unavailable.
        """
        return await self.publish(await self.check(publisher_id, event_type, body))

    async def check(self, publisher_id: str, event_type: str, body: bytes) -> Checked:
        """Raises InvalidEvent if the event is invalid or not this publisher's to send."""
        topic = TOPIC_OF.get(event_type)
        if topic not in _OPEN_TO_PUBLISHERS:
            raise InvalidEvent(problem("event-type-not-yours"))
        content = decode(body, event_type)
        (await self._senders.join(publisher_id)).check(content)
        return Checked(publisher_id, event_type, body, content)

    async def publish(self, checked: Checked) -> Taken:
        """Returns once the broker has it for good. Raises Unavailable: then the same may be sent again."""
        now = self._clock()
        stored = await self._records.send(self._record(checked, now))
        place = (stored.topic, stored.partition, stored.offset)
        return Taken(self._receipts.make(checked.publisher_id, place, now), now)

    def _record(self, checked: Checked, now: datetime) -> Record:
        identities = self._deployment.identities
        event_id = identities.event(checked.event_type, checked.publisher_id, identities.digest(checked.body))
        source = f"urn:tocsin:publisher:{checked.publisher_id}"
        headers, body = self._sealed(encode_headers(event_id, checked.event_type, source, now), checked.body)
        key = self._deployment.keys.intake
        signature = Signature(key.key_id, next(self._sequence), now, checked.publisher_id)
        token = key.sign(signed_octets(headers, body), signature)
        return Record(TOPIC_OF[checked.event_type].name, _key(checked), (*headers, (SIGNATURE_HEADER, token)), body)

    def _sealed(self, headers: list[tuple[str, bytes]], body: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
        """To the deployment, so that the broker's disks hold no name in clear (T13)."""
        typed = [(name, SEALED.encode() if name == "content-type" else value) for name, value in headers]
        return typed, seal(body, self._public)

    def _find_senders(self, wanted: Sequence[str]) -> list[Sender | Exception]:
        with reading(self._engine) as connection:
            found = {
                name: publishers.find(connection, self._deployment.identities, name) for name in dict.fromkeys(wanted)
            }
        ended = InvalidEvent(problem("publisher-ended"))
        known = {name: Sender(name, each) for name, each in found.items() if each is not None and each.ended_at is None}
        return [known.get(name, ended) for name in wanted]


def _key(checked: Checked) -> bytes:
    """What concerns one report, or one case, keeps its order."""
    content = checked.content
    if isinstance(content, Report | Withdrawal):
        return report_id(checked.publisher_id, content.publisher_reference).encode()
    return report_id(checked.publisher_id, str(getattr(content, "case", None) or "")).encode()
