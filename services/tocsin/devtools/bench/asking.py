"""Asks an application for its pages as a browser on this machine does, and keeps how long each took, and its size."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI

from tocsin.devtools.evaluation.intervals import quantile

_FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Question:
    """path: with its query. form: what is sent with POST; None: GET."""

    path: str
    form: dict[str, str] | None = None


@dataclass(slots=True)
class Measured:
    """Of one route. milliseconds, sizes: of each answer. statuses: that came, and how often."""

    route: str
    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    slowest: str = ""
    largest: str = ""

    def add(self, question: Question, status: int, milliseconds: float, size: int) -> None:
        if milliseconds >= max(self.milliseconds, default=0):
            self.slowest = question.path
        if size >= max(self.sizes, default=0):
            self.largest = question.path
        self.milliseconds.append(milliseconds)
        self.sizes.append(size)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def at(self, share: float) -> float:
        return quantile(self.milliseconds, share)


def measure(app: FastAPI, questions: Sequence[Question], cookie: str, found: Measured) -> None:
    """One after another; the first is asked once before, for what is only done once."""

    async def ask_all() -> None:
        await _ask(app, questions[0], cookie)
        for question in questions:
            began = time.perf_counter()
            status, size = await _ask(app, question, cookie)
            found.add(question, status, (time.perf_counter() - began) * 1000, size)

    asyncio.run(ask_all())


async def _ask(app: FastAPI, question: Question, cookie: str) -> tuple[int, int]:
    """Status and size of the answer's body."""
    body = urlencode(question.form or {}).encode()
    headers = [(b"host", b"127.0.0.1"), (b"cookie", cookie.encode()), (b"accept-language", b"en")]
    headers += [(b"content-type", _FORM), (b"content-length", str(len(body)).encode())] if question.form else []
    status, size = 0, 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, size
        status = message.get("status", status)
        size += len(message.get("body", b""))

    await app(_scope(question, headers), receive, send)
    return status, size


def _scope(question: Question, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    parts = urlsplit(question.path)
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET" if question.form is None else "POST",
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8082),
        "state": {},
    }
