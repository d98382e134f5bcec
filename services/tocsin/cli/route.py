"""``tocsin route``: why a report goes to whom, for people."""

import json
from typing import Any, BinaryIO

import click
from rich.console import Console

from tocsin.cli.groups import Group
from tocsin.cli.routing_page import Page
from tocsin.cli.wording import LANGUAGES
from tocsin.devtools.evaluation.routing import Case, case_of
from tocsin.runtime import clock
from tocsin_schemas.decoding import parse_json
from tocsin_schemas.problems import InvalidEvent, Problem

_WIDTH = 100


@click.group(cls=Group)
def route() -> None:
    """Explain the routing of a report."""


@route.command()
@click.argument("file", type=click.File("rb"))
@click.option("--now", metavar="INSTANT", help="The moment of routing, for example 2026-11-24T09:00:00Z. Default: now.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def explain(file: BinaryIO, now: str | None, language: str) -> None:
    """Explain the routing of the report in FILE: a report as JSON, or a line of `tocsin evaluate routes`.

    It is routed as a case of its own, as if every mandate had a holder. Nothing is stored, and nobody is told.
    """
    try:
        case = _case(file.read(), now)
    except InvalidEvent as refusal:
        raise click.ClickException(str(refusal)) from None
    console = Console(width=min(_WIDTH, Console().width))
    for part in Page(case, language).parts():
        console.print(part)


def _case(body: bytes, now: str | None) -> Case:
    """Raises InvalidEvent."""
    parse_json(body)
    content: Any = json.loads(body)
    if not isinstance(content, dict):
        raise InvalidEvent(Problem("object-type", "", "this must be an object"))
    line = content if "report" in content else {"report": content}
    return case_of({"now": clock.now().isoformat(), **line} | ({} if now is None else {"now": now}))
