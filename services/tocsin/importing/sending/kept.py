"""What was sent, so that nothing is sent twice: a file of lines, with keyed hashes in place of references and contents.

Each line is on the disk before what it announces leaves. The key lies beside the file, for its owner alone; without it
the file tells nobody which reports it speaks of.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography.fernet import Fernet

_FORMAT = 1
_KEY_BYTES = 64


class StateUnusable(Exception):
    """The state file is in use, is not ours, or its key is missing."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A revision of a report that is about to leave, or has left.

    hash: of the reference. digest: of the content, without revision and moment of import. received_at: as it is sent,
    so that a repetition is the same to the byte. sealed: the reference, which only the key opens; "" until it
    is written down. receipt: None while nobody knows whether it arrived.
    """

    hash: str
    digest: str
    revision: int
    received_at: str
    row: int
    sealed: str = ""
    receipt: str | None = None


class Kept:
    """The state of one source's imports. Use it in ``with``. Raises StateUnusable."""

    def __init__(self, path: Path, create: bool = True) -> None:
        self._path = path
        key = _key(path.with_name(path.name + ".key"), create and not path.exists())
        self._mac, self._seal = key[:32], Fernet(_urlsafe(key[32:]))
        self._last: dict[str, Sending] = {}
        self.cursor = 0
        """For a source that tells when its entities changed: milliseconds since 1970 up to which all was read."""
        self._file = self._opened(create)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()

    def hash_of(self, reference: str) -> str:
        return self._hash("reference", reference)

    def digest_of(self, content: str) -> str:
        return self._hash("content", content)

    def once(self, sending: Sending) -> str:
        """The key under which a receiver takes this revision with this content once."""
        return self._hash("once", f"{sending.hash}/{sending.revision}/{sending.digest}")

    def last(self, reference_hash: str) -> Sending | None:
        return self._last.get(reference_hash)

    def seal(self, reference: str) -> str:
        return self._seal.encrypt(reference.encode()).decode()

    def vanished(self, seen: Collection[str]) -> Iterator[tuple[str, Sending]]:
        """Reference and last sending of each report that was sent before and whose hash is not among ``seen``."""
        for reference_hash, sending in self._last.items():
            if reference_hash not in seen:
                yield self._seal.decrypt(sending.sealed).decode(), sending

    def intend(self, sendings: Sequence[Sending]) -> None:
        """Write down what leaves next; it is on the disk when this returns."""
        for sending in sendings:
            self._write("going", sending)
        if self._file is not None and sendings:
            os.fsync(self._file.fileno())

    def sent(self, sending: Sending, receipt: str) -> None:
        """It arrived. A line that a loss of power takes is only a repetition more, which the receiver drops."""
        self._write("sent", replace(sending, receipt=receipt))

    def not_taken(self, sending: Sending, before: Sending | None) -> None:
        """It was refused: as if it had never been meant to leave."""
        line = {"hash": sending.hash, "before": before and _plain(before)}
        self._line({"state": "refused"} | line)
        self._restore(line)

    def move_cursor(self, milliseconds: int) -> None:
        self._line({"state": "cursor", "at": milliseconds})
        self.cursor = milliseconds

    # --- the file -------------------------------------------------------------------------------------------------

    def _write(self, state: str, sending: Sending) -> None:
        self._line({"state": state} | _plain(sending))
        self._last[sending.hash] = sending

    def _line(self, content: dict[str, Any]) -> None:
        assert self._file is not None, "a state that only looks is not written to"
        self._file.write(json.dumps(content).encode() + b"\n")
        self._file.flush()

    def _opened(self, create: bool) -> Any:
        """Read what is there; a last line that was cut off while it was written counts as not written."""
        if not create and not self._path.exists():
            return None
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise StateUnusable("another import uses this state file") from None
        lines = file.read().split(b"\n")
        whole = sum(len(line) + 1 for line in lines[:-1])
        self._read([json.loads(line) for line in lines[:-1]], file)
        file.seek(whole)
        file.truncate()
        if not lines[:-1]:
            file.write(json.dumps({"tocsin-import": _FORMAT, "check": self._hash("check", "")}).encode() + b"\n")
            file.flush()
        return file

    def _read(self, lines: Sequence[dict[str, Any]], file: Any) -> None:
        if lines and lines[0] != {"tocsin-import": _FORMAT, "check": self._hash("check", "")}:
            file.close()
            raise StateUnusable("this is no state file of an import, or the key beside it is another one")
        for line in lines[1:]:
            state = line.pop("state")
            if state == "cursor":
                self.cursor = line["at"]
            elif state == "refused":
                self._restore(line)
            else:
                self._last[line["hash"]] = Sending(**line)

    def _restore(self, refused: dict[str, Any]) -> None:
        self._last.pop(refused["hash"], None)
        if refused["before"] is not None:
            self._last[refused["hash"]] = Sending(**refused["before"])

    def _hash(self, purpose: str, text: str) -> str:
        return hmac.new(self._mac, f"{purpose}\x1f{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _plain(sending: Sending) -> dict[str, Any]:
    return {name: getattr(sending, name) for name in Sending.__slots__}


def _key(path: Path, create: bool) -> bytes:
    if create and not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        if not create:
            return secrets.token_bytes(_KEY_BYTES)
        raise
    if len(key) != _KEY_BYTES:
        raise StateUnusable("the key beside the state file is damaged")
    return key


def _urlsafe(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(key)
