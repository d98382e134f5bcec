"""A call that could not begin has sent nothing; a name that is not resolved in time is given up."""

import socket
import threading
import time
import urllib.request
from contextlib import suppress
from typing import Any
from urllib.error import URLError

import pytest

from tocsin.mailer.providers.deadline import Deadline, NeverLeft, bounded_opener


def _post(url: str, seconds: float = 0.5) -> Any:
    opener = bounded_opener(Deadline(seconds))
    return opener.open(urllib.request.Request(url, data=b"{}", method="POST"), timeout=seconds)


def test_a_name_that_is_not_resolved_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def never(*_: Any, **__: Any) -> list[Any]:
        over.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    began = time.monotonic()
    with pytest.raises(URLError) as failure:
        _post("http://slow.invalid/", 0.2)
    over.set()
    assert isinstance(failure.value.reason, NeverLeft)
    assert time.monotonic() - began < 0.4


def test_a_name_that_nobody_knows_means_that_nothing_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(URLError) as failure:
        _post("http://nowhere.invalid/")
    assert isinstance(failure.value.reason, NeverLeft)


@pytest.mark.parametrize("answers", [b"HTTP/1.1 202 Accepted\r\n\r\n", b""], ids=["clear text", "silence"])
def test_a_handshake_that_fails_means_that_nothing_has_left(answers: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            client, _ = listening.accept()
            with client, suppress(OSError):
                client.sendall(answers)
                client.settimeout(2)
                while client.recv(4096):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        began = time.monotonic()
        with pytest.raises(URLError) as failure:
            _post(f"https://127.0.0.1:{listening.getsockname()[1]}/", 0.3)
        thread.join(5)
    assert isinstance(failure.value.reason, NeverLeft)
    assert time.monotonic() - began < 0.6


def test_a_deadline_that_is_over_raises() -> None:
    with pytest.raises(TimeoutError):
        Deadline(0).left()
