"""The simulator: SendGrid's API, a mailbox page, and a control endpoint for faults, over plain HTTP.

The standard library's threaded server is used because a fault must be able to cut a connection at a chosen moment.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tocsin.devtools.sendgrid.api import Answer, Api, as_json, ensure_key
from tocsin.devtools.sendgrid.events import Poster, Signer
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.ledger import Ledger
from tocsin.devtools.sendgrid.mailbox import Mailbox
from tocsin.devtools.sendgrid.validation import MAX_BYTES
from tocsin.runtime.settings import Settings

_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator, as a context manager. ``ledger`` and ``faults`` are open to tests in the same process."""

    ledger: Ledger
    faults: Faults
    poster: Poster
    server: ThreadingHTTPServer
    key: str

    @classmethod
    def create(cls, settings: Settings, webhook_url: str | None = None) -> "Simulator":
        """Bind the port (0: any free one), make the keys, and open the ledger."""
        home = settings.home
        ledger, faults = Ledger(home / "simulator" / "ledger.jsonl"), Faults()
        key = ensure_key(settings.sendgrid_key_file or home / "sendgrid.key")
        signer = Signer.create(settings.webhook_public_key_file or home / "webhook-public.pem")
        local = f"http://127.0.0.1:{settings.webhook_port}/webhooks/sendgrid"
        url = webhook_url or settings.simulator_webhook_url or local
        poster = Poster(signer, url, Path(home / "simulator" / "events-taken"), faults)
        routes = Routes(Api(key, ledger, poster, faults), Mailbox(ledger), ledger, faults)
        server = _Server((settings.bind, settings.simulator_port), _handler(routes))
        return cls(ledger, faults, poster, server, key)

    @property
    def url(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> "Simulator":
        self.poster.start(self.ledger.newest(len(self.ledger))[::-1])
        threading.Thread(target=self.server.serve_forever, args=(0.05,), name="simulator", daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.poster.stop()
        self.ledger.close()


@dataclass(frozen=True, slots=True)
class Routes:
    """Which part answers which path."""

    api: Api
    mailbox: Mailbox
    ledger: Ledger
    faults: Faults

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        url = urlsplit(target)
        if url.path.startswith("/v3/"):
            return self.api.answer(method, url.path, headers, body)
        if url.path in {"/health/live", "/health/ready"}:
            return as_json(200, {"status": "ok"})
        if url.path == "/simulator/ledger":
            return self._ledger(with_bodies="bodies" not in parse_qs(url.query))
        if url.path == "/simulator/count":
            return as_json(200, {"mails": len(self.ledger)})
        if url.path == "/simulator/faults":
            return self._plan(body) if method == "POST" else as_json(200, self.faults.pending())
        if method != "GET":
            return as_json(405, {"error": "method not allowed"})
        return self._page(self.mailbox.page(url.path, parse_qs(url.query)))

    def _ledger(self, with_bodies: bool) -> Answer:
        """Every accepted mail, the oldest first; ``?bodies=no`` leaves out what is long."""
        if with_bodies:
            return as_json(200, {"mails": list(self.ledger.whole())})
        return as_json(200, {"mails": [asdict(mail) for mail in self.ledger.newest(len(self.ledger))[::-1]]})

    def _plan(self, body: bytes) -> Answer:
        """``{"fault": "drop_after", "times": 1, "seconds": 0}``, or ``{"clear": true}``."""
        try:
            wanted = json.loads(body)
            if wanted.get("clear"):
                self.faults.clear()
            else:
                self.faults.plan(Fault(wanted["fault"]), int(wanted.get("times", 1)), float(wanted.get("seconds", 0)))
        except (ValueError, KeyError, TypeError, AttributeError):
            return as_json(400, {"error": "unknown fault", "faults": [fault.value for fault in Fault]})
        return as_json(200, self.faults.pending())

    @staticmethod
    def _page(found: tuple[int, str, str, str]) -> Answer:
        status, kind, policy, text = found
        headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Security-Policy": policy}
        return Answer(status, text.encode(), headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news here; it is what is being tested."""


def _handler(routes: Routes) -> type[BaseHTTPRequestHandler]:
    class _Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet
        disable_nagle_algorithm = True
        timeout = 30

        def do_GET(self) -> None:
            self._answer(lambda: routes.answer("GET", self.path, self.headers, b""))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "0")
            size = int(length) if length.isdigit() else 0
            if size > MAX_BYTES:
                self.close_connection = True
                self._answer(lambda: as_json(413, {"errors": [{"message": "too large", "field": None, "help": None}]}))
                return
            body = self.rfile.read(size)
            self._answer(lambda: routes.answer("POST", self.path, self.headers, body))

        def _answer(self, make: Callable[[], Answer]) -> None:
            answer = make()
            if answer.wait:
                threading.Event().wait(answer.wait)
            if answer.cut:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {**_ALWAYS, **answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """No access log: addresses and paths tell too much."""

    return _Handler
