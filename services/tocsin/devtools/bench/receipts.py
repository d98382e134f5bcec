"""``python -m tocsin.devtools.bench.receipts``: can a publisher tell by time or size whether a case is known? (T3)

Each pair of probes brings one report of a case that the service knows from another publisher, and one of a person whom
nobody has reported, in random order, to a running intake whose resolver reads along. Classified are the time of the
answer, the time of the request that follows at once, while the resolver is at the probe, and the sizes of both answers.
The area under the curve (AUC) is 0.5 for a coin; the aim is at most 0.52.
"""

import asyncio
import json
import os
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import func, select

from tocsin.devtools.bench.load import Answer, Connection, drive, post
from tocsin.devtools.bench.serving import Served, serve
from tocsin.devtools.corpus.generator import person
from tocsin.store.database import open_database, reading
from tocsin.store.tables import processed_messages

AIM = 0.52
PROBER, HONEST = "NGO-FLD", "NGO-OBS"
RESOLVER = {"resolver": "tocsin.resolver"}
AT_ONCE = {"resolver": "tocsin.devtools.faults.mutants.first_come"}
"""Parks nothing: it is at each probe while the next request comes in, if the pause between them lets it keep up."""
PROBES_OF_A_CASE = 20
"""A case that a thousand reports speak of is none that anybody probes for."""
_SEED, _UNKNOWN = 23, 5_000_000
_PATIENCE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Probed:
    """What was measured of a probe: its answer, and that of the request that followed it."""

    answer: Answer
    following: Answer


Pair = tuple[Probed, Probed]
"""Of a known case, and of an unknown one."""
FEATURES: dict[str, Callable[[Probed], float]] = {
    "time of the answer": lambda probed: probed.answer.seconds,
    "time of the next answer": lambda probed: probed.following.seconds,
    "size of the answer": lambda probed: probed.answer.size,
    "size of the next answer": lambda probed: probed.following.size,
}


def auc(known: Sequence[float], unknown: Sequence[float]) -> float:
    """How well a threshold tells the two apart, whichever way: 0.5 to 1 (Mann and Whitney's U; ties count half)."""
    ordered = sorted([(value, 0) for value in unknown] + [(value, 1) for value in known])
    rank_sum, at = 0.0, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        rank_sum += sum(label for _, label in ordered[at:end]) * (at + 1 + end) / 2
        at = end
    area = (rank_sum - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))
    return max(area, 1 - area)


def classify(pairs: Sequence[Pair]) -> dict[str, float]:
    """The AUC of each feature."""
    return {
        name: auc([feature(known) for known, _ in pairs], [feature(unknown) for _, unknown in pairs])
        for name, feature in FEATURES.items()
    }


def measure(
    home: Path,
    pairs: int,
    pause: float = 0.0,
    show: Callable[[Sequence[Pair]], None] = lambda _: None,
    resolver: Mapping[str, str] = RESOLVER,
) -> list[Pair]:
    """pause: seconds between two probes. show: given what was measured so far. resolver: service -> module."""
    with serve(home, (PROBER, HONEST), resolver) as served:
        cases = max(20, pairs // PROBES_OF_A_CASE)
        known = [post("/v1/reports", _report(HONEST, n, f"honest-{n}"), served.keys[HONEST]) for n in range(cases)]
        answers, _ = asyncio.run(drive(served.settings.intake_port, known, 16))
        if {answer.status for answer in answers} != {202}:
            raise click.ClickException("the known cases were not taken")
        _wait_for_resolver(served, cases)
        return asyncio.run(_probe(served, pairs, cases, pause, show))


async def _probe(
    served: Served, pairs: int, cases: int, pause: float, show: Callable[[Sequence[Pair]], None]
) -> list[Pair]:
    dice, found = random.Random(_SEED), list[Pair]()  # noqa: S311 - repeatable, not secret
    connection = await Connection.open(served.settings.intake_port)
    following = _report(PROBER, 2 * _UNKNOWN, "following")
    for n in range(pairs):
        people = {"known": n % cases, "unknown": _UNKNOWN + n}
        measured: dict[str, Probed] = {}
        for kind in dice.sample(sorted(people), 2):
            probe = _report(PROBER, people[kind], uuid.UUID(int=dice.getrandbits(128)).hex)
            requests = [_request(served, body, dice) for body in (probe, following)]
            measured[kind] = Probed(await connection.ask(requests[0]), await connection.ask(requests[1]))
            await asyncio.sleep(pause)
        found.append((measured["known"], measured["unknown"]))
        show(found)
    await connection.close()
    if any(probed.answer.status != 202 or probed.following.status != 202 for pair in found for probed in pair):
        raise click.ClickException("a probe was refused")
    return found


def _request(served: Served, body: bytes, dice: random.Random) -> bytes:
    return post("/v1/reports", body, served.keys[PROBER], uuid.UUID(int=dice.getrandbits(128)).hex)


def _report(publisher: str, someone: int, reference: str) -> bytes:
    """Of one length for all of a publisher, up to the reference."""
    content = {
        "publisher": publisher,
        "publisher_reference": reference,
        "language": "en",
        "received_at": "2026-10-01T00:00:00+00:00",
        "alleged_victims": [{"names": [{"value": person(someone, _SEED)}], "gender": "woman"}],
        "violation": {
            "types": ["arrest"],
            "date": f"2026-{someone % 9 + 1:02d}-{someone % 28 + 1:02d}",
            "country": ("TUN", "COL", "KAZ", "SEN")[someone % 4],
        },
        "source": {"relation": "witness"},
        "narratives": [{"language": "en", "text": "Taken from the office, and held without a lawyer. " * 20}],
    }
    return json.dumps(content).encode()


def _wait_for_resolver(served: Served, messages: int) -> None:
    """Until it has read so many."""
    engine, deadline = open_database(served.settings.database), time.monotonic() + _PATIENCE_SECONDS
    query = select(func.count()).where(processed_messages.c.consumer == "resolver")
    while True:
        with reading(engine) as connection:
            if connection.execute(query).scalar_one() >= messages:
                break
        if time.monotonic() > deadline:
            raise TimeoutError("the resolver does not read; see its log")
        time.sleep(0.2)
    engine.dispose()


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/bench-receipts"), show_default=True)
@click.option("--pairs", default=100_000, show_default=True)
@click.option("--pause", default=0.0, show_default=True, help="Seconds between two probes.")
@click.option("--at-once", is_flag=True, help="The resolver parks nothing.")
def main(home: Path, pairs: int, pause: float, at_once: bool) -> None:
    """Measure what a publisher learns of a case by probing for it."""
    click.echo(f"{os.cpu_count()} processors; load {os.getloadavg()[0]:.1f}")
    measured = measure(home, pairs, pause, _told_every(max(1, pairs // 20)), AT_ONCE if at_once else RESOLVER)
    found = classify(measured)
    for name, area in found.items():
        click.echo(f"{name}: AUC {area:.4f} over {pairs} pairs")
    if max(found.values()) > AIM:
        raise click.ClickException(f"more than {AIM}")


def _told_every(step: int) -> Callable[[Sequence[Pair]], None]:
    """Of a run of half an hour, something is known before its end."""

    def tell(found: Sequence[Pair]) -> None:
        if len(found) % step == 0:
            areas = ", ".join(f"{name} {area:.4f}" for name, area in classify(found).items())
            click.echo(f"{len(found)} pairs: {areas}", err=True)

    return tell


if __name__ == "__main__":
    main()
