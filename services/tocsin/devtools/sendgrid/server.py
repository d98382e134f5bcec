"""Plain HTTP whose connections can be cut at a chosen moment, and whose port can be closed for a while."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from tocsin.devtools.sendgrid.answers import Answer, refusal

Respond = Callable[[str, str, Any, bytes], Answer]
"""Method, target, headers and body of a request -> the answer."""
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
_LOOK_EVERY = 0.05


class Listener:
    """Serves on one port; ``refuse`` closes it for a while. max_bytes: of a body."""

    def __init__(self, address: tuple[str, int], respond: Respond, max_bytes: int) -> None:
        self._handler = _handler(respond, max_bytes)
        self._server = _Server(address, self._handler)
        self.address: tuple[str, int] = (str(self._server.server_address[0]), self._server.server_address[1])
        self._refusing_until, self._stopped = 0.0, threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self.refuse(0.0)
        self._shut()
        self._thread.join(timeout=5)
        self._server.server_close()

    def refuse(self, seconds: float) -> None:
        """Nobody listens for so many seconds from now on; 0: somebody does again."""
        with self._changed:
            self._refusing_until = time.monotonic() + seconds
            self._changed.notify_all()
        if seconds and self._thread.is_alive():
            self._shut()
            self._server.server_close()

    def _shut(self) -> None:
        """At once, also for the thread that waits on it: whoever planned a refusal meets a closed port."""
        with contextlib.suppress(OSError):
            self._server.socket.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        while not self._stopped.is_set():
            if time.monotonic() < self._refusing_until:
                self._wait()
            elif self._server.socket.fileno() < 0:
                self._open()
            else:
                self._server.timeout = _LOOK_EVERY
                self._handle()

    def _open(self) -> None:
        try:
            self._server = _Server(self.address, self._handler)
        except OSError:
            self._stopped.wait(_LOOK_EVERY)

    def _handle(self) -> None:
        try:
            self._server.handle_request()
        except (ValueError, OSError):
            """The socket was closed while it was waited for."""

    def _wait(self) -> None:
        with self._changed:
            left = self._refusing_until - time.monotonic()
            if left > 0 and not self._stopped.is_set():
                self._changed.wait(left)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news here; it is what is being tested."""


class _Handler(BaseHTTPRequestHandler):
    respond: ClassVar[Respond]
    max_bytes: ClassVar[int]
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815 - names of the standard library

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdigit() else 0
        if size > self.max_bytes:
            self.close_connection = True
            self._write(refusal(413, "The JSON payload you have included in your request is too large."))
            return
        self._write(type(self).respond(self.command, self.path, self.headers, self.rfile.read(size)))

    def _write(self, answer: Answer) -> None:
        if answer.wait:
            threading.Event().wait(answer.wait)
        if answer.cut or answer.partial:
            self.close_connection = True
            if answer.partial:
                self.wfile.write(b"HTTP/1.1 2")
            return
        whole = _head(answer) + (b"" if self.command == "HEAD" else answer.body)
        if answer.drip:
            self._drip(whole, answer.drip)
        else:
            self.wfile.write(whole)

    def _drip(self, whole: bytes, seconds: float) -> None:
        for byte in whole:
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            threading.Event().wait(seconds / len(whole))

    def log_message(self, *_: Any) -> None:
        """No access log: addresses and paths tell too much."""


def _handler(respond: Respond, max_bytes: int) -> type[_Handler]:
    return type("_Handler", (_Handler,), {"respond": staticmethod(respond), "max_bytes": max_bytes})


def _head(answer: Answer) -> bytes:
    sized = {"Content-Length": str(len(answer.body)), "Server": "nginx", "Date": formatdate(usegmt=True)}
    headers = {**_ALWAYS, **sized, **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
