"""What is stuck, right now, on one page: counts, ids and times, and where to go from there."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.operator.desk import Desk, new_router
from tocsin.console.operator.live import Refresh, draw_live
from tocsin.store.auditing import audits
from tocsin.store.auditing.audits import Kind
from tocsin.store.database import reading
from tocsin.store.streams import outbox
from tocsin.store.views import overview, standstills, waiting_reports

SILENT = timedelta(minutes=10)
"""After so long without an audit nobody knows any more what is wrong: the auditor rests four minutes at most."""


def routes(desk: Desk) -> APIRouter:
    router = new_router("stuck")

    @router.get("/stuck")
    def show(request: Request, refresh: Refresh = None) -> Response:
        with reading(desk.engine) as connection:
            content = _standing(desk, connection)
        return draw_live(request, "stuck", refresh, **content)

    return router


def _standing(desk: Desk, connection: Connection) -> dict[str, Any]:
    """What is wrong is as the auditor found it last: to look for it takes longer than anybody waits for a page."""
    now, audited = desk.clock(), audits.finished(connection).get(Kind.CONSERVATION)
    pending, oldest = outbox.pending(connection)
    standing = overview.stuck(connection)
    return {
        "audited": audited,
        "is_old": audited is None or now - audited > SILENT,
        "found": len(standing),
        "findings": standing[: standstills.MOST],
        "pending": pending,
        "oldest": oldest,
        "dead_letters": overview.dead_letters(connection),
        "doubt": standstills.mails_in_doubt(connection),
        "late": standstills.due_times_late(connection, now),
        "unanswered": standstills.unanswered(connection, now),
        "most": standstills.MOST,
        "parked": waiting_reports.by_publisher(connection),
        "heaps": standstills.reviews_by_age(connection),
    }
