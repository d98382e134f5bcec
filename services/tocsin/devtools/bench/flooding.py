"""Who sends what in the flood: five publishers a few urgent reports, and one far more than its share."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from itertools import count, islice
from typing import Any

from aiokafka import AIOKafkaProducer

from tocsin.devtools.corpus import sign
from tocsin.devtools.corpus.generator import numbered
from tocsin.devtools.corpus.letters import Letter, write
from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access
from tocsin_schemas.topics import REPORTS

OTHERS = ("UN-SRHRD", "UN-WGAD", "ACHPR-SRHRD", "COE-CHR", "OSCE-ODIHR")
FLOODER = "NGO-FLD"
_OUTSTANDING = 400
"""Reports that the broker has not answered for yet, after which no more are sent: a client's buffer is not endless."""
_PREPARED = 12_000
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """offered: what would have been sent at the pace asked for. accepted: what the broker has taken."""

    offered: int
    accepted: int
    seconds: float


@dataclass(slots=True)
class Others:
    """broker: with a user who may write reports. started: when each report was sent, by its id."""

    broker: str | Access
    seed: int
    started: dict[str, float] = field(default_factory=dict)

    def send(self, rate: float, seconds: float) -> None:
        """``rate`` reports a second in all, each once the broker has the one before."""
        letters = urgent_letters(OTHERS, self.seed)
        with closing(kafka.producer(self.broker)) as client:
            begun = time.monotonic()
            for number in range(int(rate * seconds)):
                letter = next(letters)
                time.sleep(max(0.0, begun + number / rate - time.monotonic()))
                self.started[letter.key.decode()] = time.time()
                _send(client, letter).get(timeout=_PATIENCE_SECONDS)


Signed = tuple[Letter, tuple[tuple[str, bytes], ...]]


@cache
def _prepared() -> Sequence[Signed]:
    letters = islice(urgent_letters((FLOODER,), 9), _PREPARED)
    return [(letter, sign(letter.publisher, letter.headers, letter.body)) for letter in letters]


def prepare() -> None:
    """Write and sign more than the broker will take: a sender does that on a machine of its own."""
    _prepared()


def flood(access: Access, rate: float, seconds: float) -> Sent:
    """Offer urgent reports of one publisher, each a case of its own; what its client cannot get rid of is not sent.

    By aiokafka: while the broker lets it wait, kafka-python keeps a processor busy, which here would be ours.
    """
    return asyncio.run(_flood(access, rate, seconds))


async def _flood(access: Access, rate: float, seconds: float) -> Sent:
    ready, offered, accepted = iter(_prepared()), 0, 0
    outstanding: deque[Any] = deque()
    client = AIOKafkaProducer(bootstrap_servers=access.bootstrap, acks="all", linger_ms=2, **access.options())
    await client.start()
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        due, offered = int(passed * rate) - offered, int(passed * rate)
        while outstanding and outstanding[0].done():
            accepted += outstanding.popleft().exception() is None
        for letter, headers in islice(ready, max(0, min(due, _OUTSTANDING - len(outstanding)))):
            outstanding.append(await client.send(REPORTS.name, letter.body, letter.key, headers=[*headers]))
        await asyncio.sleep(0.02)
    accepted += len(await asyncio.wait_for(asyncio.gather(*outstanding), _PATIENCE_SECONDS))
    await client.stop()
    if next(ready, None) is None:
        raise RuntimeError("the flood ran dry: prepare more")
    return Sent(offered, accepted, seconds)


def urgent_letters(publishers: Sequence[str], seed: int) -> Iterator[Letter]:
    """Of the publishers in turn, each letter about a person of its own, whose life is in danger now."""
    for number, item in zip(count(), numbered(1_000_000, seed, poison=0, repeats=0, per_case=1), strict=False):
        content: dict[str, Any] = json.loads(item.letter.body)
        publisher = publishers[number % len(publishers)]
        content |= {"publisher": publisher, "publisher_reference": f"flood-{seed}-{number}"}
        content["violation"] |= {"types": ["death_threat"], "ongoing": True}
        yield write(content, f"urgent {number}")


def _send(client: Any, letter: Letter) -> Any:
    headers = sign(letter.publisher, letter.headers, letter.body)
    return client.send(REPORTS.name, letter.body, letter.key, [*headers])
