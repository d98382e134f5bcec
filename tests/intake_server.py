"""An HTTP intake for tests of those who send to it: takes each key once, and fails as it is told.

Shapes: ``tocsin/intake/routes.py`` and ``answers.py``.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Intake:
    """taken: body and kind of event by ``Idempotency-Key``. script: what is answered first, before anything is taken."""

    def __init__(self, api_key: str = "tcn_abc_secret") -> None:
        self.api_key = api_key
        self.taken: dict[str, tuple[dict[str, Any], str]] = {}
        self.script: list[tuple[int, dict[str, str], dict[str, Any]]] = []
        self.drop_after: set[int] = set()
        """Requests, 0 the first, that are taken and whose answer is lost."""
        self.requests = 0
        self.paths: set[str] = set()


class _Handler(BaseHTTPRequestHandler):
    intake: Intake

    def do_POST(self) -> None:
        intake = self.intake
        number, intake.requests = intake.requests, intake.requests + 1
        intake.paths.add(self.path)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if intake.script:
            self._answer(*intake.script.pop(0))
        elif self.headers["authorization"] != f"Bearer {intake.api_key}":
            self._answer(401, {}, {"type": "urn:tocsin:problem:key-unknown", "problems": []})
        else:
            once = self.headers["idempotency-key"].strip('"')
            known = intake.taken.setdefault(once, (body, self.headers["ce-type"]))
            assert known == (body, self.headers["ce-type"]), "a key is used for one event"
            if number in intake.drop_after:
                self.connection.close()
                return
            self._answer(202, {}, {"receipt": "r" * 60, "status": "received", "problems": []})

    def _answer(self, status: int, headers: dict[str, str], content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in ({"content-type": "application/json", "content-length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def taking(intake: Intake) -> Iterator[str]:
    """The address of the intake."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"intake": intake}))
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - the answer that is lost on purpose
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
