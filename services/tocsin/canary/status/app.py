"""Gives the status page out to anybody, for half a minute's keeping."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from tocsin.runtime.web import create_web

_KEPT = "public, max-age=30"


class _Kept(StaticFiles):
    def file_response(self, *given: Any, **named: Any) -> Response:
        answer = super().file_response(*given, **named)
        answer.headers["cache-control"] = _KEPT
        return answer


def create_app(folder: Path) -> FastAPI:
    """folder: what ``StatusPages`` writes."""
    app = create_web("Tocsin status")
    app.mount("/", _Kept(directory=folder, html=True))
    return app
