"""``tocsin dead-letters``: what could not be accepted, why, and giving it another try."""

import sys
from datetime import datetime

import click
from kafka.errors import KafkaError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tocsin.cli.connection import echo_json, existing_database
from tocsin.cli.groups import Group
from tocsin.cli.letters import Letter, read_letters, republish
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store import audit
from tocsin.store.database import unit_of_work


@click.group("dead-letters", cls=Group)
def dead_letters() -> None:
    """List, show and replay messages that were refused or put aside."""


@dead_letters.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_letters(as_json: bool) -> None:
    """Origin, code, reason and time of each; nothing of what it says."""
    found = _read(Settings())
    if as_json:
        echo_json([{"origin": x.origin, "code": x.code, "reason": x.reason, "at": x.at} for x in found])
        return
    table = Table("origin", "code", "reason", "time")
    for letter in found:
        table.add_row(Text(letter.origin), letter.code, Text(letter.reason), _time(letter.at))
    Console().print(table)


@dead_letters.command()
@click.argument("origin")
@click.option("--body", is_flag=True, help="Print headers and body too. They may hold names: mind who can see.")
def show(origin: str, body: bool) -> None:
    """Problems of the dead letter ORIGIN (topic-partition-offset)."""
    letter = _find(Settings(), origin)
    click.echo(f"{letter.origin}  {_time(letter.at)}")
    for code, path, sentence in letter.problems:
        click.echo(f"  {code} at {path or '/'}: {sentence}")
    for name, value in letter.headers if body else ():
        click.echo(f"  {_printable(name)}: {_printable(value.decode(errors='replace'))}")
    if letter.erased:
        click.echo("  the message itself has been erased")
    elif body:
        sys.stdout.flush()
        sys.stdout.buffer.write(letter.body + b"\n")


@dead_letters.command()
@click.argument("origin")
def replay(origin: str) -> None:
    """Publish the message of the dead letter ORIGIN again, byte for byte, to the topic that it came from."""
    settings = Settings()
    letter = _find(settings, origin)
    if letter.erased:
        raise click.ClickException("The message itself has been erased.")
    with unit_of_work(existing_database(settings)) as connection:
        audit.append(connection, "operators", "dead-letter-replayed", letter.origin[:64], {}, clock.now())
    try:
        republish(settings.bootstrap, letter)
    except (KafkaError, OSError) as error:
        raise click.ClickException(f"The broker did not take it ({type(error).__name__}).") from None
    click.echo(f"Published again to {letter.topic}.")


def _read(settings: Settings) -> list[Letter]:
    try:
        return read_letters(settings.bootstrap)
    except (KafkaError, OSError) as error:
        raise click.ClickException(f"The broker does not answer ({type(error).__name__}).") from None


def _find(settings: Settings, origin: str) -> Letter:
    letter = next((letter for letter in _read(settings) if letter.origin == origin), None)
    if letter is None:
        raise click.ClickException("No dead letter has this origin. See: tocsin dead-letters list")
    return letter


def _printable(text: str) -> str:
    """Without what could move the cursor or turn the line around."""
    return "".join(c if c.isprintable() else "·" for c in text)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"
