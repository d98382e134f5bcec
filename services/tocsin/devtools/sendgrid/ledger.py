"""The ledger: every mail that the simulator has accepted, in the order of acceptance. In tests it is the truth.

Bodies stay on disk; memory holds a line for each mail, so that a hundred thousand of them cost little.
"""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted mail without its bodies.

    provider: by which way it came, ``sendgrid`` or ``smtp``. outcome: what becomes of it; empty: as its address says.
    offset: where its line begins in the file.
    """

    id: str
    at: str
    to: str
    sender: str
    subject: str
    custom_args: dict[str, str]
    thread: str
    offset: int
    provider: str = "sendgrid"
    outcome: str = ""
    categories: tuple[str, ...] = ()
    is_encrypted: bool = False


class Ledger:
    """Appends accepted mails to a file and finds them again, also after a restart.

    path: JSON lines; made if absent. A line that a kill cut short is cut off at the next start: nobody was answered.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._lock = path, threading.Lock()
        self._file = path.open("a+b")
        self._entries: list[Entry] = []
        self._by_id: dict[str, Entry] = {}
        self._by_recipient: dict[str, list[Entry]] = {}
        self._by_thread: dict[str, list[Entry]] = {}
        self._recover()

    def append(self, mail: dict[str, Any]) -> Entry:
        """Accept a mail: it is in the file when this returns."""
        line = json.dumps(mail, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            entry = self._index(mail, self._end)
            self._file.write(line)
            self._file.flush()
            self._end += len(line)
        return entry

    def __len__(self) -> int:
        return len(self._entries)

    def newest(self, limit: int) -> list[Entry]:
        with self._lock:
            return self._entries[-limit:][::-1] if limit else []

    def to(self, address: str) -> list[Entry]:
        """Mails to one address, oldest first."""
        with self._lock:
            return list(self._by_recipient.get(address.casefold(), ()))

    def thread(self, reference: str) -> list[Entry]:
        """The mails of one thread, oldest first."""
        with self._lock:
            return list(self._by_thread.get(reference, ()))

    def entry(self, mail_id: str) -> Entry | None:
        return self._by_id.get(mail_id)

    def find(self, mail_id: str) -> dict[str, Any] | None:
        """The whole mail."""
        entry = self._by_id.get(mail_id)
        if entry is None:
            return None
        with self._path.open("rb") as file:
            file.seek(entry.offset)
            found: dict[str, Any] = json.loads(file.readline())
        return found

    def whole(self) -> Iterator[dict[str, Any]]:
        """Every mail, oldest first, read from the file."""
        with self._path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def close(self) -> None:
        self._file.close()

    def _recover(self) -> None:
        self._end = 0
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._index(json.loads(line), self._end)
                self._end += len(line)
        os.truncate(self._path, self._end)

    def _index(self, mail: dict[str, Any], offset: int) -> Entry:
        entry = Entry(
            id=mail["id"],
            at=mail["at"],
            to=mail["to"],
            sender=mail["from"],
            subject=mail["subject"],
            custom_args=mail["custom_args"],
            thread=mail["thread"],
            offset=offset,
            provider=mail.get("provider", "sendgrid"),
            outcome=mail.get("outcome", ""),
            categories=tuple(mail.get("categories", ())),
            is_encrypted=bool(mail.get("encrypted")),
        )
        self._entries.append(entry)
        self._by_id[entry.id] = entry
        self._by_recipient.setdefault(entry.to.casefold(), []).append(entry)
        self._by_thread.setdefault(entry.thread or entry.id, []).append(entry)
        return entry
