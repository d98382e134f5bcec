"""What a person is shown of a report to decide whether it is of a case: names as written, and the facts beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tocsin_schemas.reports import Report


@dataclass(frozen=True, slots=True)
class Victim:
    names: tuple[str, ...]
    birth: str
    gender: str


@dataclass(frozen=True, slots=True)
class Account:
    """Personal: it is shown to whoever decides, and kept nowhere.

    group: a described group, in the publisher's words. place: with its area and country. dates: (role, EDTF).
    references: numbers that the report quotes in its fields, as written.
    """

    publisher_reference: str
    received_at: datetime
    victims: tuple[Victim, ...]
    group: str
    states: tuple[str, ...]
    place: str
    dates: tuple[tuple[str, str], ...]
    violations: tuple[str, ...]
    references: tuple[str, ...]


def account_of(report: Report) -> Account:
    violation = report.violation
    return Account(
        report.publisher_reference,
        report.received_at,
        tuple(Victim(tuple(n.value for n in v.names), v.birth or "", str(v.gender)) for v in report.alleged_victims),
        report.group.description if report.group else "",
        (violation.country, *violation.further_states),
        ", ".join(_place(report)),
        tuple(_dates(report)),
        tuple(map(str, violation.types)) + (("reprisal",) if report.reprisal else ()),
        tuple(f"{reference.scheme} {reference.value}" for reference in report.references),
    )


def _place(report: Report) -> Iterator[str]:
    if (place := report.violation.place) is not None:
        yield from filter(None, (place.name, place.administrative_area, place.country))


def _dates(report: Report) -> Iterator[tuple[str, str]]:
    yield "event", report.violation.date
    if report.violation.end_date:
        yield "end", report.violation.end_date
    if report.detention and report.detention.arrested_on:
        yield "arrest", report.detention.arrested_on
    if report.detention and report.detention.released_on:
        yield "release", report.detention.released_on
    if report.reprisal and report.reprisal.cooperated_on:
        yield "cooperation", report.reprisal.cooperated_on
