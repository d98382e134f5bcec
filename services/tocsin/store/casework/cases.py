"""Cases: coded facts, revisions, and which case became part of which."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, update

from tocsin.domain.claims import Claim
from tocsin.domain.identifiers import case_reference
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import cases


@dataclass(frozen=True, slots=True)
class Case:
    case_id: str
    reference: str
    revision: int
    state: str
    """open, closed (no live report is left) or merged (it redirects to the case that it became part of)."""
    countries: list[str]
    violations: list[str]
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands among others. founder: the report that opened it, or that took over from one withdrawn."""

    case_id: str
    founder: str
    opened_at: datetime
    state: str
    redirects_to: str | None


Facts = tuple[list[str], list[str]]
"""States concerned, and violations."""
_COLUMNS = (
    cases.c.case_id,
    cases.c.reference,
    cases.c.revision,
    cases.c.state,
    cases.c.countries,
    cases.c.violations,
    cases.c.opened_at,
)
_ID = cases.c.case_id == bindparam("c")
_GET = select(*_COLUMNS).where(_ID)
_CURRENT = select(cases.c.redirects_to).where(_ID)
_STANDING = select(cases.c.case_id, cases.c.founding_report_id, cases.c.opened_at, cases.c.state, cases.c.redirects_to)
_AMONG = _STANDING.where(
    or_(
        cases.c.case_id.in_(bindparam("ids", expanding=True)),
        cases.c.redirects_to.in_(bindparam("ids", expanding=True)),
        cases.c.founding_report_id.in_(bindparam("founders", expanding=True)),
    )
)
_ASKED = cases.alias("asked")
_NOW = func.coalesce(_ASKED.c.redirects_to, _ASKED.c.case_id)
_FAMILIES = (
    select(_ASKED.c.case_id, cases.c.case_id)
    .join(cases, or_(cases.c.case_id == _NOW, cases.c.redirects_to == _NOW))
    .where(_ASKED.c.case_id.in_(bindparam("ids", expanding=True)))
)
_PARTS = select(cases.c.case_id).where(cases.c.redirects_to == bindparam("c")).order_by(cases.c.case_id)
_CHANGE = (
    update(cases)
    .where(_ID)
    .values(
        revision=cases.c.revision + 1,
        state=bindparam("state"),
        redirects_to=bindparam("to"),
        updated_at=bindparam("updated_at"),
    )
)
_REVISE = _CHANGE.values(countries=bindparam("countries"), violations=bindparam("violations"))
_REDIRECT = update(cases).where(_ID).values(redirects_to=bindparam("to"))
_HAND_OVER = update(cases).where(_ID).values(founding_report_id=bindparam("founder"))


def get(connection: Connection, case_id: str) -> Case:
    """The case; raises sqlalchemy's NoResultFound if there is none."""
    return Case(*connection.execute(_GET, {"c": case_id}).one())


def current(connection: Connection, case_id: str) -> str:
    """The case that ``case_id`` is part of now: itself, or the one that it redirects to."""
    target: str | None = connection.execute(_CURRENT, {"c": case_id}).scalar()
    return target or case_id


def parts_of(connection: Connection, case_id: str) -> list[str]:
    """Cases that became part of this one."""
    return list(connection.execute(_PARTS, {"c": case_id}).scalars())


def families(connection: Connection, case_ids: Collection[str]) -> dict[str, set[str]]:
    """Of each case: the one that it is part of now, and all that became part of that one."""
    found: dict[str, set[str]] = {case_id: set() for case_id in case_ids}
    for case_id, part in connection.execute(_FAMILIES, {"ids": sorted(case_ids)}):
        found[case_id].add(part)
    return found


def exists(connection: Connection, case_id: str) -> bool:
    return connection.execute(_CURRENT, {"c": case_id}).first() is not None


def by_reference(connection: Connection, reference: str) -> Case | None:
    row = connection.execute(select(*_COLUMNS).where(cases.c.reference == reference.upper())).first()
    return None if row is None else Case(*row)


def standings(connection: Connection, case_ids: Collection[str], founders: Collection[str] = ()) -> dict[str, Standing]:
    """These cases, those that redirect to them, and those that one of the reports ``founders`` founded."""
    rows = connection.execute(_AMONG, {"ids": list(case_ids), "founders": list(founders)})
    return {row.case_id: Standing(*row) for row in rows}


def open_case(connection: Connection, case_id: str, claim: Claim, now: datetime) -> Case:
    """Open a case on its founding report."""
    countries, violations = sorted({claim.country, *claim.further_states}), sorted(set(claim.violations))
    return found(connection, case_id, claim.report_id, (list(countries), list(violations)), now)


def found(connection: Connection, case_id: str, founder: str, facts: Facts, now: datetime) -> Case:
    """Open a case under the first free reference. ``case_id`` must be new."""
    attempt = 0
    while not insert_if_absent(
        connection,
        cases,
        case_id=case_id,
        reference=case_reference(case_id, attempt),
        founding_report_id=founder,
        revision=1,
        state="open",
        countries=facts[0],
        violations=facts[1],
        opened_at=now,
        updated_at=now,
    ):
        attempt += 1
    return get(connection, case_id)


def revise(connection: Connection, case_id: str, facts: Facts, now: datetime) -> Case:
    """Bring the coded facts up to the live claims; a case without any is closed, and keeps its last facts."""
    change = {"c": case_id, "to": None, "updated_at": now}
    if any(facts):
        connection.execute(_REVISE, change | {"state": "open", "countries": facts[0], "violations": facts[1]})
    else:
        connection.execute(_CHANGE, change | {"state": "closed"})
    return get(connection, case_id)


def merge(connection: Connection, case_id: str, into: str, now: datetime) -> Case:
    """Let the case redirect to the one that its reports went to."""
    connection.execute(_CHANGE, {"c": case_id, "state": "merged", "to": into, "updated_at": now})
    return get(connection, case_id)


def redirect(connection: Connection, to: Mapping[str, str]) -> None:
    """Let cases that were merged before redirect to where their reports are now."""
    if to:
        connection.execute(_REDIRECT, [{"c": case, "to": target} for case, target in sorted(to.items())])


def hand_over(connection: Connection, founders: Iterable[tuple[str, str]]) -> None:
    """Give (case, report): the founder was withdrawn, and the case goes on with others."""
    rows = [{"c": case, "founder": founder} for case, founder in founders]
    if rows:
        connection.execute(_HAND_OVER, rows)
