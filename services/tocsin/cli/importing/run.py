"""One import on a terminal: looked at first as a whole, then sent, with a bar; broken off, it goes on where it was."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tocsin.cli.importing import shown
from tocsin.cli.importing.doors import Doors
from tocsin.importing.escaping import write_problems
from tocsin.importing.faults import Fault
from tocsin.importing.mapping.building import Builder
from tocsin.importing.mapping.file import Mapping
from tocsin.importing.reading.sheets import Row
from tocsin.importing.sending.doors import Forbidden, Unavailable
from tocsin.importing.sending.kept import Kept, StateUnusable
from tocsin.importing.sending.running import Act, Plan, Planned, Told, look, run

PROBLEMS, BROKEN_OFF, INTERRUPTED = 1, 2, 130
"""How the command ends."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options say. state: the file that remembers what was sent. doors: where to send."""

    state: Path
    doors: Doors
    dry_run: bool
    show_names: bool
    all_or_nothing: bool
    problems: Path | None
    language: str


@dataclass(frozen=True, slots=True)
class Source:
    """rows: the same at each call. whole: whether they are all that the source has, so that the rest has vanished."""

    rows: Callable[[], Iterable[Row]]
    whole: bool
    row_name: Callable[[int], str] = str


class Import:
    """The looking, and the sending, of one source. console: where tables go; the bar goes to the error output."""

    def __init__(self, wanted: Wanted, mapping: Mapping, builder: Builder, console: Console, now: datetime) -> None:
        self._wanted, self._mapping, self._builder = wanted, mapping, builder
        self._console, self._now = console, now

    def carry_out(self, source: Source) -> int:
        """Returns how to exit. Raises ClickException if the state file cannot be used."""
        try:
            return self._carried_out(source)
        except StateUnusable as unusable:
            raise click.ClickException(f"{self._wanted.state.name}: {unusable}.") from None

    def _carried_out(self, source: Source) -> int:
        wanted = self._wanted
        with Kept(wanted.state, create=not wanted.dry_run) as kept:
            first, told = self._look(source, kept)
            if wanted.dry_run or (wanted.all_or_nothing and told.faults):
                shown.planned_table(self._console, first, self._going(told), wanted.show_names, source.row_name)
                if not wanted.dry_run:
                    self._console.print("Nothing was sent: --all-or-nothing, and there are problems.")
                return self._end(source, told, dry=True)
            return self._send(source, kept, told)

    def _look(self, source: Source, kept: Kept) -> tuple[list[Planned], Told]:
        plan = self._plan(kept)
        first: list[Planned] = []
        for planned in look(plan, source.rows()):
            if planned.act is not Act.UNCHANGED and len(first) < shown.SHOWN:
                first.append(planned)
        return first, plan.told

    def _send(self, source: Source, kept: Kept, looked: Told) -> int:
        plan, wanted = self._plan(kept), self._wanted
        try:
            publisher = str(self._mapping.constants.get("publisher", ""))
            with closing(wanted.doors.open(publisher, wanted.language)) as door, _bar() as bar:
                task = bar.add_task("sending", total=sum(looked.counts.values()))
                run(plan, source.rows(), door, kept, lambda _: bar.advance(task))
        except KeyboardInterrupt:
            return self._broken_off(plan.told, "Stopped.", INTERRUPTED)
        except (Forbidden, Unavailable) as trouble:
            return self._broken_off(plan.told, f"Broken off: {trouble}.", BROKEN_OFF)
        return self._end(source, plan.told, dry=False)

    def _broken_off(self, told: Told, why: str, code: int) -> int:
        self._console.print(why)
        self._console.print("What arrived is remembered. The same command goes on from there; nothing is sent twice.")
        self._written(told.faults)
        return code

    def _end(self, source: Source, told: Told, dry: bool) -> int:
        shown.faults_table(self._console, told.faults, self._wanted.language, source.row_name)
        if not source.whole:
            told.vanished = []
        shown.summary(self._console, told, dry)
        self._written(told.faults)
        return PROBLEMS if told.faults else 0

    def _written(self, faults: Iterable[Fault]) -> None:
        if self._wanted.problems is not None:
            write_problems(self._wanted.problems, sorted(faults), self._wanted.language)
            self._console.print(f"Every problem is in {self._wanted.problems.name}.")

    def _plan(self, kept: Kept) -> Plan:
        return Plan(self._builder, self._mapping, kept, self._now)

    @staticmethod
    def _going(told: Told) -> int:
        return told.counts[Act.NEW] + told.counts[Act.CORRECTION]


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
