"""What a person is shown of a report to decide whether it is of a case: names as written, and the facts beside them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin_schemas.reports import Reference, Report
from tocsin_schemas.victims import AllegedVictim
from tocsin_schemas.vocabulary import ReferenceScheme


@dataclass(frozen=True, slots=True)
class Victim:
    names: tuple[str, ...]
    birth: str
    gender: str


@dataclass(frozen=True, slots=True)
class Account:
    """Personal: it is shown to whoever decides, and kept nowhere.

    group: a described group, in the publisher's words. place: with its area and country. dates: (role, EDTF).
    references: numbers that the report quotes in its fields, as written. withheld: facts of which the publisher lets
    nobody see anything, or not all; what is withheld reads as if it had not been reported.
    """

    publisher_reference: str
    received_at: datetime | None
    victims: tuple[Victim, ...]
    group: str
    states: tuple[str, ...]
    place: str
    dates: tuple[tuple[str, str], ...]
    violations: tuple[str, ...]
    references: tuple[str, ...]
    withheld: frozenset[str] = frozenset()


_SOURCES: Mapping[str, tuple[str, ...]] = {
    "publisher": ("/publisher",),
    "number": ("/publisher_reference",),
    "received": ("/received_at",),
    "victims": ("/alleged_victims/names",),
    "birth": ("/alleged_victims/birth",),
    "gender": ("/alleged_victims/gender",),
    "group": ("/group/description",),
    "states": ("/violation/country", "/violation/further_states"),
    "place": ("/violation/place",),
    "dates": (
        "/violation/date",
        "/violation/end_date",
        "/detention/arrested_on",
        "/detention/released_on",
        "/reprisal/cooperated_on",
    ),
    "violations": ("/violation/types", "/reprisal/strict"),
    "references": ("/references",),
}
"""Each fact, and the fields of the report that it is taken from."""


def account_of(report: Report, shown: frozenset[str]) -> Account:
    """shown: the fields that may be shown, as ``disclosure.fields_of`` says."""
    violation = report.violation
    hidden = frozenset(fact for fact, fields in _SOURCES.items() if not shown.issuperset(fields))
    further = violation.further_states if "/violation/further_states" in shown else []
    return Account(
        "" if "number" in hidden else report.publisher_reference,
        None if "received" in hidden else report.received_at,
        tuple(_victim(victim, hidden) for victim in report.alleged_victims),
        report.group.description if report.group and "group" not in hidden else "",
        (*((violation.country,) if "/violation/country" in shown else ()), *further),
        "" if "place" in hidden else ", ".join(_place(report)),
        tuple((role, date) for role, field, date in _dates(report) if field in shown),
        tuple(_violations(report, shown)),
        () if "references" in hidden else tuple(map(_quoted, report.references)),
        hidden,
    )


def _victim(victim: AllegedVictim, hidden: Collection[str]) -> Victim:
    return Victim(
        () if "victims" in hidden else tuple(name.value for name in victim.names),
        "" if "birth" in hidden else victim.birth or "",
        "" if "gender" in hidden else str(victim.gender),
    )


def _violations(report: Report, shown: frozenset[str]) -> Iterator[str]:
    if "/violation/types" in shown:
        yield from map(str, report.violation.types)
    if report.reprisal and "/reprisal/strict" in shown:
        yield "reprisal"


def _place(report: Report) -> Iterator[str]:
    if (place := report.violation.place) is not None:
        yield from filter(None, (place.name, place.administrative_area, place.country))


def _dates(report: Report) -> Iterator[tuple[str, str, str]]:
    """(role, field, date)"""
    yield "event", "/violation/date", report.violation.date
    if report.violation.end_date:
        yield "end", "/violation/end_date", report.violation.end_date
    if report.detention and report.detention.arrested_on:
        yield "arrest", "/detention/arrested_on", report.detention.arrested_on
    if report.detention and report.detention.released_on:
        yield "release", "/detention/released_on", report.detention.released_on
    if report.reprisal and report.reprisal.cooperated_on:
        yield "cooperation", "/reprisal/cooperated_on", report.reprisal.cooperated_on


def _quoted(number: Reference) -> str:
    """With the series that it is of, if that is known."""
    return number.value if number.scheme is ReferenceScheme.OTHER else f"{number.scheme} {number.value}"
