"""An invented stream: real spellings of names in invented events, reported by many; made in memory, never kept."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count

from tocsin.devtools.evaluation.alpha3 import alpha3
from tocsin.devtools.evaluation.compact import Compact, report_of_compact
from tocsin.devtools.evaluation.people import Person, Population, weighted
from tocsin.devtools.evaluation.scenes import Scene, Setting, Told, scene, tell
from tocsin_schemas.reports import Reference, Report
from tocsin_schemas.victims import DescribedGroup
from tocsin_schemas.vocabulary import GroupKind, ReferenceScheme

PUBLISHERS = ("UN-SRHRD", "UN-WGAD", "ACHPR-SRHRD", "IACHR-RHRD", "COE-CHR", "OSCE-ODIHR", "NGO-OBS", "NGO-FLD")
_REPORTS = (0.30, 0.28, 0.22, 0.12, 0.08)
"""How many reports there are of one event: one to five."""
_NEW_ARREST, _RELATIVE, _LOOKALIKE, _NAMELESS = 0.15, 0.12, 0.12, 0.04
_REFERENCE, _QUOTED, _BORN, _GENDER = 0.10, 0.8, 0.3, 0.5
_WITHHELD = "Name withheld"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One report of the stream. truth: the event it is of. nameless: it withholds the name."""

    truth: str
    report: Report
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class _Truth:
    """One event that befell one person."""

    id: str
    person: Person
    event: Scene
    born: int
    gender: str


def stream(people: Population, found: tuple[Setting, ...], reports: int, seed: int) -> list[Arrived]:
    """About ``reports`` reports in order of arrival: repeats of a case, new arrests, relatives taken together,
    look-alikes, and a few that withhold the name. The same arguments give the same stream.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    told: list[Arrived] = []
    serial = count(1)
    for truth in _truths(people, found, dice):
        told += _reports_of(truth, serial, dice)
        if dice.random() < _NAMELESS:
            told.append(_nameless(truth, next(serial), dice))
        if len(told) >= reports:
            break
    return sorted(told[:reports], key=lambda item: item.report.received_at)


def _truths(people: Population, found: tuple[Setting, ...], dice: random.Random) -> Iterator[_Truth]:
    serial = count(1)

    def truth(person: Person, event: Scene, born: int | None = None, gender: str | None = None) -> _Truth:
        year = born or dice.randint(1945, 2003)
        return _Truth(f"t{next(serial)}", person, event, year, gender or dice.choice(("female", "male")))

    for person in dice.sample(people.persons, len(people.persons)):
        base = truth(person, scene(found, dice))
        yield base
        if dice.random() < _NEW_ARREST:
            yield truth(person, base.event.elsewhen(dice), base.born, base.gender)
        alike = people.relative(person, dice) if dice.random() < 0.5 else people.lookalike(person, dice)
        if alike and dice.random() < _RELATIVE:
            yield truth(alike, base.event)
        if dice.random() < _LOOKALIKE and (other := people.lookalike(person, dice)):
            yield truth(other, scene((base.event.setting,), dice))


def _reports_of(truth: _Truth, serial: Iterator[int], dice: random.Random) -> Iterator[Arrived]:
    number = weighted(dice, _REPORTS) + 1
    shared = number > 1 and dice.random() < _REFERENCE
    for place, publisher in enumerate(dice.sample(PUBLISHERS, number)):
        compact = _compact(truth, tell(truth.event, place == 0, dice), dice)
        changes: dict[str, object] = {"references": [_reference(truth)]} if shared and dice.random() < _QUOTED else {}
        yield Arrived(truth.id, _report(compact, truth, publisher, next(serial), dice, changes))


def _compact(truth: _Truth, told: Told, dice: random.Random) -> Compact:
    return Compact(
        names=[dice.choice(truth.person.names)],
        country=told.country,
        date=told.date,
        place=told.place,
        birth_year=truth.born if dice.random() < _BORN else None,
        gender=truth.gender if dice.random() < _GENDER else "",  # type: ignore[arg-type]
        violation=told.violation,
    )


def _report(
    compact: Compact, truth: _Truth, publisher: str, serial: int, dice: random.Random, changes: dict[str, object]
) -> Report:
    delay = timedelta(minutes=1 + dice.expovariate(1 / (10 * 24 * 60)))
    received = datetime.combine(truth.event.day, time(6), UTC) + delay
    own = {"publisher": publisher, "publisher_reference": f"r-{serial:06d}", "received_at": received}
    return report_of_compact(compact, f"r-{serial:06d}").model_copy(update={**own, **changes})


def _nameless(truth: _Truth, serial: int, dice: random.Random) -> Arrived:
    """The event told in full, but for who it befell: a described group of one, or words in place of the name."""
    compact = _compact(truth, tell(truth.event, True, dice), dice).model_copy(update={"names": [_WITHHELD]})
    group = DescribedGroup(kind=GroupKind.OTHER, description="One person; the name is withheld.", size_estimate=1)
    described: dict[str, object] = {"alleged_victims": [], "group": group}
    report = _report(compact, truth, dice.choice(PUBLISHERS), serial, dice, dice.choice(({}, described)))
    return Arrived(truth.id, report, nameless=True)


def _reference(truth: _Truth) -> Reference:
    """An urgent appeal that the reports quote."""
    number = f"UA {alpha3(truth.event.setting.country)} {truth.id[1:]}/{truth.event.day.year}"
    return Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value=number)
