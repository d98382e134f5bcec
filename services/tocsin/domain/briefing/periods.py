"""For what time a brief is."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last, both included. It is whole quarters of a year.

    Periods that differ by days alone would tell, by subtraction, what happened on those days.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raises ValueError if the period is not made of whole quarters."""
        after = date.fromordinal(self.last.toordinal() + 1)
        if self.last < self.first or any(day.day != 1 or day.month % 3 != 1 for day in (self.first, after)):
            raise ValueError("a period is made of whole quarters: from a first day of one to a last day of one")

    def months(self) -> list[date]:
        """The first day of each month."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        numbers = range(self.first.month - 1, self.first.month - 1 + count)
        return [date(self.first.year + n // 12, n % 12 + 1, 1) for n in numbers]
