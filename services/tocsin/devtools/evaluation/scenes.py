"""What happened, and how differently the reports tell it: the shares are those of the labelled cases (SOURCES.md)."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tocsin.devtools.evaluation.labelled import CasePair
from tocsin.devtools.evaluation.people import weighted

_FIRST_DAY, _DAYS = date(2018, 1, 1), 2700
_DATES = (0.55, 0.20, 0.08, 0.07, 0.05, 0.05)
"""Same day, within 3 days, within a month, month only, no date, wrong."""
_PLACES = (0.30, 0.40, 0.30)
"""As first told, another spelling or a larger place, none."""
_SAME_VIOLATION, _NO_COUNTRY = 0.73, 0.03
VIOLATIONS = (
    "arbitrary_detention",
    "enforced_disappearance",
    "judicial_harassment",
    "reprisal",
    "torture",
    "travel_ban",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where, from one labelled pair of the same case. places: two ways to name it, either may be empty."""

    country: str
    places: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """One event, as it was."""

    setting: Setting
    day: date
    violation: str

    def elsewhen(self, dice: random.Random) -> "Scene":
        """Another event, 45 to 900 days away."""
        away = timedelta(days=dice.choice((-1, 1)) * dice.randint(45, 900))
        return replace(self, day=self.day + away, violation=dice.choice(VIOLATIONS))


@dataclass(frozen=True, slots=True)
class Told:
    """The event in one report; "" is what it does not say."""

    country: str
    date: str
    place: str
    violation: str


def settings(cases: Iterable[CasePair]) -> tuple[Setting, ...]:
    """Those of the labelled pairs of one case that say the country."""
    return tuple(
        Setting(country, (case.a["place"], case.b["place"]))
        for case in cases
        if case.kind == "same" and (country := case.a["country"] or case.b["country"])
    )


def scene(found: tuple[Setting, ...], dice: random.Random) -> Scene:
    day = _FIRST_DAY + timedelta(days=dice.randrange(_DAYS))
    return Scene(dice.choice(found), day, dice.choice(VIOLATIONS))


def tell(event: Scene, first: bool, dice: random.Random) -> Told:
    """first: tell it as it was, for the others to differ from."""
    country = "" if dice.random() < _NO_COUNTRY else event.setting.country
    if first:
        return Told(country, event.day.isoformat(), event.setting.places[0], event.violation)
    place = (*event.setting.places, "")[weighted(dice, _PLACES)]
    violation = event.violation if dice.random() < _SAME_VIOLATION else dice.choice(VIOLATIONS)
    return Told(country, _date(event.day, dice), place, violation)


def _date(day: date, dice: random.Random) -> str:
    kind, sign = weighted(dice, _DATES), dice.choice((-1, 1))
    if kind == 3:
        return f"{day:%Y-%m}"
    if kind == 4:
        return ""
    away = (0, dice.randint(1, 3), dice.randint(4, 31), 0, 0, dice.randint(32, 400))[kind]
    return (day + timedelta(days=sign * away)).isoformat()
