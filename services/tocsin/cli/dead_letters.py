"""``tocsin dead-letters``: what could not be accepted, why, how to mend it, and giving it another try."""

import sys
from collections.abc import Iterator
from typing import Any

import click
from kafka.errors import KafkaError
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from tocsin.cli.connection import echo_json, existing_database
from tocsin.cli.groups import Group
from tocsin.cli.showing import day
from tocsin.cli.tables import grid
from tocsin.runtime import clock
from tocsin.runtime.jwe import OpeningKey
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.streams import again
from tocsin.store.streams.letters import Letter, read_letters, republish
from tocsin_schemas.problems import Problem
from tocsin_schemas.refusals import Said, said
from tocsin_schemas.sentences import LANGUAGES

_publisher = click.option("--publisher", metavar="NAME", help="Only what this publisher has signed.")
_language = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="Of what is said to publishers."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("dead-letters", cls=Group)
def dead_letters() -> None:
    """List, show and replay messages that were refused or put aside."""


@dead_letters.command("list")
@_publisher
@_language
@_json
def list_letters(publisher: str | None, language: str, as_json: bool) -> None:
    """Origin, publisher, time and reason of each; nothing of what it says."""
    found = _read(Settings(), publisher)
    if as_json:
        echo_json([_plain(letter, language) for letter in found])
        return
    if not found:
        click.echo("No dead letters.")
        return
    console = Console()
    for letter in found:
        console.print(_head(letter))
        wrong = _text(f"{letter.code}: {said(_first(letter), language).sentence}")
        console.print(Padding(wrong, (0, 0, 0, 2), expand=False))


@dead_letters.command()
@click.argument("origin")
@click.option("--body", is_flag=True, help="Print headers and body too. They may hold names: mind who can see.")
@_publisher
@_language
@_json
def show(origin: str, body: bool, publisher: str | None, language: str, as_json: bool) -> None:
    """Each problem of the dead letter ORIGIN (topic-partition-offset), where it is and how to mend it."""
    letter = _find(Settings(), origin, publisher)
    if as_json:
        echo_json(_plain(letter, language))
        return
    console = Console()
    for margin, line in _lines(letter, language):
        console.print(Padding(line, (0, 0, 0, margin), expand=False))
    for name, value in letter.headers if body else ():
        click.echo(f"  {_printable(name)}: {_printable((value or b'').decode(errors='replace'))}")
    if body and not letter.erased:
        sys.stdout.flush()
        sys.stdout.buffer.write(letter.body + b"\n")


@dead_letters.command()
@click.argument("origin")
@click.option("--anyway", is_flag=True, help="Even if it would be refused again for the same reason.")
@_publisher
@_language
def replay(origin: str, anyway: bool, publisher: str | None, language: str) -> None:
    """Publish the message of the dead letter ORIGIN again, byte for byte, to the topic that it came from."""
    settings = Settings()
    letter = _find(settings, origin, publisher)
    if letter.erased:
        raise click.ClickException("The message itself has been erased.")
    if not anyway and (problem := again.refused_again(letter, _opening(settings))) is not None:
        told = said(problem, language)
        raise click.ClickException(
            f"It would be refused again: {told.sentence}. To mend it: {told.remedy}. "
            "Publish it mended, as a new message; --anyway publishes this one as it is."
        )
    with unit_of_work(existing_database(settings)) as connection:
        audit.append(connection, "operators", "dead-letter-replayed", letter.origin[:64], {}, clock.now())
    try:
        republish(settings.kafka, letter)
    except (KafkaError, OSError) as error:
        raise click.ClickException(f"The broker did not take it ({type(error).__name__}).") from None
    click.echo(f"Published again to {letter.topic}.")


def _read(settings: Settings, publisher: str | None) -> list[Letter]:
    try:
        found = read_letters(settings.kafka)
    except (KafkaError, OSError) as error:
        raise click.ClickException(f"The broker does not answer ({type(error).__name__}).") from None
    return [letter for letter in found if publisher in (None, letter.publisher)]


def _find(settings: Settings, origin: str, publisher: str | None) -> Letter:
    """One of another publisher is as one that is not there."""
    letter = next((letter for letter in _read(settings, publisher) if letter.origin == origin), None)
    if letter is None:
        raise click.ClickException("No dead letter has this origin. See: tocsin dead-letters list")
    return letter


def _opening(settings: Settings) -> OpeningKey | None:
    return load_deployment(settings.key_file).keys.opening if settings.key_file.exists() else None


def _first(letter: Letter) -> Problem:
    return letter.problems[0] if letter.problems else Problem(letter.code, "", letter.reason)


def _head(letter: Letter) -> Text:
    return _text(f"{letter.origin}  {day(letter.at)}  {letter.publisher or 'publisher unknown'}", style="bold")


def _lines(letter: Letter, language: str) -> Iterator[tuple[int, RenderableType]]:
    """Each with its margin."""
    yield 0, _head(letter)
    for problem in letter.problems:
        told = said(problem, language)
        yield 2, _text(f"{problem.code} at {problem.path or '/'}")
        yield 4, _text(told.sentence)
        if told.remedy:
            yield 4, grid([(_text("→"), _text(told.remedy))], 1, 1)
    if letter.erased:
        yield 2, _text("the message itself has been erased")


def _plain(letter: Letter, language: str) -> dict[str, Any]:
    told = [(problem, said(problem, language)) for problem in letter.problems]
    return {
        "origin": letter.origin,
        "publisher": letter.publisher or None,
        "code": letter.code,
        "reason": letter.reason,
        "at": letter.at,
        "problems": [_problem(problem, words) for problem, words in told],
    }


def _problem(problem: Problem, told: Said) -> dict[str, str]:
    return {"code": problem.code, "path": problem.path, "sentence": told.sentence, "remedy": told.remedy}


def _text(words: str, style: str = "") -> Text:
    return Text(_printable(words), style=style)


def _printable(text: str) -> str:
    """Without what could move the cursor or turn the line around."""
    return "".join(c if c.isprintable() or c == "\u00a0" else "·" for c in text)
