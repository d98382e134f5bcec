"""Who sends what in the flood: five publishers a few urgent reports, and one far more than its share."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from typing import Any

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


def flood(broker: str | Access, rate: float, seconds: float) -> Sent:
    """Offer urgent reports of one publisher, each a case of its own; what its client cannot get rid of is not sent."""
    letters, offered, accepted = urgent_letters((FLOODER,), 9), 0, 0
    waiting: list[Any] = []
    with closing(kafka.producer(broker)) as client:
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < seconds:
            due, offered = int(passed * rate) - offered, int(passed * rate)
            done = [future for future in waiting if future.is_done]
            accepted += sum(future.succeeded() for future in done)
            waiting = [future for future in waiting if not future.is_done]
            waiting += [_send(client, next(letters)) for _ in range(min(due, _OUTSTANDING - len(waiting)))]
            time.sleep(0.01)
        for future in waiting:
            future.get(timeout=_PATIENCE_SECONDS)
        accepted += len(waiting)
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
