"""Where browsers tell that a page was about to do what its policy forbids (CSP3, 5.3): counted, and kept nowhere.

What they tell names pages and what people have in their browsers, so nothing of it but the directive is looked at.
Anybody may post here, so it is little, and seldom.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import Counter

from tocsin.runtime.labels import OTHER, REGISTRY
from tocsin.runtime.turns import Turns

PATH = "/policy-reports"
LARGEST = 16 * 1024
"""Bytes of a post."""
MOST = 60
"""Posts that are looked at in a minute, whoever sends them."""
_LONGEST_LIST = 20
DIRECTIVES = frozenset(
    {
        "base-uri",
        "connect-src",
        "default-src",
        "font-src",
        "form-action",
        "frame-ancestors",
        "frame-src",
        "img-src",
        "require-trusted-types-for",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "trusted-types",
    }
)
"""As label of the metric; any other is ``other``."""
_violations = Counter(
    "hrd_policy_violations", "What browsers kept pages from doing, by directive", ["directive"], registry=REGISTRY
)
for _directive in (*sorted(DIRECTIVES), OTHER):
    _violations.labels(_directive)  # at nought from the start, so that the first is an increase


class PolicyReports:
    """The route of one application."""

    def __init__(self) -> None:
        self._turns = Turns(MOST)

    async def __call__(self, request: Request) -> Response:
        """204, whatever was sent; 429 or 413 before it is read."""
        if not self._turns.take(time.monotonic()):
            return JSONResponse({"type": "about:blank", "status": 429, "title": "too many"}, 429, {"retry-after": "60"})
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return JSONResponse({"type": "about:blank", "status": 413, "title": "too large"}, 413)
        for directive in told_of(body):
            _violations.labels(directive).inc()
        return Response(status_code=204)


def told_of(body: bytes) -> list[str]:
    """The directive of each violation that a post tells of, in either of the two shapes that browsers send."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return []
    return [name if name in DIRECTIVES else OTHER for name in _directives(sent)]


def _directives(sent: Any) -> Iterator[str]:
    reports = sent[:_LONGEST_LIST] if isinstance(sent, list) else [sent]
    for report in reports:
        if not isinstance(report, dict):
            continue
        told = report.get("csp-report", report.get("body"))
        if isinstance(told, dict):
            name = told.get("effectiveDirective") or told.get("effective-directive") or told.get("violated-directive")
            yield str(name).partition(" ")[0]
