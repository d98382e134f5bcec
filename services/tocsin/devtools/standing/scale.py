"""How much of everything there is, and the dice that decide the rest."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

YEARS = timedelta(days=3 * 365)
"""How long the deployment has stood."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers of a deployment; whatever is not named here follows from them."""

    reports: int = 100_000
    cases: int = 20_000
    holders: int = 500
    publishers: int = 60
    open_reviews: int = 5_000
    dead_letters: int = 2_000
    parked: int = 3_000
    seed: int = 8

    def part(self, of_full: int) -> int:
        """So many in a deployment of full size; fewer in a smaller one, and at least one."""
        return max(1, of_full * self.cases // 20_000)


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws the same for the same seed. now: when the deployment is looked at."""

    now: datetime
    random: random.Random

    def after(self, at: datetime, most: timedelta) -> datetime:
        """A moment within ``most`` after ``at``, and not in the time to come."""
        return min(at + self.random.random() * most, self.now)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def ident(self) -> str:
        return f"{self.random.getrandbits(128):032x}"


def dice_of(scale: Scale, now: datetime) -> Dice:
    return Dice(now, random.Random(scale.seed))  # noqa: S311 - repeatable, not secret


def sizes(scale: Scale, dice: Dice) -> list[int]:
    """Reports of each case: most have few, some have many, and one or two have fifty."""
    drawn = [min(50, int(dice.random.paretovariate(1.25)) + 1) for _ in range(scale.cases)]
    drawn[scale.cases // 2] = 50
    place = 0
    while (missing := scale.reports - sum(drawn)) != 0:
        step = 1 if missing > 0 else -1
        if 1 <= drawn[place] + step <= 50:
            drawn[place] += step
        place = (place + 7) % scale.cases
        if abs(missing) > scale.cases:  # far away: every case takes its part
            drawn = [max(1, min(50, size + step)) for size in drawn]
    return drawn
