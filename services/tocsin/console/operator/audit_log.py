"""The audit log: searched by chain, action, subject and day, and what the auditor's last pass over it has found.

The auditor verifies every chain from its start, again and again; ``tocsin audit verify`` does at once.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tocsin.auditor.audit_watch import KIND as CHAIN_FAULT
from tocsin.console.operator.desk import Asked, Desk, Page, draw, new_router
from tocsin.store.auditing import audit, audit_findings, audits
from tocsin.store.auditing.audits import Kind
from tocsin.store.database import reading
from tocsin.store.views import audit_entries
from tocsin.store.views.audit_entries import Wanted


def routes(desk: Desk) -> APIRouter:
    router = new_router("audit")

    @router.get("/audit")
    def show(
        request: Request,
        chain: Asked = "",
        action: Asked = "",
        subject: Asked = "",
        day: Asked = "",
        page: Page = 1,
    ) -> Response:
        since = _start_of(day)
        until = None if since is None else since + timedelta(days=1)
        return _entries(desk, request, Wanted(chain, action, subject.strip(), since, until), page)

    @router.get("/audit/verification")
    def verify(request: Request) -> Response:
        with reading(desk.engine) as connection:
            found = [each for each in audit_findings.standing(connection) if each.kind == CHAIN_FAULT]
            passed, heads = audits.finished(connection).get(Kind.CHAINS), audit.heads(connection)
        return draw(request, "audit_verified", found=found, passed=passed, heads=sorted(heads.items()))

    return router


def _entries(desk: Desk, request: Request, wanted: Wanted, page: int) -> Response:
    with reading(desk.engine) as connection:
        entries = audit_entries.found(connection, wanted, page)
        known: dict[str, Any] = {
            "chains": audit_entries.chains(connection),
            "actions": audit_entries.actions(connection),
        }
    full = len(entries) == audit_entries.PAGE
    return draw(request, "audit", entries=entries, wanted=wanted, page=page, is_full=full, **known)


def _start_of(day: str) -> datetime | None:
    """In UTC; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        return None
