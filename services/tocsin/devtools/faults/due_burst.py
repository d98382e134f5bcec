"""``python -m tocsin.devtools.faults.due_burst``: how late the last fires when 10,000 due times fall due at once."""

import asyncio
import contextlib
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Engine, func, select, update

from tocsin.devtools.faults.due_subject import firing_for, prepare
from tocsin.dispatcher.due import Firing
from tocsin.runtime import clock
from tocsin.store.database import reading, unit_of_work
from tocsin.store.tables import due_times

_DUE_TIMES_OF_A_CASE = 26
_SOON = timedelta(seconds=3)
_WAITING = due_times.c.fired_at.is_(None) & due_times.c.cancelled_at.is_(None)


def burst(url: str, home: Path, number: int) -> list[float]:
    """Let at least ``number`` due times fall due at one moment; returns after how many seconds each fired, in order.

    They are the escalations and acknowledgements of alerts that nobody answers, with all that they do.
    """
    engine, deployment = prepare(url, home, number // _DUE_TIMES_OF_A_CASE + 1)
    at = clock.now() + _SOON
    with unit_of_work(engine) as connection:
        connection.execute(update(due_times).where(_WAITING).values(due_at=at))
    asyncio.run(_fire(engine, firing_for(engine, deployment), at))
    with reading(engine) as connection:
        fired = connection.execute(select(due_times.c.fired_at).where(due_times.c.due_at == at)).scalars().all()
    engine.dispose()
    return sorted((moment - at).total_seconds() for moment in fired if moment is not None)


async def _fire(engine: Engine, firing: Firing, at: datetime) -> None:
    running = asyncio.create_task(firing.keep_firing())
    while _left(engine, at):  # noqa: ASYNC110 - what is waited for happens in the database
        await asyncio.sleep(0.5)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _left(engine: Engine, at: datetime) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).where(_WAITING, due_times.c.due_at <= at)).scalar_one())


@click.command()
@click.option("--number", default=10_000, show_default=True)
@click.option("--url", help="An empty database; a new SQLite file if absent.")
def main(number: int, url: str | None) -> None:
    """Measure how late due times fire that fall due at once."""
    with tempfile.TemporaryDirectory(prefix="tocsin-burst-") as folder:
        home, started = Path(folder), time.monotonic()
        late = burst(url or f"sqlite:///{home / 'tocsin.db'}", home, number)
    click.echo(f"{len(late)} due at once, prepared and fired in {time.monotonic() - started:.0f} s")
    for share in (50, 99):
        click.echo(f"  {share} % within {late[len(late) * share // 100 - 1]:.1f} s")
    click.echo(f"  the last after {late[-1]:.1f} s")


if __name__ == "__main__":
    main()
