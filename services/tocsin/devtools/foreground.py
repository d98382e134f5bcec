"""Runs a simulator in the foreground, until somebody ends it."""

import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from tocsin.runtime import logs
from tocsin.runtime.settings import Settings

_T = TypeVar("_T")


def run(name: str, create: Callable[[Settings], AbstractContextManager[_T]], greeting: Callable[[_T], str]) -> None:
    """Returns after SIGTERM or SIGINT. name: in the logs. greeting: what is printed once it runs."""
    settings = Settings()
    logs.configure(name, settings.log_level)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with create(settings) as simulator:
        print(greeting(simulator), flush=True)
        stopped.wait()
