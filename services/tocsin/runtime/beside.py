"""Work beside the rest of the process, whose end and failure are not lost."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

_T = TypeVar("_T")


def beside(name: str, work: Callable[[], _T]) -> "Future[_T]":
    """Begin ``work`` in a daemon thread of its own, which nobody waits for when the process ends.

    name: of the thread. The future has what ``work`` returned, or raises what it raised.
    """
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()  # from here on nobody can cancel it, only stop waiting

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - not ours: it is raised where the future is waited for
            future.set_exception(error)

    Thread(target=run, name=name, daemon=True).start()
    return future
