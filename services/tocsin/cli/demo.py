"""``tocsin demo``: everything running, with invented reports going through it."""

import json
import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from tocsin.devtools import sample, view
from tocsin.devtools.broker import BrokerProblem
from tocsin.devtools.home import HomeInUse, NotAHome
from tocsin.devtools.postgresql import DatabaseProblem
from tocsin.devtools.stack import HURRIED, NotReady, Stack
from tocsin.runtime.kafka import BrokerUnreachable

_PATIENCE = 120.0
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PROBLEMS = (HomeInUse, NotAHome, NotReady, BrokerProblem, BrokerUnreachable, DatabaseProblem)


@click.command()
@click.option(
    "--once", is_flag=True, help="Stop when everything has settled; exit 1 if the outcome is not the expected one."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the summary as JSON on standard output, and nothing else there."
)
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path(".tocsin/demo"),
    show_default=True,
    help="Emptied at the start.",
)
@click.option(
    "--rate", type=float, default=25.0, show_default=True, help="Reports a second; 0 for as fast as possible."
)
def demo(once: bool, as_json: bool, home: Path, rate: float) -> None:
    """Send invented reports from many mechanisms all the way to invented mandate-holders' mailboxes."""
    console = Console(stderr=as_json)
    agreed = True

    def show(stack: Stack) -> None:
        nonlocal agreed
        with view.open_view(console) as watch:
            result = sample.run(stack.engine, stack.settings.kafka, rate or None, _PATIENCE, watch)
        if as_json:
            click.echo(json.dumps(view.as_json(result, stack.addresses), indent=2))
        console.print(view.summary(result))
        for line in result.differences:
            console.print(f"  not as expected: {line}", style="red", highlight=False, markup=False)
        agreed = not result.differences

    run(Stack(home, HURRIED | {"console_open": "true"}, fresh=True), console, show, stay=not once)
    sys.exit(0 if agreed else 1)


def run(stack: Stack, console: Console, then: Callable[[Stack], None], stay: bool) -> None:
    """Start the stack, do ``then``, and stay until Ctrl-C if asked to; leaves nothing behind."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # it would tell of each try before the broker is there
    for number in _STOPS:
        signal.signal(number, signal.default_int_handler)  # a shell lets its background jobs ignore SIGINT
    try:
        console.print("Starting the broker, the database and the services …")
        stack.start()
        stack.wait_ready()
        then(stack)
        _print_addresses(stack, console)
        if stay:
            console.print("Ctrl-C stops everything.")
            signal.pause()
    except _PROBLEMS as problem:
        raise click.ClickException(str(problem)) from None
    except KeyboardInterrupt:
        console.print("Stopping …")
    finally:
        for number in _STOPS:
            signal.signal(number, signal.SIG_IGN)
        stack.stop()


def _print_addresses(stack: Stack, console: Console) -> None:
    for name, address in stack.addresses.items():
        console.print(f"  {name:<8} {address}", highlight=False)
    form = f"{stack.addresses['intake']}/form"
    console.print(f"  {'form':<8} {form}   opened by a key, which is given by:", highlight=False)
    command = f"TOCSIN_HOME={stack.home} tocsin publishers api-key add NGO-OBS --scope form --by duty-officer-1"
    console.print(f"           {command}", highlight=False, soft_wrap=True)
