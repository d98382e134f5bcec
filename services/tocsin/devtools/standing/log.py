"""The audit log of all this, its chains bound as they are when they are written entry by entry."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from tocsin.devtools.standing.cases import Made
from tocsin.devtools.standing.rows import Rows
from tocsin.devtools.standing.scale import Dice, Scale
from tocsin.devtools.standing.telling import Raised
from tocsin.store.auditing import audit
from tocsin.store.auditing.audit import Reached
from tocsin.store.tables import audit as entries
from tocsin.store.tables import audit_findings

_Entry = tuple[datetime, str, str, str, dict[str, Any]]


def keep(connection: Connection, scale: Scale, dice: Dice, rows: Rows, made: list[Made], raised: list[Raised]) -> None:
    """connection: to read where each chain stands."""
    reached: dict[str, Reached] = defaultdict(lambda: audit.BEGINNING)
    reached.update({chain: Reached(*head) for chain, head in audit.heads(connection).items()})
    for at, chain, action, subject, detail in sorted(_entries(dice, made, raised), key=lambda entry: entry[:4]):
        row = audit.following(reached[chain], chain, action, subject, detail, at)
        reached[chain] = Reached(row["seq"], row["hash"])
        rows.add(entries, **row)
    for number in range(scale.part(40)):
        _find(dice, rows, number)


def _entries(dice: Dice, made: list[Made], raised: list[Raised]) -> Iterator[_Entry]:
    for case in made:
        for report in case.reports:
            detail = {"case": case.case_id, "keys": 12, "compared": 4}
            yield report.accepted_at, "resolver", "report-accepted", report.report_id, detail
        yield case.opened_at, "dispatcher", "case-routed", case.case_id, {"routes": 6, "refusals": 12}
        read = dice.after(case.opened_at, timedelta(days=9))
        yield read, "console", "case-read", case.case_id, {"by": f"reviewer-{case.number % 7}"}
        if case.number % 3 == 0 and case.reports:
            opened = {"reports": [case.reports[0].report_id], "by": "reviewer-1"}
            yield read, "operators", "names-opened", case.case_id, opened
    for alert in raised:
        at = dice.after(alert.raised_at, timedelta(hours=20))
        yield at, "dispatcher", "alert-acknowledged", alert.alert_id, {"case": alert.case.case_id}


def _find(dice: Dice, rows: Rows, number: int) -> None:
    """What the auditor found at some time; three of it stand."""
    at = dice.now - timedelta(days=number * 9, minutes=5)
    what = {"kind": "delivery_overdue", "subject": dice.ident(), "detail": "due more than 90 s ago, and not sent"}
    cleared = at + timedelta(minutes=3) if number > 2 else None
    rows.add(audit_findings, finding_id=dice.ident(), **what, found_at=at, cleared_at=cleared)
