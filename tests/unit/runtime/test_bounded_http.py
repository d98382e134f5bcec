"""Whoever has not shown a key yet can fill neither the memory nor the places of a web service."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
import uvicorn
from fastapi import Request

from tocsin.runtime import bounded_http
from tocsin.runtime.bounded_http import MAX_HEAD, BoundedProtocol
from tocsin.runtime.web import create_web

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]
_LINE = b"GET /health/live HTTP/1.1\r\nhost: here.example\r\n"


async def _served(talk: Talk) -> bytes:
    app = create_web("test")

    async def count(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    app.add_api_route("/count", count, methods=["POST"])
    config = uvicorn.Config(
        app, port=0, http=BoundedProtocol, ws="none", log_config=None, lifespan="off", timeout_keep_alive=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await asyncio.wait_for(talk(reader, writer), 5)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        server.should_exit = True
        await serving


def _answer_to(*pieces: bytes, pause: float = 0.0) -> bytes:
    """All that comes back; "" if the connection is cut off."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
            return await reader.read()
        except ConnectionError:
            return b""

    return asyncio.run(_served(talk))


def _head_of(size: int) -> bytes:
    """A request of this many bytes that has no body."""
    rest = b"connection: close\r\n\r\n"
    return _LINE + b"x: " + b"a" * (size - len(_LINE) - len(rest) - 5) + b"\r\n" + rest


@pytest.mark.parametrize(("size", "is_answered"), [(200, True), (MAX_HEAD, True), (MAX_HEAD + 1, False)])
def test_a_head_is_read_up_to_its_bound_and_no_further(size: int, is_answered: bool) -> None:
    assert _answer_to(_head_of(size)).startswith(b"HTTP/1.1 200") is is_answered


def test_headers_without_an_end_are_cut_off_long_before_they_fill_the_memory() -> None:
    pieces = [b"x-%d: " % number + b"a" * 8000 + b"\r\n" for number in range(200)]
    assert _answer_to(_LINE, *pieces, pause=0.001) == b""


def test_an_address_without_an_end_is_cut_off() -> None:
    assert _answer_to(b"GET /", *[b"a" * 8000] * 200, pause=0.001) == b""


def test_a_body_may_be_larger_than_the_head_wherever_the_pieces_are_cut() -> None:
    head = b"POST /count HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 200000\r\n\r\n"
    for cut in (len(head), len(head) - 1, len(head) - 2, len(head) - 3):
        answer = _answer_to(head[:cut], head[cut:] + b"a" * 200_000, pause=0.05)
        assert answer.endswith(b'{"bytes":200000}'), cut


def test_a_second_request_on_one_connection_has_the_bound_of_the_first() -> None:
    first = _LINE + b"\r\n"
    assert _answer_to(first, _head_of(MAX_HEAD), pause=0.1).count(b"HTTP/1.1 200") == 2
    assert _answer_to(first, _head_of(MAX_HEAD * 8), pause=0.1).count(b"HTTP/1.1 200") <= 1


@pytest.mark.parametrize(
    "slow",
    [
        b"",
        b"GET / HT",
        _LINE + b"x: 1\r\n",
        b"\r\n",
        b"POST /count HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc",
    ],
)
def test_a_request_that_never_ends_loses_its_place(slow: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.2)
    assert _answer_to(slow) == b""
