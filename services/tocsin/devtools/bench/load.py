"""Requests over connections that are kept open, each answered before the next: the server is to be measured.

What asks runs beside what is asked, so it does little: no streams, and no parser of all that HTTP allows.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)(?:\r\n|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """seconds: from the first byte out to the last byte in. size: of the body, in bytes."""

    status: int
    seconds: float
    size: int
    body: bytes


class Connection(asyncio.Protocol):
    """One kept-open HTTP/1.1 connection."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._loop, self._began, self._read = asyncio.get_running_loop(), 0.0, b""
        self._asked: asyncio.Future[Answer] | None = None
        self._ended: asyncio.Future[None] = self._loop.create_future()

    @classmethod
    async def open(cls, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, request: bytes) -> Answer:
        """Raises ConnectionError if the server ends the connection instead of answering."""
        if self._ended.done():
            raise ConnectionResetError
        self._asked, self._began = self._loop.create_future(), time.perf_counter()
        self._transport.write(request)
        return await self._asked

    async def close(self) -> None:
        self._transport.close()
        await self._ended

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        if self._asked is not None and end and len(body) == (int(found[1]) if found else 0):
            answer = Answer(int(head[9:12]), time.perf_counter() - self._began, len(body), body)
            self._asked.set_result(answer)
            self._asked, self._read = None, b""

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended.set_result(None)
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(exc or ConnectionResetError())


def post(path: str, body: bytes, key: str, idempotency_key: str = "") -> bytes:
    """A whole request."""
    once = f"idempotency-key: {idempotency_key}\r\n" if idempotency_key else ""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n{once}"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def drive(port: int, requests: Sequence[bytes], connections: int) -> tuple[list[Answer], float]:
    """Every request, over so many connections; the answers, in no order, and the seconds taken."""
    waiting: Iterator[bytes] = iter(requests)
    answers: list[Answer] = []

    async def work() -> None:
        connection = await Connection.open(port)
        answers.extend([await connection.ask(request) for request in waiting])
        await connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    return answers, time.perf_counter() - began
