"""What a person notes on a decision about two reports: it may name both victims, so erasing either report erases it.

The note is split in two shares, each as good as random without the other, and each sealed with one of the reports.
"""

import os
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from tocsin.store.tables import sealing_keys
from tocsin.store.vault import Erased, Vault

LONGEST = 2_000
"""Characters."""
Ends = tuple[str, str]
_READABLE = select(sealing_keys.c.subject).where(sealing_keys.c.subject.in_(bindparam("ends", expanding=True)))


def seal(connection: Connection, vault: Vault, judgement_id: int, ends: Ends, note: str, now: datetime) -> None:
    """Keep ``note``, which is not empty, with the reports ``ends``; raises Erased if one of them is erased."""
    readable = set(connection.execute(_READABLE, {"ends": list(ends)}).scalars())
    if missing := set(ends) - readable:
        raise Erased(min(missing))
    text = note.encode()
    share = os.urandom(len(text))
    for end, part in zip(ends, (share, _other(share, text)), strict=True):
        vault.seal(connection, end, _part(judgement_id), part, now)


def read(connection: Connection, vault: Vault, judgement_id: int, ends: Ends) -> str:
    """The note; "" if there is none, or if one of the reports is erased."""
    try:
        ours, theirs = (vault.open(connection, end, _part(judgement_id)) for end in ends)
    except Erased:
        return ""
    return _other(ours, theirs).decode()


def _part(judgement_id: int) -> str:
    return f"note-{judgement_id}"


def _other(share: bytes, whole: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(share, whole, strict=True))
