"""What is asked of each page: of other cases, reviews, mails and periods each time, the largest among them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Select, func, select

from tocsin.console.recipient.turning import Mark
from tocsin.devtools.bench.asking import Question
from tocsin.devtools.standing.cases import TOWNS, name_of
from tocsin.devtools.standing.scale import Dice
from tocsin.knowledge.countries import country_codes
from tocsin.store.matching.judgements import MATCHER
from tocsin.store.matching.reviews import KINDS, OF_PAIRS
from tocsin.store.tables import (
    alerts,
    audit,
    cases,
    deliveries,
    directory_changes,
    drills,
    given_answers,
    judgements,
    outbox,
    publishers,
    recipients,
    reports,
    reviews,
)
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.topics import DEAD_LETTERS

_SOME = 400
_LARGEST = 30
"""Of cases: those with most reports, which are asked for beside others."""
Subjects = Mapping[str, Sequence[str]]
"""By the name that routes give a part of their path, what it may be."""


@dataclass(frozen=True, slots=True)
class Questions:
    """number: how many of each route. subjects: as ``subjects_of`` finds them. mandates: by case, one that is told."""

    number: int
    subjects: Subjects
    mandates: Mapping[str, str]
    dice: Dice

    def of(self, path: str, form: bool = False) -> list[Question] | None:
        """None for a path that has a part of which nobody knows what it may be."""
        known = _ASKED.get(path)
        asked: list[dict[str, Any]] = [{}] if known is None else known(self)
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        if any(not self.subjects.get(name) for name in names):
            return None
        parts = [cycle(self.subjects[name]) for name in names]
        found = []
        for query in islice(cycle(asked), self.number):
            chosen = dict(zip(names, (next(part) for part in parts), strict=True))
            where = path.format(**chosen)
            extra = {"mandate": self.mandates[chosen["reference"]]} if where.startswith("/brief/cases/") else {}
            more = urlencode(query | extra, doseq=True)
            found.append(Question(where, query) if form else Question(f"{where}?{more}" if more else where))
        return found


def subjects_of(connection: Connection, seed: int = 8) -> dict[str, list[str]]:
    """Of everything some, by chance, and of cases the largest."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret

    def some(column: Any, *where: Any) -> list[str]:
        query: Select[Any] = select(column).where(*where).distinct()
        found = list(connection.execute(query.order_by(column).limit(200_000)).scalars())
        return [str(each) for each in dice.sample(found, min(_SOME, len(found)))]

    return {
        "reference": [*_largest(connection), *some(cases.c.reference, cases.c.redirects_to.is_(None))],
        "review_id": [
            *some(reviews.c.review_id, reviews.c.kind.in_(OF_PAIRS), reviews.c.resolved_at.is_(None)),
            *some(reviews.c.review_id)[:50],
        ],
        "judgement_id": some(judgements.c.id, judgements.c.author != MATCHER),
        "delivery_id": some(deliveries.c.delivery_id),
        "event_id": some(outbox.c.event_id, outbox.c.topic == DEAD_LETTERS.name),
        "change_id": some(directory_changes.c.change_id),
        "drill_id": some(drills.c.drill_id),
        "answer_id": some(given_answers.c.answer_id),
        "alert_id": some(alerts.c.alert_id),
        "publisher_id": some(reports.c.publisher),
        "recipient_id": some(deliveries.c.recipient_id),
        "name": some(publishers.c.publisher_id),
        "key": some(recipients.c.entry["key"].as_string()),
        "_subject": some(audit.c.subject, audit.c.chain == "dispatcher"),
    }


def told_mandates(connection: Connection) -> dict[str, str]:
    """Of each case a mandate that is told of it, or any."""
    query = select(cases.c.reference, func.min(alerts.c.mandate)).outerjoin(
        alerts, (alerts.c.case_id == cases.c.case_id) & (alerts.c.state == "raised")
    )
    return {row[0]: row[1] or "UN-SRHRD" for row in connection.execute(query.group_by(cases.c.reference))}


def _largest(connection: Connection) -> list[str]:
    query = (
        select(cases.c.reference)
        .join(reports, reports.c.case_id == cases.c.case_id)
        .group_by(cases.c.reference)
        .order_by(func.count().desc(), cases.c.reference)
    )
    return list(connection.execute(query.limit(_LARGEST)).scalars())


def _pages(asked: Questions, most: int = 100) -> list[dict[str, Any]]:
    pages = [1, 1, 1, 2, 3, *(asked.dice.random.randrange(1, most + 1) for _ in range(15))]
    return [{"page": page} for page in pages]


def _with_pages(name: str, values: Sequence[str], most: int = 20) -> Callable[[Questions], list[dict[str, Any]]]:
    def asked(questions: Questions) -> list[dict[str, Any]]:
        filtered = [{name: value, **page} for value in values for page in ({}, {"page": 2})]
        return [*_pages(questions, most), *filtered]

    return asked


def _audit(asked: Questions) -> list[dict[str, Any]]:
    days = [date.fromordinal(asked.dice.now.toordinal() - back).isoformat() for back in range(0, 900, 30)]
    by = [
        *({"chain": chain} for chain in ("resolver", "dispatcher", "console", "operators", "directory")),
        *({"action": action} for action in ("case-read", "names-opened", "directory-changed", "nothing-such")),
        *({"subject": subject} for subject in asked.subjects["_subject"][:60]),
        *({"subject": subject[:8]} for subject in asked.subjects["_subject"][60:90]),
        *({"day": day} for day in days),
        *({"chain": "console", "action": "case-read", "day": day} for day in days),
    ]
    return [*_pages(asked, 200), *by]


def _periods(asked: Questions) -> list[dict[str, Any]]:
    """A quarter, a year, and everything."""
    years, last = range(asked.dice.now.year - 3, asked.dice.now.year + 1), asked.dice.now.year
    ends = (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))
    quarters = [{"from": f"{year}-{first}", "to": f"{year}-{end}"} for year in years for first, end in ends]
    whole = [{"from": f"{year}-01-01", "to": f"{year}-12-31"} for year in years]
    return [{}, *quarters, *whole, {"from": f"{last - 3}-01-01", "to": f"{last}-12-31"}]


def _record(asked: Questions) -> list[dict[str, Any]]:
    """The newest page, and those that begin on some day of the last three years."""
    days = [timedelta(days=asked.dice.random.randrange(1, 3 * 365)) for _ in range(15)]
    return [{}, {}, {}, {}, {}, *({"from": str(Mark(asked.dice.now - ago, 0))} for ago in days)]


def _found(asked: Questions) -> list[dict[str, Any]]:
    known = asked.subjects["reference"]
    return [{"how": "name", "case": known[at : at + 20]} for at in range(0, len(known) - 20, 7)]


def _names(asked: Questions) -> list[dict[str, Any]]:
    return [{"name": name_of(asked.dice)} for _ in range(asked.number)]


_STATES = [state.value for state in DeliveryState]
_ASKED: Mapping[str, Callable[[Questions], list[dict[str, Any]]]] = {
    "/": _pages,
    "/record": _record,
    "/record.csv": lambda asked: [{"year": asked.dice.now.year - ago} for ago in range(3)],
    "/reviews": _with_pages("kind", KINDS),
    "/unrouted": lambda asked: _pages(asked, 5),
    "/deliveries": lambda asked: [
        *_with_pages("state", _STATES)(asked),
        *({"case": reference} for reference in asked.subjects["reference"][:40]),
    ],
    "/dead-letters": lambda asked: _pages(asked, 30),
    "/directory": lambda asked: _pages(asked, 5),
    "/publishers": lambda asked: _pages(asked, 3),
    "/audit": _audit,
    "/knowledge": lambda _: [{"state": code} for code in sorted(country_codes())],
    "/knowledge/unverified": lambda asked: _pages(asked, 3),
    "/brief": _periods,
    "/brief.pdf": lambda asked: _periods(asked)[1:],
    "/search": _found,
    "/search/name": _names,
    "/search/place": lambda _: [{"place": town} for town in (*TOWNS, "Nowhereton")],
    "/search/reference": lambda asked: [{"reference": reference} for reference in asked.subjects["reference"]],
    "/directory/changes/{change_id}/decision": lambda _: [
        {"decision": decision, "as": "invented-1"} for decision in ("approved", "rejected")
    ],
}
"""By path, the queries or forms that are asked in turn; a path that is not here is asked without any."""
