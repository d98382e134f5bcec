"""Requests over connections that are kept open, each answered before the next: the server is to be measured."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """seconds: from the first byte out to the last byte in. size: of the body, in bytes."""

    status: int
    seconds: float
    size: int
    body: bytes


class Connection:
    """One kept-open HTTP/1.1 connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> Answer:
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        found = _LENGTH.search(head)
        body = await self._reader.readexactly(int(found[1])) if found else b""
        return Answer(int(head[9:12]), time.perf_counter() - began, len(body), body)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


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
