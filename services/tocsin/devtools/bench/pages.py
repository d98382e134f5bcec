"""``python -m tocsin.devtools.bench.pages``: how long each page takes, and how large it is, where much is kept.

A PostgreSQL of its own, without fsync, with a deployment of 100,000 reports in 20,000 cases. Each page is asked for in
turn of other cases, reviews, searches and periods, by somebody who has signed in; measured is the application, from the
request to the last byte of the answer.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Connection, Engine, desc, func, select
from starlette.routing import BaseRoute

from tocsin.console import app as console
from tocsin.console.recipient import app as recipient
from tocsin.devtools import home as homes
from tocsin.devtools.bench.asking import Measured, Question, measure
from tocsin.devtools.bench.page_questions import Questions, subjects_of, told_mandates
from tocsin.devtools.ports import free_ports
from tocsin.devtools.postgresql import PostgreSQL
from tocsin.devtools.standing.scale import Scale, dice_of
from tocsin.devtools.standing.seeding import seed
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store import migrate
from tocsin.store.access import sessions
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.deployment import Deployment, load_deployment
from tocsin.store.recipients.sessions import OF_RECIPIENTS
from tocsin.store.tables import cases, deliveries

MOST_MS, MOST_BYTES = 100.0, 50_000
ACCOUNT = "everything-1"
_SEARCHES = ("/search/name", "/search/place", "/search/reference")
_DOWNLOADS = (".pdf", ".xml", ".jsonld", ".csv", "/words")
"""Made to be kept: measured, and not held to what is asked of pages."""
_SLOW = (".pdf", ".csv")
_SLOW_TO_DRAW = 20
"""How often one of those is asked for."""
_NOBODYS = ("/sign-in/openid", "/sign-in/openid/answer", "/sign-in/openid/{key}", "/sign-in/openid/{key}/answer")
"""They ask an OpenID provider, which is not here."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who has signed in. cookie: of the session. proof: that a form is of this session."""

    cookie: str
    proof: str

    def proved(self, question: Question) -> Question:
        return question if question.form is None else replace(question, form=question.form | {"csrf": self.proof})


@dataclass(frozen=True, slots=True)
class Site:
    """An application, and those who ask for its pages in turn."""

    name: str
    app: FastAPI
    visitors: list[Visitor]


@contextmanager
def database(home: Path) -> Iterator[str]:
    """The URL of a server that runs meanwhile."""
    (port,) = free_ports(1)
    server = PostgreSQL(home.resolve(), port)
    command = [*server.prepare(), "-c", "fsync=off", "-c", "max_wal_size=4GB"]
    with (home / "postgresql.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home / "postgresql")
    try:
        server.wait_ready()
        yield server.url
    finally:
        process.send_signal(signal.SIGINT)  # it does not wait for whoever is still connected
        process.wait()


def sites(settings: Settings, engine: Engine, deployment: Deployment) -> list[Site]:
    """The console for an operator with every role, and the recipients' pages for the most told and for typical ones."""
    now = clock.now()
    with unit_of_work(engine) as connection:
        token = sessions.begin(connection, deployment.identities, ACCOUNT, now)
        signed_in = [
            (
                name,
                [
                    Visitor(f"tocsin-session={OF_RECIPIENTS.begin(connection, deployment.identities, one, now)}", "")
                    for one in people
                ],
            )
            for name, people in _populations(connection)
        ]
    proof = deployment.identities.digest(f"console-csrf.1\x1f{token}".encode())
    operator = Visitor(f"tocsin-console-session={token}", proof)
    return [
        Site("console", console.create_app(settings), [operator]),
        *(Site(name, recipient.create_app(settings), readers) for name, readers in signed_in),
    ]


def _populations(connection: Connection) -> list[tuple[str, list[str]]]:
    """Recipients: the four with most mails, and four about the median."""
    told = select(deliveries.c.recipient_id).group_by(deliveries.c.recipient_id)
    people = list(connection.execute(told.order_by(desc(func.count()), deliveries.c.recipient_id)).scalars())
    middle = max(0, len(people) // 2 - 2)
    return [("recipients, most", people[:4]), ("recipients, typical", people[middle : middle + 4])]


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path) of everything that is read, and of the searches."""
    known = {(method, r.path) for r in _every(app.routes) if isinstance(r, APIRoute) for method in r.methods or ()}
    return sorted((m, path) for m, path in known if m == "GET" or path in _SEARCHES)


def _every(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Those of routers that were included, too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from [route] if included is None else _every(included.routes)


def ask(site: Site, questions: Questions, only: str) -> Iterator[Measured]:
    for method, path in routes(site.app):
        if path in _NOBODYS or only not in path:
            continue
        asked = questions.of(path, form=method == "POST")
        if asked is None:
            yield Measured(f"{method} {path}")
            continue
        if path.endswith(_SLOW):
            asked = asked[:_SLOW_TO_DRAW]
        yield _in_turn(site, f"{method} {path}", asked)


def _in_turn(site: Site, route: str, asked: list[Question]) -> Measured:
    share, found = len(site.visitors), Measured(route)
    for place, visitor in enumerate(site.visitors):
        measure(site.app, [visitor.proved(question) for question in asked[place::share]], visitor.cookie, found)
    return found


def told(name: str, found: Measured) -> str:
    """A line of the table."""
    if not found.milliseconds:
        return f"{name:20} {found.route:52} not asked: of a part of its path nobody knows what it may be"
    times = "".join(f"{found.at(share):9.1f}" for share in (0.5, 0.95, 1.0))
    strange = {status: n for status, n in found.statuses.items() if status not in (200, 303)}
    said = f"  {strange}" if strange else ""
    return f"{name:20} {found.route:52} {len(found.sizes):5}{times} {max(found.sizes):9,}{said}"


def is_well(found: Measured) -> bool:
    if found.route.endswith(_DOWNLOADS):
        return True
    if not found.milliseconds or any(status >= 500 for status in found.statuses):
        return False
    return found.at(0.95) <= MOST_MS and max(found.sizes) <= MOST_BYTES


def _seeded(settings: Settings, scale: Scale) -> None:
    """Unless it was before."""
    migrate.upgrade(settings.database)
    engine, began = open_database(settings.database), time.monotonic()
    with reading(engine) as connection:
        is_empty = connection.execute(select(cases.c.case_id).limit(1)).first() is None
    if is_empty:
        seed(engine, load_deployment(settings.key_file), settings.home, scale, clock.now(), click.echo)
        click.echo(f"seeded in {time.monotonic() - began:.0f} s")
    engine.dispose()


def _prepared(settings: Settings, number: int, only: str) -> Iterator[tuple[Site, Measured]]:
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    with reading(engine) as connection:
        dice = dice_of(Scale(), clock.now())
        questions = Questions(number, subjects_of(connection), told_mandates(connection), dice)
    for site in sites(settings, engine, deployment):
        for found in ask(site, questions, only):
            yield site, found
    engine.dispose()


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/pages"), show_default=True)
@click.option("--reports", default=Scale().reports, show_default=True)
@click.option("--cases", "number", default=Scale().cases, show_default=True)
@click.option("--holders", default=Scale().holders, show_default=True)
@click.option("--requests", default=200, show_default=True, help="Of each page.")
@click.option("--only", default="", help="Pages whose path holds this.")
@click.option("--again", is_flag=True, help="With the database that is there.")
def main(home: Path, reports: int, number: int, holders: int, requests: int, only: str, again: bool) -> None:
    """Exits with 1 if a page takes more than 100 ms at p95, or is larger than 50 kB."""
    home.mkdir(parents=True, exist_ok=True)
    with homes.claim(home):
        if not again:
            homes.wipe(home)
        with database(home) as url:
            settings = Settings(home=home, database_url=url)
            _seeded(settings, Scale(reports, number, holders, open_reviews=max(1, number // 4)))
            click.echo(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; fsync is off")
            click.echo(f"{'site':20} {'page':52} {'asked':>5}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9} {'largest':>9}")
            amiss = []
            for site, found in _prepared(settings, requests, only):
                click.echo(told(site.name, found))
                if not is_well(found):
                    amiss.append(f"{found.route}: slowest {found.slowest[:120]}, largest {found.largest[:120]}")
    click.echo(
        "\n".join(["too slow, too large, or not asked:", *amiss] if amiss else ["every page is as it should be"])
    )
    sys.exit(1 if amiss else 0)


if __name__ == "__main__":
    main()
