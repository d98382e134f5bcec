"""HTTP/1.1 as uvicorn speaks it, with bounds that it lacks: how large a head may be, and how long a request takes.

Without them anybody, before any key is asked for, fills the memory with headers, or holds every place with requests
that never end (CWE-400, CWE-770).
"""

from asyncio import Transport
from asyncio.events import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 32 * 1024
"""Bytes of the first line and the headers."""
HEAD_SECONDS, BODY_SECONDS = 15.0, 120.0
_END = b"\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Who exceeds a bound is cut off, without a word."""

    _head = 0
    """Bytes of the head that is being read; -1 while none is."""
    _last = b""
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._due_in(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._due_in(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head >= 0:
            if self._head + len(data) > MAX_HEAD and _END not in (self._last + data)[: MAX_HEAD - self._head]:
                self.transport.abort()
                return
            self._head, self._last = self._head + len(data), data[-3:]
        if self._deadline is None:
            self._due_in(HEAD_SECONDS)
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head < 0:  # a further request on the same connection
            self._head, self._last = 0, b""
            self._due_in(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        self._head = -1
        self._due_in(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._due_in(None)
        super().on_message_complete()

    def _due_in(self, seconds: float | None) -> None:
        """seconds: until the connection is cut off; None: it is not."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._cut_off)

    def _cut_off(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()
