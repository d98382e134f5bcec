"""``tocsin evaluate``: the matcher and the router on data of anybody's making, from a pipe into a pipe.

Malformed lines are told by number on standard error, never by content; the rest is scored, and the exit code is 1.
"""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import click
from rich.console import Console

from tocsin.cli.groups import Group
from tocsin.cli.metering import metered
from tocsin.resolver.matching import load_matcher
from tocsin_schemas.problems import InvalidEvent


@click.group(cls=Group)
def evaluate() -> None:
    """Score pairs of names, pairs of reports, or a stream of reports; route reports."""


@evaluate.command()
def names() -> None:
    """Score pairs of names.

    Standard input: CSV with the header id,name_a,name_b[,birth_year_a,birth_year_b]. Standard output: CSV with the
    header id,score,decision; the score is P(same person), the decision same, possible or different.
    """
    from tocsin.devtools.evaluation import naming
    from tocsin.devtools.evaluation.crew import Crew

    with _lines() as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(naming.HEADER)
        for identity, scored in naming.score_rows(lines.source, lines.refuse, Crew(naming.score_row)):
            writer.writerow((identity, f"{scored.probability:.9f}", scored.decision))
            lines.advance()


@evaluate.command()
def cases() -> None:
    """Compare pairs of reports.

    Standard input: a line {"id", "a": report, "b": report} for each pair. Standard output: a line {"id", "person",
    "event", "decision"}: P(same person), P(same event, given that), and what that means for the case.
    """
    from tocsin.devtools.evaluation import pairing

    with _lines() as lines:
        for compared in pairing.compare_lines(load_matcher(), lines.source, lines.refuse):
            found = compared.comparison
            lines.write_json(
                {
                    "id": compared.id,
                    "person": round(found.person, 9),
                    "event": round(found.event, 9),
                    "decision": found.verdict,
                }
            )
            lines.advance()


@evaluate.command()
@click.option(
    "--database", metavar="URL", help="Resolve on this database, with the deployment's key; by default on a new one."
)
def stream(database: str | None) -> None:
    """Send reports through the whole resolver, in the order given.

    Standard input: a line {"id", "report"} for each. Standard output, once it is committed: a line {"id", "case_id",
    "decision", "candidates", "ms", "linked"}; a later line for an id replaces the earlier one.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from tocsin.devtools.evaluation import replay
    from tocsin.runtime.settings import Settings

    key_file = Settings().key_file if database else None
    try:
        with _lines() as lines, replay.open_replay(database, key_file) as replaying:
            source = cast("io.BufferedIOBase", lines.source)
            for group in replay.resolve_lines(replaying, source, lines.refuse):
                for resolved in group:
                    lines.write_json(resolved.as_json())
                    lines.advance()
                lines.target.flush()
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database cannot be used ({type(error).__name__}).") from None


@evaluate.command()
def routes() -> None:
    """Route reports, each as a case of its own, as if every mandate had a holder.

    Standard input: a line {"id", "report", "now"} for each. Standard output: a line {"id", "priority", "reasons",
    "mechanisms", "routes", "refused"}: who is competent for the State at the date, who is told what by which rule, and
    who is not told, and why.
    """
    from tocsin.devtools.evaluation import routing

    with _lines() as lines:
        for routed in routing.route_lines(lines.source, lines.refuse):
            lines.write_json(routed.as_json())
            lines.advance()


@dataclass(slots=True)
class _Lines:
    """What a command reads and writes: UTF-8 whatever the locale. refused: how many lines were malformed."""

    source: BinaryIO
    target: BinaryIO
    console: Console
    advance: Callable[[], None]
    refused: int = 0

    def refuse(self, number: int, refusal: InvalidEvent) -> None:
        self.refused += 1
        self.console.print(f"line {number}: {refusal}", markup=False, highlight=False, soft_wrap=True)

    def write(self, text: str) -> int:
        return self.target.write(text.encode())

    def write_json(self, content: dict[str, Any]) -> None:
        self.write(json.dumps(content, separators=(",", ":")) + "\n")


@contextmanager
def _lines() -> Iterator[_Lines]:
    """Standard input and output; leaves with 1 if a line was malformed."""
    console, source = Console(stderr=True), click.get_binary_stream("stdin")
    with metered(console, source) as advance:
        lines = _Lines(source, click.get_binary_stream("stdout"), console, advance)
        yield lines
        lines.target.flush()
    if lines.refused:
        sys.exit(1)
