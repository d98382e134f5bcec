"""What is stuck, right now, on one page: counts, ids and times, and where to go from there."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.auditor.conservation import Auditor
from tocsin.console.operator.desk import Desk, new_router
from tocsin.console.operator.live import Refresh, draw_live
from tocsin.store import conservation, overview, standstills, waiting_reports
from tocsin.store.audit_findings import Finding, StandingFinding
from tocsin.store.database import reading


def routes(desk: Desk) -> APIRouter:
    router = new_router("stuck")

    @router.get("/stuck")
    def show(request: Request, refresh: Refresh = None) -> Response:
        with reading(desk.engine) as connection:
            content = _standing(desk, connection)
        return draw_live(request, "stuck", refresh, **content)

    return router


def _standing(desk: Desk, connection: Connection) -> dict[str, Any]:
    now, counts = desk.clock(), overview.counts(connection)
    standing = overview.stuck(connection)
    return {
        "counts": counts,
        "findings": [*standing, *_unnoticed(standing, Auditor().audit(connection, {}, now))],
        "streams": [at for at in conservation.progress(connection) if at.missing],
        "doubt": standstills.mails_in_doubt(connection),
        "late": standstills.due_times_late(connection, now),
        "unanswered": standstills.unanswered(connection, now),
        "parked": waiting_reports.by_publisher(connection),
        "heaps": standstills.reviews_by_age(connection),
    }


def _unnoticed(standing: list[StandingFinding], found: list[Finding]) -> list[Finding]:
    """What is wrong now and is not on record: too new, or the auditor itself stands still."""
    known = {(finding.kind, finding.subject) for finding in standing}
    return [finding for finding in found if (finding.kind, finding.subject) not in known]
