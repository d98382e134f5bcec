"""A dead-man switch outside: it is asked for again and again, and alarms when it is not. As healthchecks works."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class DeadMan:
    """url: to be asked for. Any GET, HEAD or POST counts; other addresses are not found, and do not count."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pings: list[float] = []

    def alarms(self, grace: float) -> bool:
        """Whether the last ping is older than ``grace`` seconds; a switch that was never asked for is only new."""
        return bool(self.pings) and time.monotonic() - self.pings[-1] > grace


@contextmanager
def dead_man(status: int = 200) -> Iterator[DeadMan]:
    """status: what it answers."""
    switch = DeadMan("")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/ping/canary"
            if found:
                switch.pings.append(time.monotonic())
            self.send_response(status if found else 404)
            self.end_headers()
            self.wfile.write(b"OK")

        do_HEAD = do_GET  # noqa: N815 - as http.server calls them
        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    switch.url = f"http://127.0.0.1:{server.server_address[1]}/ping/canary"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield switch
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
