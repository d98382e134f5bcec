"""Cases: coded facts, revisions, links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from tocsin.domain.claims import Claim
from tocsin.domain.identifiers import case_reference
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import case_links, cases


@dataclass(frozen=True, slots=True)
class Case:
    case_id: str
    reference: str
    revision: int
    state: str
    countries: list[str]
    violations: list[str]
    opened_at: datetime


_COLUMNS = (
    cases.c.case_id,
    cases.c.reference,
    cases.c.revision,
    cases.c.state,
    cases.c.countries,
    cases.c.violations,
    cases.c.opened_at,
)
_GET = select(*_COLUMNS).where(cases.c.case_id == bindparam("c"))
_CHANGES = {"revision": cases.c.revision + 1, "state": bindparam("state"), "updated_at": bindparam("updated_at")}
_CLOSE = update(cases).where(cases.c.case_id == bindparam("c")).values(**_CHANGES)
_REVISE = _CLOSE.values(countries=bindparam("countries"), violations=bindparam("violations"))


def get(connection: Connection, case_id: str) -> Case:
    """The case; raises sqlalchemy's NoResultFound if there is none."""
    return Case(*connection.execute(_GET, {"c": case_id}).one())


def by_reference(connection: Connection, reference: str) -> Case | None:
    row = connection.execute(select(*_COLUMNS).where(cases.c.reference == reference.upper())).first()
    return None if row is None else Case(*row)


def open_case(connection: Connection, case_id: str, claim: Claim, now: datetime) -> Case:
    """Open a case on its founding report, under the first free reference."""
    facts = _facts([claim])
    attempt = 0
    while not insert_if_absent(
        connection,
        cases,
        case_id=case_id,
        reference=case_reference(case_id, attempt),
        founding_report_id=claim.report_id,
        revision=1,
        state="open",
        countries=facts[0],
        violations=facts[1],
        opened_at=now,
        updated_at=now,
    ):
        attempt += 1
    return get(connection, case_id)


def revise(connection: Connection, case_id: str, claims: Sequence[Claim], now: datetime) -> Case:
    """Bring the coded facts up to the live claims; a case without any is closed."""
    countries, violations = _facts(claims)
    if claims:
        facts = {"countries": countries, "violations": violations}
        connection.execute(_REVISE, {"c": case_id, "state": "open", "updated_at": now, **facts})
    else:
        connection.execute(_CLOSE, {"c": case_id, "state": "closed", "updated_at": now})
    return get(connection, case_id)


def link(connection: Connection, case_id: str, other: str, kind: str, now: datetime) -> bool:
    """Link two cases; tells whether the link is new."""
    return insert_if_absent(connection, case_links, case_id=case_id, other_case_id=other, kind=kind, created_at=now)


def _facts(claims: Sequence[Claim]) -> tuple[list[str], list[str]]:
    countries = sorted({country for c in claims for country in (c.country, *c.further_states)})
    return countries, sorted({violation for c in claims for violation in c.violations})
