"""Reports that wait for the broker: encrypted, in order, in one SQLite file that one process has at a time.

SQLite, because what it says is on disk is on disk, also after SIGKILL or a cut of power (``synchronous=FULL``).
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.publisher.errors import SpoolDamaged, SpoolFull, SpoolInUse, SpoolOfAnotherKey, SpoolProblem
from tocsin.publisher.receipts import Message, unpack

_FILE = "spool.sqlite"
_NONCE = 12
_PRAGMAS = ("locking_mode=EXCLUSIVE", "auto_vacuum=FULL", "journal_mode=WAL", "synchronous=FULL")
_TABLES = (
    "CREATE TABLE IF NOT EXISTS spool"
    " (only INTEGER PRIMARY KEY CHECK (only = 1), mark BLOB NOT NULL, ceiling INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS waiting"
    " (sequence INTEGER PRIMARY KEY, sealed BLOB NOT NULL, damaged INTEGER NOT NULL DEFAULT 0)",
)
_OLDEST = (
    "SELECT sequence, CAST(sealed AS BLOB) FROM waiting"  # the cast: damage may make it text
    " WHERE NOT damaged AND sequence > ? ORDER BY sequence LIMIT ?"
)
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Spool:
    """Thread-safe. What was added is on disk when ``add`` returns.

    folder: made if absent, for its owner alone. key: 32 bytes. limit: bytes that may wait.
    Raises SpoolInUse, SpoolOfAnotherKey, SpoolDamaged, or SpoolProblem if the folder cannot be used.
    """

    def __init__(self, folder: Path, key: bytes, limit: int) -> None:
        self._cipher, self._limit, self._lock = AESGCM(key), limit, threading.RLock()
        self._waiting = self._size = self._ceiling = 0
        try:
            self._rows = _open(folder)
        except OSError as error:
            raise SpoolProblem(f"the folder of the spool cannot be used: {error.strerror}") from error
        try:
            self._prepare()
        except SpoolProblem:
            self._rows.close()
            raise

    @property
    def waiting(self) -> int:
        """How many messages wait, without those that are damaged."""
        return self._waiting

    @property
    def ceiling(self) -> int:
        return self._ceiling

    def raise_ceiling(self, number: int) -> None:
        with self._transaction():
            self._rows.execute("UPDATE spool SET ceiling = ?", (number,))
        self._ceiling = number

    def add(self, messages: Sequence[Message]) -> None:
        """All or none. Raises SpoolFull."""
        rows = [(message.sequence, self._seal(message.sequence, message.pack())) for message in messages]
        size = sum(len(sealed) for _, sealed in rows)
        with self._lock:
            if self._size + size > self._limit:
                raise SpoolFull(f"{self._waiting} reports wait, of {self._size} bytes; at most {self._limit} may")
            with self._transaction():
                self._rows.executemany("INSERT INTO waiting (sequence, sealed) VALUES (?, ?)", rows)
            self._waiting += len(rows)
            self._size += size

    def oldest(self, number: int, above: int = 0) -> list[Message]:
        """In the order of their sequences, from the first after ``above``.

        What cannot be read is marked as damaged, stays, and is passed over.
        """
        with self._lock, self._told():
            found, damaged = [], []
            for sequence, sealed in self._rows.execute(_OLDEST, (above, number)).fetchall():
                try:
                    found.append(unpack(sequence, self._open(sequence, sealed)))
                except InvalidTag:
                    damaged.append((sequence,))
            if damaged:
                with self._transaction():
                    self._rows.executemany("UPDATE waiting SET damaged = 1 WHERE sequence = ?", damaged)
                self._waiting -= len(damaged)
            return found

    def remove(self, sequences: Sequence[int]) -> None:
        """The broker has them."""
        with self._lock:
            with self._transaction():
                self._rows.executemany("DELETE FROM waiting WHERE sequence = ?", [(each,) for each in sequences])
            self._count()

    def damaged(self) -> list[int]:
        """Sequences of the messages that cannot be read."""
        with self._lock, self._told():
            return [row[0] for row in self._rows.execute("SELECT sequence FROM waiting WHERE damaged ORDER BY 1")]

    def forget_damaged(self) -> None:
        with self._lock:
            with self._transaction():
                self._rows.execute("DELETE FROM waiting WHERE damaged")
            self._count()

    def close(self) -> None:
        """What waits stays."""
        with self._lock:
            self._rows.close()

    # --- the file -------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        with self._told():
            for pragma in _PRAGMAS:
                self._rows.execute(f"PRAGMA {pragma}").fetchall()
            if (found := self._rows.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise SpoolDamaged(_unreadable(found))
            for table in _TABLES:
                self._rows.execute(table)
            first = (self._seal(0, b""),)
            self._rows.execute("INSERT OR IGNORE INTO spool (only, mark, ceiling) VALUES (1, ?, 0)", first)
            mark, self._ceiling = self._rows.execute("SELECT mark, ceiling FROM spool").fetchone()
            self._count()
        try:
            self._open(0, mark)
        except InvalidTag:
            raise SpoolOfAnotherKey("the spool belongs to another signing key; let it empty under that one") from None

    def _count(self) -> None:
        query = "SELECT count(*) FILTER (WHERE NOT damaged), coalesce(sum(length(sealed)), 0) FROM waiting"
        self._waiting, self._size = self._rows.execute(query).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._told():
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._rows.execute("COMMIT")
            except BaseException:  # also when somebody interrupts: the next must find no transaction begun
                if self._rows.in_transaction:
                    self._rows.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors, in our words."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                raise SpoolInUse("another process has the folder of the spool: give each its own") from None
            if code == sqlite3.SQLITE_FULL:
                raise SpoolFull("the disk is full") from None
            if code in _DAMAGE:
                raise SpoolDamaged(_unreadable(str(error))) from None
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            raise SpoolProblem(f"the spool cannot be used: {name}") from None

    # --- the seal -------------------------------------------------------------------------------------------------

    def _seal(self, sequence: int, plain: bytes) -> bytes:
        """Bound to its sequence, so that no row can take another's place."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, _bound(sequence))

    def _open(self, sequence: int, sealed: bytes) -> bytes:
        return self._cipher.decrypt(sealed[:_NONCE].ljust(_NONCE), sealed[_NONCE:], _bound(sequence))


def _open(folder: Path) -> sqlite3.Connection:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):  # to open and close it otherwise would let go of SQLite's locks (POSIX)
        os.close(os.open(folder / _FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return sqlite3.connect(folder / _FILE, timeout=0.2, isolation_level=None, check_same_thread=False)


def _bound(sequence: int) -> bytes:
    return b"tocsin spool 1\x1f%d" % sequence


def _unreadable(why: str) -> str:
    return f"the file of the spool is damaged ({why}): move the folder away, and keep it"
