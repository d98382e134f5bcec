"""Metrics and health, answered over HTTP."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from tocsin.runtime.labels import REGISTRY

_HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]


def serve(port: int, bind: str, ready: Callable[[], bool]) -> None:
    """Answer ``/metrics``, ``/health/live`` and ``/health/ready`` from a daemon thread; port 0: do nothing."""
    if port == 0:
        return
    server = make_server(bind, port, endpoint(ready), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def endpoint(ready: Callable[[], bool]) -> Callable[..., Iterable[bytes]]:
    """The WSGI application behind ``serve``."""
    exposition: Callable[..., Iterable[bytes]] = make_wsgi_app(REGISTRY)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return exposition(environ, start_response)
        if path not in {"/health/live", "/health/ready"}:
            start_response("404 Not Found", _HEADERS)
            return [b"not found\n"]
        well = path == "/health/live" or ready()
        start_response("200 OK" if well else "503 Service Unavailable", _HEADERS)
        return [b"ok\n" if well else b"not ready\n"]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: a scrape is no news."""
