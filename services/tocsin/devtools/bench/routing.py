"""``python -m tocsin.devtools.bench.routing``: cases routed a second on one processor, with a full directory.

Beside it, in the same run: the same with nothing remembered of State, date and subject, as if every report were the
first of its kind; and without any index, the directory and the knowledge arranged anew for each case.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as clock_time
from itertools import cycle, islice

import click

from tocsin.devtools.corpus import load as letters
from tocsin.devtools.golden import reading
from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.directory import index
from tocsin.domain.routing.known import arranged
from tocsin.domain.routing.routes import Routing, route
from tocsin.knowledge.load import load
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.directory import Absence, DutyHours, Recipient, Role, Weekday
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FLOOR = 2_000
"""Cases a second that the router has to reach."""
_WARM_UP = 200
_ROUNDS = 9
_ROLES = (Role.STAFF, Role.MANDATE_HOLDER, Role.DEPUTY, Role.DUTY_OFFICER, Role.FOCAL_POINT)

_Case = Sequence[Claim]


@click.command()
@click.option("--holders", default=500, show_default=True, help="People in the directory.")
def main(holders: int) -> None:
    """Routings a second with one report a case, and with three of one event; exits 1 under the floor."""
    people = list(directory_of(holders))
    single = [[claim] for claim in _distinct(claims())]
    triple = [corroborated(claim) for (claim,) in single]
    click.echo(
        f"one processor, {len(people)} holders, {len(load().mandates)} mandates, {len(single)} reports; "
        f"the best of {_ROUNDS} rounds, in cases per second of the processor's time"
    )
    click.echo(f"  {'':34}{'one report':>12}{'three reports':>15}")
    rates = [
        _print(name, router, single, triple)
        for name, router in (("as the dispatcher does it", _indexed(people)), ("nothing remembered", _fresh(people)))
    ]
    _print("no index at all", _naive(people), single, triple)
    if rates[0] < FLOOR:
        raise SystemExit(f"fewer than {FLOOR:,} cases a second")


def claims() -> Iterator[Claim]:
    """Of the sample and of the golden table."""
    for letter in letters():
        try:
            report = decode_as(letter.body, Report)
        except InvalidEvent:
            continue  # the sample has letters that must be refused
        yield claim_from(report, report_id(report.publisher, report.publisher_reference))
    for case in reading.cases():
        yield from case.claims


def corroborated(claim: Claim) -> list[Claim]:
    """The same event as three publishers report it."""
    others = [(f"DESK-{n}", report_id(f"DESK-{n}", claim.report_id)) for n in (1, 2)]
    return [claim, *(claim.model_copy(update={"publisher": p, "report_id": identity}) for p, identity in others)]


def directory_of(holders: int) -> Iterator[Recipient]:
    """Invented people in every role of every mandate in turn; some hold two, keep hours, or are away."""
    keys = [mandate.key for mandate in load().mandates]
    office = DutyHours(days=[*Weekday][:5], start=clock_time(9), end=clock_time(17))
    leave = Absence(first_day=date(2026, 11, 20), last_day=date(2026, 11, 30), delegate="holder-1")
    for number in range(holders):
        second = [keys[(number * 7 + 3) % len(keys)]] if number % 10 == 0 else []
        yield Recipient(
            key=f"holder-{number}",
            recipient_id=f"{number:032x}",
            mandates=list(dict.fromkeys([keys[number % len(keys)], *second])),
            role=_ROLES[number // len(keys) % len(_ROLES)],
            languages=["en"],
            timezone="Africa/Tunis" if number % 3 else "UTC",
            duty_hours=office if number % 5 == 0 else None,
            absences=[leave] if number % 20 == 19 else [],
        )


_Router = Callable[[_Case], Routing]


def _indexed(people: Sequence[Recipient]) -> _Router:
    directory, knowledge = index(people), load()
    return lambda case: route(case, directory, knowledge, NOW)


def _fresh(people: Sequence[Recipient]) -> _Router:
    directory, knowledge = index(people), load()
    known = arranged(knowledge)

    def router(case: _Case) -> Routing:
        known.rulings.cache_clear()
        known.triggers.cache_clear()
        return route(case, directory, knowledge, NOW)

    return router


def _naive(people: Sequence[Recipient]) -> _Router:
    return lambda case: route(case, people, replace(load()), NOW)


def _print(name: str, router: _Router, single: Sequence[_Case], triple: Sequence[_Case]) -> float:
    rates = _rate(router, single), _rate(router, triple)
    click.echo(f"  {name:34}{rates[0]:12,.0f}{rates[1]:15,.0f}")
    return rates[0]


def _rate(router: _Router, cases: Sequence[_Case]) -> float:
    """Cases per second of this process's own time, so that what else runs on the machine counts little."""
    for case in islice(cycle(cases), _WARM_UP):
        router(case)
    best = 0.0
    for _ in range(_ROUNDS):
        started = time.process_time()
        for case in cases:
            router(case)
        best = max(best, len(cases) / (time.process_time() - started))
    return best


def _distinct(found: Iterable[Claim]) -> list[Claim]:
    """The last revision of each report."""
    return list({claim.report_id: claim for claim in found}.values())


if __name__ == "__main__":
    main()
