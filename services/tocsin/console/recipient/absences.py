"""Being away: from one day to another, with somebody who stands in. It ends by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tocsin.console.recipient import facts
from tocsin.console.recipient.people import Everybody
from tocsin.domain.routing.preferences import LONGEST_ABSENCE, is_away_within, who_may_stand_in
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said
from tocsin_schemas.directory import Absence, Preferences, Recipient

MOST = 10
"""How many may be entered at once."""


class Unfit(ValueError):
    """The form does not say what it must; ``code`` is a key of the words (``notice.…``)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """key: its first day. is_now: it has begun."""

    key: str
    what: Said
    is_now: bool


def today(person: Recipient, now: datetime) -> date:
    """By the person's own calendar."""
    return now.astimezone(ZoneInfo(person.timezone)).date()


def lines(found: Iterable[Absence], everybody: Everybody, day: date, words: Words) -> list[Line]:
    """Those that are not over."""
    return [_line(away, everybody, day, words) for away in found if away.last_day >= day]


def colleagues(person: Recipient, everybody: Everybody, day: date, words: Words) -> list[tuple[str, Said]]:
    """Who may stand in: the key of the entry, and the seat."""
    may = who_may_stand_in(person, list(everybody.by_id.values()), day)
    return [(other.key, facts.seat_name(other, words)) for other in may]


def added(
    before: Preferences, person: Recipient, typed: tuple[str, str, str], everybody: Everybody, day: date
) -> Preferences:
    """With an absence more. typed: its first day, its last, and the key of who stands in, or "". Raises Unfit."""
    away, coming = _typed(*typed, day), _not_over(before, day)
    if any(one.first_day <= away.last_day and away.first_day <= one.last_day for one in coming):
        raise Unfit("overlap")
    if len(coming) >= MOST:
        raise Unfit("too_many")
    if away.delegate is not None:
        may = {other.key: other for other in who_may_stand_in(person, list(everybody.by_id.values()), day)}
        if away.delegate not in may:
            raise Unfit("choose")
        if is_away_within(may[away.delegate], away.first_day, away.last_day):
            raise Unfit("delegate_away")
    return before.model_copy(update={"absences": sorted([*coming, away], key=lambda one: one.first_day)})


def ended(before: Preferences, first: str) -> Preferences:
    """Without the absence that begins on this day."""
    return before.model_copy(update={"absences": [a for a in before.absences if a.first_day.isoformat() != first]})


def _typed(first: str, last: str, delegate: str, day: date) -> Absence:
    try:
        away = Absence(
            first_day=date.fromisoformat(first.strip()),
            last_day=date.fromisoformat(last.strip()),
            delegate=delegate or None,
        )
    except ValueError:
        raise Unfit("days") from None
    if not day <= away.last_day or not away.first_day <= away.last_day < away.first_day + LONGEST_ABSENCE:
        raise Unfit("days")
    return away


def _not_over(before: Preferences, day: date) -> list[Absence]:
    return [away for away in before.absences if away.last_day >= day]


def _line(away: Absence, everybody: Everybody, day: date, words: Words) -> Line:
    other = next((one for one in everybody.by_id.values() if one.key == away.delegate), None)
    days = {"first": words.day(away.first_day), "last": words.day(away.last_day)}
    if other is None:
        return Line(away.first_day.isoformat(), words("away.next", **days), away.first_day <= day)
    what = words("away.delegate", **days, who=facts.seat_name(other, words))
    return Line(away.first_day.isoformat(), what, away.first_day <= day)
