"""``tocsin doctor``: whether mail would leave, unread by others, and reach those who hold a mandate."""

import sys
from textwrap import wrap

import click
from rich.console import Console
from rich.markup import escape

from tocsin.cli.connection import echo_json, looking, settings_of_home
from tocsin.cli.showing import deployment_of
from tocsin.mailer.checks.examination import of_mail, of_people
from tocsin.mailer.checks.finding import Finding, Verdict, warning
from tocsin.runtime.settings import Settings

_COLOURS = {Verdict.FINE: "green", Verdict.WARNING: "yellow", Verdict.WRONG: "red"}
_INDENT = 24
"""Where sentences begin."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Check keys, the account, both ways out, and the directory; sends nothing. Exits 1 if something is wrong."""
    settings = settings_of_home()
    found = [*of_mail(settings), *_of_people(settings)]
    if as_json:
        echo_json([{"check": f.check, "verdict": f.verdict.value, "sentence": f.sentence} for f in found])
    else:
        _print(found)
    sys.exit(1 if any(finding.verdict is Verdict.WRONG for finding in found) else 0)


def _of_people(settings: Settings) -> list[Finding]:
    """A deployment that was never started has no directory yet."""
    try:
        deployment = deployment_of(settings)
        with looking(settings) as connection:
            return of_people(connection, deployment)
    except click.ClickException as failure:
        return [warning("directory", f"The directory could not be checked. {failure.message}")]


def _print(found: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for finding in found:
        word, sentence = finding.verdict.value, _broken(console, finding.sentence)
        console.print(f"[{_COLOURS[finding.verdict]}]{word:<8}[/]{finding.check:<15} {escape(sentence)}")


def _broken(console: Console, sentence: str) -> str:
    """Lines that stay in their column on a screen; one line where a program reads."""
    if not console.is_terminal:
        return sentence
    room = max(console.width - _INDENT, _INDENT)
    return f"\n{' ' * _INDENT}".join(wrap(sentence, room, break_long_words=False, break_on_hyphens=False))
