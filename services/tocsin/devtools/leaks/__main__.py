"""``python -m tocsin.devtools.leaks``: five hundred values through a whole deployment, and where they stand after."""

import sys
import time
from pathlib import Path

import click

from tocsin.devtools.leaks.run import Result, run
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.devtools.stack_secured import SecuredStack

RECORDED = {"sendgrid": "tocsin.devtools.sendgrid.recording"}
OPEN = HURRIED | {"console_open": "true"}


def a_stack(home: Path, secured: bool) -> Stack:
    """A new one, of either kind, whose provider keeps what it is told."""
    if secured:
        return SecuredStack(home, OPEN, modules=RECORDED, fresh=True, canary=False)
    return Stack(home, OPEN, modules=RECORDED, fresh=True)


def tell(result: Result) -> None:
    click.echo(f"{result.values} values" + " " * 40 + "searched   sealed  in clear")
    for place, number in sorted(result.table.items()):
        size = result.searched.get(place, 0) / 1e6
        click.echo(f"  {place:44} {size:>9.2f} MB {number:>8} {result.in_clear[place]:>9}")
    for leak in sorted(set(result.leaks)):
        click.secho(f"  LEAK     {leak}", fg="red")
    for missing in result.missing:
        click.secho(f"  MISSING  {missing}", fg="red")


@click.command()
@click.option("--secured", is_flag=True, help="On PostgreSQL and a broker that asks who is there.")
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/leaks"), show_default=True)
def main(secured: bool, home: Path) -> None:
    """Plant the values, search for them, and print how many stand where."""
    began, stack = time.monotonic(), a_stack(home, secured)
    stack.start()
    try:
        stack.wait_ready(120)
        result = run(stack, click.echo)
    finally:
        stack.stop()
    tell(result)
    click.echo(f"in {time.monotonic() - began:.0f} s")
    if result.leaks or result.missing:
        sys.exit(1)


if __name__ == "__main__":
    main()
