"""Compares what became of the sample with what was written down by hand beside it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, or_, select

from tocsin.devtools.corpus import CaseExpectation, Totals
from tocsin.devtools.tally import Tally
from tocsin.domain.identifiers import report_id
from tocsin.store.database import reading
from tocsin.store.receiving.parking import PARKED
from tocsin.store.tables import alerts, case_links, cases, deliveries, reports, reviews


@dataclass(frozen=True, slots=True)
class FoundCase:
    case_id: str
    state: str
    raised: frozenset[str]
    """Mandates whose alert was raised."""
    held: frozenset[str]
    """Why others are held."""
    linked: frozenset[str]
    reviewed: bool


def differences(engine: Engine, tally: Tally, totals: Totals, expected: list[CaseExpectation]) -> list[str]:
    """Sentences, one for each thing that is not as expected; empty if all is well."""
    with reading(engine) as connection:
        found = {case.id: _found(connection, case) for case in expected}
        repeated = _told_twice(connection)
    lines = [*_totals(tally, totals), *repeated, *_shared_cases(found)]
    for case in expected:
        lines += [f"{case.id}: {line}" for line in _case(case, found)]
    return lines


def _totals(tally: Tally, totals: Totals) -> Iterator[str]:
    pairs: Mapping[str, tuple[Any, Any]] = {
        "messages read": (tally.messages.total(), totals.letters),
        "reports that wait their turn": (tally.messages[PARKED], 0),
        "reports": (tally.reports, totals.accepted),
        "repeats": (tally.messages["repeat"], totals.repeats),
        "corrections": (tally.messages["corrected"], totals.corrected),
        "withdrawals": (tally.messages["withdrawn"], totals.withdrawn),
        "cases": (tally.cases.total(), totals.cases),
        "closed cases": (tally.cases["closed"], totals.closed),
        "linked pairs of cases": (tally.links, totals.links),
        "dead letters": (dict(sorted(tally.dead_letters.items())), dict(sorted(totals.dead_letters.items()))),
        "unpublished events": (tally.unpublished, 0),
    }
    for name, (actual, wanted) in pairs.items():
        if actual != wanted:
            yield f"{name}: {actual} instead of {wanted}"


def _found(connection: Connection, case: CaseExpectation) -> FoundCase | None:
    """The one case in which all its reports are, or None."""
    wanted = [report_id(publisher, reference) for publisher, reference in case.reports]
    rows = connection.execute(select(reports.c.case_id).where(reports.c.report_id.in_(wanted))).scalars().all()
    if len(rows) != len(wanted) or len(set(rows)) != 1:
        return None
    case_id = rows[0]
    of_case = connection.execute(
        select(alerts.c.mandate, alerts.c.state, alerts.c.hold_reason).where(alerts.c.case_id == case_id)
    ).all()
    links = connection.execute(
        select(case_links.c.case_id, case_links.c.other_case_id).where(
            or_(case_links.c.case_id == case_id, case_links.c.other_case_id == case_id)
        )
    ).all()
    return FoundCase(
        case_id=case_id,
        state=connection.execute(select(cases.c.state).where(cases.c.case_id == case_id)).scalar_one(),
        raised=frozenset(row.mandate for row in of_case if row.state == "raised"),
        held=frozenset(str(row.hold_reason) for row in of_case if row.state == "held"),
        linked=frozenset(end for link in links for end in link) - {case_id},
        reviewed=connection.execute(select(reviews.c.kind).where(reviews.c.case_id == case_id)).first() is not None,
    )


def _shared_cases(found: Mapping[str, FoundCase | None]) -> Iterator[str]:
    times = Counter(case.case_id for case in found.values() if case is not None)
    for name, case in found.items():
        if case is not None and times[case.case_id] > 1:
            yield f"{name}: shares its case with another that is not the same"


def _case(expected: CaseExpectation, all_found: Mapping[str, FoundCase | None]) -> Iterator[str]:
    found = all_found[expected.id]
    if found is None:
        yield "its reports are not together in one case"
        return
    if missing := sorted(set(expected.told) - found.raised):
        yield f"not alerted, though competent: {', '.join(missing)}"
    if wrongly := sorted(set(expected.not_told) & found.raised):
        yield f"alerted, though not competent or not allowed: {', '.join(wrongly)}"
    if expected.told_nobody and found.raised:
        yield f"nobody was to be told, but alerted: {', '.join(sorted(found.raised))}"
    if missing := sorted(set(expected.held) - found.held):
        yield f"nothing is held for: {', '.join(missing)}"
    if expected.reviewed and not found.reviewed:
        yield "waits for nobody's review"
    if expected.closed != (found.state == "closed"):
        yield f"is {found.state}"
    yield from _links(expected, found, all_found)


def _links(expected: CaseExpectation, found: FoundCase, all_found: Mapping[str, FoundCase | None]) -> Iterator[str]:
    if expected.linked_to is None:
        return
    other = all_found[expected.linked_to]
    if other is None or found.linked != {other.case_id}:
        yield f"is not linked to {expected.linked_to} alone"


def _told_twice(connection: Connection) -> Iterator[str]:
    """No person may get two first alerts on one case."""
    pair = (deliveries.c.case_id, deliveries.c.recipient_id)
    query = select(*pair).where(deliveries.c.round == 0).group_by(*pair).having(func.count() > 1)
    return iter([f"case {case_id}: one recipient was alerted twice" for case_id, _ in connection.execute(query)])
