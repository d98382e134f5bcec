"""A profile: the part of a report that matching compares. It holds names: it lives sealed, or in memory."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tocsin.domain.matching.place_names import folded
from tocsin.domain.matching.references import CaseNumber, references_of
from tocsin.domain.matching.words import telling_words
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.tokens import analyse
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.reports import Report
from tocsin_schemas.victims import AllegedVictim
from tocsin_schemas.violations import Place
from tocsin_schemas.vocabulary import Gender, NameKind

UNKNOWN_COUNTRY = "XXX"
"""The code that ISO 3166-1 leaves to users, for a State that is not known."""


@dataclass(frozen=True, slots=True)
class PersonProfile:
    """One alleged victim. names: as written. born: first and last possible year."""

    names: tuple[str, ...]
    born: tuple[int, int] | None = None
    gender: str = ""
    nationalities: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceProfile:
    name: str
    area: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """dates: (role, EDTF) pairs; the role ``event`` is always there. words: folded words of the narratives."""

    report_id: str
    publisher: str
    persons: tuple[PersonProfile, ...]
    countries: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]
    violations: tuple[str, ...]
    places: tuple[PlaceProfile, ...] = ()
    authorities: tuple[tuple[str, str], ...] = ()
    references: tuple[CaseNumber, ...] = ()
    words: tuple[str, ...] = ()
    group: bool = False

    def dump(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()


def load_profile(content: bytes) -> Profile:
    """The inverse of ``Profile.dump``."""
    raw = json.loads(content)
    return Profile(
        report_id=raw["report_id"],
        publisher=raw["publisher"],
        persons=tuple(PersonProfile(**{k: _frozen(v) for k, v in p.items()}) for p in raw["persons"]),
        countries=tuple(raw["countries"]),
        dates=tuple((role, date) for role, date in raw["dates"]),
        violations=tuple(raw["violations"]),
        places=tuple(PlaceProfile(**p) for p in raw["places"]),
        authorities=tuple((kind, name) for kind, name in raw["authorities"]),
        references=tuple(CaseNumber(**r) for r in raw["references"]),
        words=tuple(raw["words"]),
        group=raw["group"],
    )


def profile_of(report: Report, report_id: str, lexicon: Lexicon) -> Profile:
    """Reduce a report to what is compared. ``report_id``: see ``identifiers``."""
    violation, victims = report.violation, report.alleged_victims
    countries = tuple(c for c in (violation.country, *violation.further_states) if c != UNKNOWN_COUNTRY)
    persons = tuple(_person(victim) for victim in victims)
    own = {t.sounds[0].skeleton for p in persons for name in p.names for t in analyse(name, lexicon)}
    return Profile(
        report_id=report_id,
        publisher=report.publisher,
        persons=persons,
        countries=countries,
        dates=_dates(report),
        violations=tuple(_violations(report)),
        places=(_place(violation.place, countries),) if violation.place else (),
        authorities=tuple((a.kind, folded(a.name)) for a in violation.authorities if a.name),
        references=references_of(report),
        words=telling_words([n.text for n in report.narratives], lexicon, own),
        group=report.group is not None,
    )


def _person(victim: AllegedVictim) -> PersonProfile:
    names = tuple(n.value for n in victim.names if n.kind is not NameKind.PEN) or (victim.names[0].value,)
    return PersonProfile(
        names=names,
        born=_years(victim.birth) if victim.birth else None,
        gender="" if victim.gender is Gender.UNDISCLOSED else str(victim.gender),
        nationalities=tuple(victim.nationalities),
        occupations=tuple(victim.occupations),
        organisations=tuple(folded(o.name) for o in victim.organisations),
    )


def _years(birth: str) -> tuple[int, int]:
    period = parse_edtf(birth)
    return period.earliest.year, period.latest.year


def _dates(report: Report) -> tuple[tuple[str, str], ...]:
    found = [("event", report.violation.date)]
    if report.detention and report.detention.arrested_on:
        found.append(("arrest", report.detention.arrested_on))
    if report.detention and report.detention.released_on:
        found.append(("release", report.detention.released_on))
    if report.reprisal and report.reprisal.cooperated_on:
        found.append(("cooperation", report.reprisal.cooperated_on))
    return tuple(found)


def _violations(report: Report) -> Iterator[str]:
    yield from map(str, report.violation.types)
    if report.reprisal is not None:
        yield "reprisal"


def _place(place: Place, countries: tuple[str, ...]) -> PlaceProfile:
    country = place.country or (countries[0] if countries else "")
    return PlaceProfile(place.name, place.administrative_area or "", country, place.latitude, place.longitude)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
