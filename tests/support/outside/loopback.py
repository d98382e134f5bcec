"""A web server on loopback that does as a test says, for tests of those who ask it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Answers GET and POST alike, by ``respond``, and logs nothing."""

    def respond(self) -> None:
        raise NotImplementedError

    def do_GET(self) -> None:
        self.respond()

    def do_POST(self) -> None:
        self.respond()

    def content(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, content: Any = None, headers: Mapping[str, str] | None = None) -> None:
        """content: sent as JSON; None: nothing."""
        body = b"" if content is None else json.dumps(content).encode()
        told = {} if content is None else {"Content-Type": "application/json"}
        self.send_response(status)
        for name, value in {**told, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def on_loopback(handler: type[BaseHTTPRequestHandler], **told: Any) -> Iterator[str]:
    """The address of a server that lets ``handler`` answer. told: what the handler finds in itself.

    A client that hangs up, or a connection that the handler closes, is what a test wanted.
    """
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), told)) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
