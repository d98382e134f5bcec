"""Calls over HTTP that end in time: resolving, connecting, sending and every byte of the answer share one deadline.

``urllib`` counts its timeout anew for each read, so that an answer of one byte a second never ends; resolving a name it
does not limit at all. It follows redirects, and hands the key to wherever they lead. None of that is so here.
"""

import http.client
import io
import socket
import ssl
import time
import urllib.request
from functools import cache, partial
from typing import Any

from tocsin.runtime.beside import beside


class NeverLeft(OSError):
    """There was no connection: not a byte of the request has left the host."""


class Deadline:
    """The moment at which a call has taken ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds; raises TimeoutError when none are."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def bounded_opener(deadline: Deadline) -> urllib.request.OpenerDirector:
    """An opener for one call."""
    return urllib.request.build_opener(_Http(deadline), _Https(deadline), _NoRedirect())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none: the answer stands as it is."""


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(_HttpConnection, deadline=self._deadline), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__(context=_tls())
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> Any:
        connection = partial(_HttpsConnection, deadline=self._deadline, context=_tls())
        return self.do_open(connection, req)


@cache
def _tls() -> ssl.SSLContext:
    """Read once: the system's certificates are many."""
    return ssl.create_default_context()


class _HttpConnection(http.client.HTTPConnection):
    def __init__(self, *given: Any, deadline: Deadline, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline = deadline
        self._create_connection = partial(_connected, deadline)
        self.debuglevel = 0  # at any other it prints the key and the mail

    def connect(self) -> None:
        try:
            super().connect()
        except OSError as failure:
            raise NeverLeft(type(failure).__name__) from failure
        self.sock: Any = _BoundedSocket(self.sock, self._deadline)

    def set_debuglevel(self, level: int) -> None:
        """Stay silent, whatever is asked for."""


class _HttpsConnection(_HttpConnection, http.client.HTTPSConnection):
    pass


class _BoundedSocket:
    """What a connection needs of a socket."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = connected, deadline

    def sendall(self, chunk: bytes) -> None:
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(chunk)

    def makefile(self, mode: str) -> io.BufferedReader:
        raw = self._socket.makefile(mode, buffering=0)  # type: ignore[call-overload]
        return io.BufferedReader(_BoundedReader(self._socket, raw, self._deadline))

    def close(self) -> None:
        self._socket.close()


class _BoundedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, raw: io.RawIOBase, deadline: Deadline) -> None:
        super().__init__()
        self._socket, self._raw, self._deadline = connected, raw, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _connected(deadline: Deadline, address: tuple[str, int], *_: Any) -> socket.socket:
    """Connect to the first address that answers. The TLS handshake that may follow has what is left of the time."""
    failure: OSError = OSError("no address")
    for found in _resolved(address, deadline):
        try:
            connection = socket.create_connection(found, deadline.left())
        except OSError as error:
            failure = error
            continue
        connection.settimeout(deadline.left())
        return connection
    raise failure


def _resolved(address: tuple[str, int], deadline: Deadline) -> list[tuple[str, int]]:
    """The addresses of a host. The system's resolver knows no limit, so it is asked in a thread that is not awaited."""
    asking = beside("resolver", lambda: socket.getaddrinfo(*address, type=socket.SOCK_STREAM))
    try:
        return list(dict.fromkeys(info[4][:2] for info in asking.result(deadline.left())))  # type: ignore[misc]
    except UnicodeError:
        return []  # no name that a resolver would take
