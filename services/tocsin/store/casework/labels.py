"""What people decided of a case: that it is emblematic, or that it is less urgent than its facts say.

A reason is in a person's own words, and may name the victim: it is sealed with the first report of the case.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, select, update

from tocsin.store.tables import case_decisions, reports
from tocsin.store.vault import Vault

EMBLEMATIC = "emblematic"
LABELS = (EMBLEMATIC,)
LONGEST_REASON = 300
"""Characters."""
Kind = Literal["label", "priority"]


@dataclass(frozen=True, slots=True)
class Decision:
    """judged: of a lowered priority, what the facts gave when it was lowered."""

    id: int
    case_id: str
    kind: str
    value: str
    judged: str | None
    decided_by: str
    decided_at: datetime
    ended_at: datetime | None
    ended_by: str | None


_COLUMNS = [case_decisions.c[field] for field in Decision.__dataclass_fields__]
_OF_CASES = (
    select(*_COLUMNS)
    .where(case_decisions.c.case_id.in_(bindparam("cases", expanding=True)), case_decisions.c.ended_at.is_(None))
    .order_by(case_decisions.c.id)
)
_HISTORY = select(*_COLUMNS).where(case_decisions.c.case_id == bindparam("c")).order_by(case_decisions.c.id)
_MEMBERS = select(reports.c.report_id).where(reports.c.case_id == bindparam("c")).order_by(reports.c.accepted_at)
_END = (
    update(case_decisions)
    .where(
        case_decisions.c.case_id == bindparam("c"),
        case_decisions.c.kind == bindparam("k"),
        case_decisions.c.value.in_(bindparam("values", expanding=True)),
        case_decisions.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"), ended_by=bindparam("by"))
    .execution_options(preserve_rowcount=True)
)
_VALUES: dict[str, tuple[str, ...]] = {"label": LABELS, "priority": ("P1", "P2", "P3", "P4")}


def in_force(connection: Connection, case_ids: Collection[str]) -> list[Decision]:
    """What holds now of these cases, the oldest first."""
    return [Decision(*row) for row in connection.execute(_OF_CASES, {"cases": list(case_ids)})]


def of_case(connection: Connection, case_id: str) -> list[Decision]:
    """Everything that was ever decided of a case, the oldest first."""
    return [Decision(*row) for row in connection.execute(_HISTORY, {"c": case_id})]


def decide(
    connection: Connection,
    case_id: str,
    kind: Kind,
    value: str,
    by: str,
    now: datetime,
    judged: str | None = None,
) -> int:
    """Keep a decision in the place of an earlier one of its kind; returns its number. Lock the case before."""
    end(connection, case_id, kind, by, now)
    row = {"case_id": case_id, "kind": kind, "value": value, "judged": judged, "decided_by": by, "reason": ""}
    kept = connection.execute(case_decisions.insert(), row | {"decided_at": now}).inserted_primary_key
    assert kept is not None
    return int(kept[0])


def keep_reason(connection: Connection, vault: Vault, case_id: str, decision: int, reason: str, now: datetime) -> None:
    """decision: its number. A case without reports has nowhere to seal it."""
    if founder := connection.execute(_MEMBERS, {"c": case_id}).scalars().first():
        vault.seal(connection, founder, _part(decision), reason.encode(), now)


def reason_of(connection: Connection, vault: Vault, decision: Decision) -> str:
    """Empty once the report with which it was sealed is erased, or is of another case."""
    members = connection.execute(_MEMBERS, {"c": decision.case_id}).scalars().all()
    return b"".join(vault.open_many(connection, members, _part(decision.id)).values()).decode()


def _part(decision: int) -> str:
    return f"decision-{decision}"


def end(connection: Connection, case_id: str, kind: Kind, by: str, now: datetime) -> bool:
    """Take back what was decided of this kind; tells whether anything was."""
    ended = {"c": case_id, "k": kind, "values": _VALUES[kind], "at": now, "by": by}
    return connection.execute(_END, ended).rowcount > 0
