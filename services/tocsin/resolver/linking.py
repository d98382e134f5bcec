"""Links between cases, brought up to what is judged of their reports; and the reviews that ask about them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.matching.graph import Judged, effective
from tocsin.domain.matching.resolution import relation
from tocsin.resolver.announcing import Announcements
from tocsin.store.casework import cases, links, reports
from tocsin.store.casework.cases import Standing
from tocsin.store.casework.links import Ends
from tocsin.store.matching import judgements, reviews
from tocsin_schemas.cases import LinkKind

RESOLVER = "resolver"


def add(connection: Connection, announce: Announcements, others: Mapping[str, LinkKind]) -> None:
    """Link a case, which has just grown or opened, with others. What is linked more surely already stays so."""
    if not others:
        return
    case_id, now = announce.case.case_id, announce.now
    known = cases.standings(connection, [case_id, *others])
    standing = links.of_cases(connection, [case_id])
    ends = {other: _ends(known, case_id, other) for other in others}
    weaker = {other for other in others if ends[other] in standing}
    fresh = {o: k for o, k in others.items() if standing.get(ends[o]) not in {k, LinkKind.POSSIBLE_DUPLICATE}}
    links.remove(connection, [ends[other] for other in fresh if other in weaker])
    links.add(connection, {ends[other]: kind for other, kind in fresh.items()}, now)
    for other, kind in sorted(fresh.items()):
        announce.linked(other, kind)
        if kind is LinkKind.POSSIBLE_DUPLICATE:
            reviews.request_again(connection, "possible_duplicate", announce.rule, now, *ends[other])
            announce.review_requested(other)


def refresh(connection: Connection, touched: Mapping[str, Announcements], gone: Collection[str], now: datetime) -> None:
    """Make the links of ``touched`` what the judgements say, and end those of ``gone``, cases that are no more."""
    wanted = _wanted(connection, touched)
    standing = links.of_cases(connection, [*touched, *gone])
    ended = [ends for ends, kind in standing.items() if wanted.get(ends) is not kind]
    links.remove(connection, ended)
    doubted = [ends for ends in ended if standing[ends] is LinkKind.POSSIBLE_DUPLICATE]
    reviews.resolve_pairs(connection, doubted, RESOLVER, now)
    fresh = {ends: kind for ends, kind in wanted.items() if standing.get(ends) is not kind}
    links.add(connection, fresh, now)
    for (younger, older), kind in sorted(fresh.items()):
        here, other = (younger, older) if younger in touched else (older, younger)
        touched[here].linked(other, kind)
        if kind is LinkKind.POSSIBLE_DUPLICATE:
            reviews.request_again(connection, "possible_duplicate", touched[here].rule, now, younger, older)
            touched[here].review_requested(other)


def _wanted(connection: Connection, touched: Collection[str]) -> dict[Ends, LinkKind]:
    members = [m.report_id for case in reports.members(connection, touched).values() for m in case]
    edges = effective(judgements.touching(connection, members))
    home = reports.cases_of(connection, {end for pair in edges for end in pair})
    across: dict[Ends, list[Judged]] = defaultdict(list)
    standings = cases.standings(connection, set(home.values()))
    for (left, right), edge in edges.items():
        if left in home and right in home and home[left] != home[right]:
            across[_ends(standings, home[left], home[right])].append(edge)
    return {ends: kind for ends, between in across.items() if (kind := relation(between)) is not None}


def _ends(known: Mapping[str, Standing], one: str, other: str) -> Ends:
    """The younger first."""
    older, younger = sorted((one, other), key=lambda case: (known[case].opened_at, case))
    return younger, older
