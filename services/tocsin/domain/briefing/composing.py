"""The brief for a meeting of mechanisms: who acts together, how soon, what came of it, and where the harm is."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tocsin.domain.briefing.cases import (
    ActionRow,
    Counted,
    Period,
    RecommendationRow,
    may_count,
)
from tocsin.domain.briefing.suppression import SMALLEST, Counts, Published, publish
from tocsin.domain.following.acting import LETTERS, VISITS
from tocsin.domain.routing.disclosure import Shown
from tocsin.domain.routing.severities import DEPRIVING_OF_LIBERTY
from tocsin_schemas.vocabulary import ReplyQuality, Topic, ViolationType, WgadCategory

OTHERS = "others"
"""The row of whatever has too few to have one of its own, or is not known."""
BANDS = {"days_2": 2, "days_7": 7, "days_30": 30}
"""How soon somebody acted: at most so many days after the case was opened."""
LATER = "days_more"
_REPORTERS = ("one", "two", "more")
_ANSWERS = {
    ReplyQuality.SUBSTANTIVE: "substantive",
    ReplyQuality.INCOMPLETE: "incomplete",
    ReplyQuality.REJECTS: "rejects",
}
_REPLIES = (*_ANSWERS.values(), "overdue", "awaited")
_STATES = ("followed", "overdue", "open")
_FUNDING = {ViolationType.FUNDING_RESTRICTION, ViolationType.FOREIGN_AGENT_LAW, ViolationType.ASSET_FREEZE}
_LAND = {ViolationType.LAND_GRABBING, ViolationType.FORCED_EVICTION}
_LAND_TOPICS = {Topic.LAND, Topic.ENVIRONMENT, Topic.INDIGENOUS}
_Test = Callable[[Shown], bool]


def _has_category(category: WgadCategory) -> _Test:
    return lambda facts: category in facts.categories


DETENTION: Mapping[str, _Test] = {
    "detained": lambda facts: bool(facts.incommunicado) or not DEPRIVING_OF_LIBERTY.isdisjoint(facts.violations),
    **{category.value: _has_category(category) for category in WgadCategory},
}
SUBJECTS: Mapping[str, _Test] = {
    "funding": lambda facts: not _FUNDING.isdisjoint(facts.violations),
    "land": lambda facts: not (_LAND.isdisjoint(facts.violations) and _LAND_TOPICS.isdisjoint(facts.topics)),
}
"""Restrictions of funding; land, environment and the rights of indigenous peoples."""


@dataclass(frozen=True, slots=True)
class Brief:
    """Every table, ready to be told. detention, subjects: of each, how many cases; a case may be in several."""

    period: Period
    made_at: datetime
    months: Published
    states: Published
    reporters: Published
    first_acts: Published
    reprisals: Published
    detention: Mapping[str, int | None]
    subjects: Mapping[str, int | None]
    replies: Published
    joint_letters: Published
    visits: Published
    recommendations: Published


def compose(
    period: Period,
    cases: Iterable[Counted],
    actions: Iterable[ActionRow],
    recommendations: Sequence[RecommendationRow],
    now: datetime,
) -> Brief:
    """The brief. cases: opened in the period. actions: taken in it. recommendations: made in it. now: of asking."""
    found = list(cases)
    acts = [row for row in actions if may_count(row.action, now) and not row.action.is_plan]
    letters = [row for row in acts if row.action.action in LETTERS]
    visits = [row for row in acts if row.action.action in VISITS]
    return Brief(
        period=period,
        made_at=now,
        months=_closed([m.isoformat() for m in period.months()], [_month(c.opened_on) for c in found]),
        states=_open([_state(case) for case in found]),
        reporters=_closed(_REPORTERS, [_REPORTERS[min(case.reporters, 3) - 1] for case in found]),
        first_acts=_open_grid(
            [_first_act(case) for case in found if case.acted],
            (*BANDS, LATER),
            outside=sum(not case.acted for case in found),
        ),
        reprisals=_grid(
            ("reprisal", "broad", "other"),
            ("after_impunity", "not_after_impunity"),
            [(_reprisal(case), "after_impunity" if case.follows_impunity else "not_after_impunity") for case in found],
        ),
        detention=_each(found, DETENTION),
        subjects=_each(found, SUBJECTS),
        replies=_open_grid([(row.action.mechanism, _reply(row, now.date())) for row in letters], _REPLIES),
        joint_letters=_closed(("joint", "alone"), ["joint" if row.action.signatories else "alone" for row in letters]),
        visits=_open([row.action.mechanism for row in visits]),
        recommendations=_open_grid([(r.mechanism, _state_of(r, now.date())) for r in recommendations], _STATES),
    )


def _month(day: date) -> str:
    return day.replace(day=1).isoformat()


def _state(case: Counted) -> str:
    return next((facts.country for facts in case.facts if facts.country), OTHERS)


def _first_act(case: Counted) -> tuple[str, str]:
    day, mechanism = case.acted[0]
    days = (day - case.opened_on).days
    return mechanism, next((band for band, most in BANDS.items() if days <= most), LATER)


def _reprisal(case: Counted) -> str:
    if any(facts.strict_reprisal for facts in case.facts):
        return "reprisal"
    return "broad" if any(facts.broad_reprisal for facts in case.facts) else "other"


def _reply(row: ActionRow, today: date) -> str:
    if row.reply in _ANSWERS:
        return _ANSWERS[row.reply]
    return "overdue" if row.reply_due is not None and row.reply_due < today else "awaited"


def _state_of(row: RecommendationRow, today: date) -> str:
    if row.is_followed:
        return "followed"
    return "overdue" if row.due_on is not None and row.due_on < today else "open"


def _each(cases: Sequence[Counted], tests: Mapping[str, _Test]) -> dict[str, int | None]:
    """How many cases pass each test, where neither they nor the rest are few."""
    told = {}
    for name, test in tests.items():
        passed = sum(any(test(facts) for facts in case.facts) for case in cases)
        told[name] = publish(Counts(("in", "out"), (), [[passed], [len(cases) - passed]])).cells[0][0]
    return told


def _closed(rows: Sequence[str], found: Iterable[str]) -> Published:
    tally = Counter(found)
    return publish(Counts(rows, (), [[tally[row]] for row in rows]))


def _grid(rows: Sequence[str], columns: Sequence[str], found: Iterable[tuple[str, str]]) -> Published:
    tally = Counter(found)
    return publish(Counts(rows, columns, [[tally[row, column] for column in columns] for row in rows]))


def _open(found: Sequence[str]) -> Published:
    rows, tally = _named(found)
    cells = [[sum(count for name, count in tally.items() if _row(name, rows) == row)] for row in rows]
    return publish(Counts(rows, (), cells, open_rows=True))


def _open_grid(found: Sequence[tuple[str, str]], columns: Sequence[str], outside: int | None = None) -> Published:
    rows, _ = _named([name for name, _ in found])
    tally = Counter((_row(name, rows), column) for name, column in found)
    cells = [[tally[row, column] for column in columns] for row in rows]
    return publish(Counts(rows, columns, cells, outside, open_rows=True))


def _named(found: Iterable[str]) -> tuple[list[str], Counter[str]]:
    """The rows: the names that are not few, and one for the others. Their order tells nothing of their counts."""
    tally = Counter(found)
    often = [name for name, count in tally.items() if count >= SMALLEST and name != OTHERS]
    return [*sorted(often), OTHERS], tally


def _row(name: str, rows: Sequence[str]) -> str:
    return name if name in rows else OTHERS
