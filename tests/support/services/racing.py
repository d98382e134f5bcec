"""Workers that meet the same new cases at the same instants, each a thread or a process with a database of its own."""

import multiprocessing
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from builders import a_report, a_victim
from databases import a_deployment, a_message
from matching_fakes import PlainMatcher
from tocsin.resolver.accepting import Acceptance
from tocsin.runtime.beside import beside
from tocsin.store.database import open_database
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.reports import Report
from tocsin_schemas.topics import REPORTS

PUBLISHERS = ("OSCE-ODIHR", "NGO-OBS")
_CONSONANTS = "bdfgklmnprstvz"
WAIT = 60


class Barrier(Protocol):
    def wait(self, timeout: float) -> int: ...

    def abort(self) -> None: ...


def spelt(pair: int, worker: int) -> str:
    """A name of this pair alone, which each worker spells with other vowels."""
    vowel, number, letters = "ae"[worker], pair, []
    for _ in range(4):
        number, rest = divmod(number, len(_CONSONANTS))
        letters.append(_CONSONANTS[rest] + vowel)
    word = "".join(letters).capitalize()
    return f"{'Anik' if worker else 'Anuk'} {word}"


def first_report(pair: int, worker: int) -> Report:
    return a_report(
        publisher=PUBLISHERS[worker],
        publisher_reference=f"pair-{pair}",
        alleged_victims=[a_victim(spelt(pair, worker))],
    )


def race(
    url: str, folder: Path, pairs: int, worker: int, barrier: Barrier, report_error: Callable[[str], None]
) -> None:
    """Take this worker's first report of each of ``pairs`` cases, each at the same instant as the other worker."""
    engine, deployment = open_database(url), a_deployment(folder)
    acceptance = Acceptance(deployment, PlainMatcher())
    consumer = Consumer("resolver", REPORTS, engine, deployment, acceptance, repeats_by_id=False)
    try:
        for pair in range(pairs):
            body = first_report(pair, worker).model_dump_json(exclude_none=True).encode()
            barrier.wait(WAIT)
            consumer.handle(a_message(body, pair * 2 + worker))
    except Exception as error:  # noqa: BLE001 - shown by the test
        report_error(repr(error))
        barrier.abort()
    finally:
        engine.dispose()


def at_once(*works: Callable[[], object]) -> None:
    """Run each in a thread of its own; a failure of any is raised."""
    for begun in [beside("race", work) for work in works]:
        begun.result(60)


def in_threads(url: str, folder: Path, pairs: int) -> list[str]:
    """Returns what went wrong."""
    errors: list[str] = []
    barrier = threading.Barrier(2)
    workers = [threading.Thread(target=race, args=(url, folder, pairs, w, barrier, errors.append)) for w in range(2)]
    _run(workers)
    return errors


def in_processes(url: str, folder: Path, pairs: int) -> list[str]:
    """Returns what went wrong."""
    context = multiprocessing.get_context("spawn")
    errors, barrier = context.Queue(), context.Barrier(2)
    workers = [context.Process(target=race, args=(url, folder, pairs, w, barrier, errors.put)) for w in range(2)]
    _run(workers)
    found = [errors.get() for _ in range(errors.qsize())]
    return found + [f"exit code {worker.exitcode}" for worker in workers if worker.exitcode]


def _run(workers: list[Any]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
