"""A worker for tests of the stream, run as a process: it writes what it was given into a small database of its own.

``python stream_subject.py <bootstrap> <topic> <database> [lanes]``; a message ``fatal`` ends it once. With lanes, what
stands before the hyphen is the sender.
"""

import sqlite3
import sys
import time
from collections.abc import Collection, Mapping
from itertools import count

from tocsin.runtime import logs
from tocsin.runtime.stream import Message, create_worker, run_worker


class Seen:
    """handled: one row for each message, in order. failures: what ended the process."""

    def __init__(self, path: str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        for table in (
            "handled (n INTEGER PRIMARY KEY, partition, offset, value, UNIQUE (partition, offset))",
            "failures (partition, offset, error)",
        ):
            self.database.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    def handle(self, message: Message) -> None:
        value = (message.value or b"").decode()
        if value == "fatal" and not self.database.execute("SELECT 1 FROM failures").fetchone():
            raise ZeroDivisionError("a secret that no log may show")
        time.sleep(0.002)
        row = (message.partition, message.offset, value)
        self.database.execute("INSERT OR IGNORE INTO handled (partition, offset, value) VALUES (?, ?, ?)", row)

    def positions(self, wanted: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
        return {(topic, partition): self._first_hole(partition) for topic, partition in wanted}

    def _first_hole(self, partition: int) -> int:
        offsets = self.database.execute("SELECT offset FROM handled WHERE partition = ? ORDER BY offset", (partition,))
        done = {offset for (offset,) in offsets}
        return next(offset for offset in count() if offset not in done)

    def on_failure(self, message: Message, error: BaseException) -> None:
        row = (message.partition, message.offset, type(error).__name__)
        self.database.execute("INSERT INTO failures VALUES (?, ?, ?)", row)


def main() -> None:
    bootstrap, topic, path, *lanes = sys.argv[1:]
    lane_of = (lambda message: (message.value or b"").decode().partition("-")[0]) if lanes else None
    logs.configure("subject", "INFO")
    seen = Seen(path)
    run_worker(
        create_worker(
            f"{topic}-reader",
            [topic],
            bootstrap,
            "1",
            seen.handle,
            seen.positions,
            on_failure=seen.on_failure,
            lane_of=lane_of,
        ),
        "WARNING",
    )


if __name__ == "__main__":
    main()
