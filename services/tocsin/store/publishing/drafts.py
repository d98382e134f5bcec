"""Drafts of the form: what somebody has typed so far, sealed under a key of its own until it is sent or forgotten.

Rows tell when, how far and in which language, and nothing else. Whoever comes back types a code that was shown once.
"""

import json
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, delete, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import drafts
from tocsin.store.vault import Erased, Vault

KEPT = timedelta(days=14)
KEPT_AFTER_SENDING = timedelta(days=1)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("ILO", "110")
_CODE = 12
"""Of Crockford's base 32: 60 bits, and only a session of the same publisher may try."""
_PART = "draft"
_COLUMNS = tuple(
    drafts.c[name]
    for name in ("draft_id", "publisher_id", "language", "step", "updated_at", "expires_at", "sent_at", "receipt")
)
_OWN = (drafts.c.publisher_id == bindparam("p"), drafts.c.expires_at > bindparam("at"))
_FIND = select(*_COLUMNS).where(drafts.c.draft_id == bindparam("d"), *_OWN)
_BY_CODE = select(*_COLUMNS).where(drafts.c.code_digest == bindparam("c"), *_OWN)
_OF_PUBLISHER = select(*_COLUMNS).where(*_OWN).order_by(drafts.c.updated_at.desc(), drafts.c.draft_id)
_OVER = select(drafts.c.draft_id).where(drafts.c.expires_at <= bindparam("at"))
_DELETE = delete(drafts).where(drafts.c.draft_id == bindparam("d"))

Answers: TypeAlias = dict[str, list[str]]
"""What was typed, by the name of its field."""


@dataclass(frozen=True, slots=True)
class Draft:
    """step: the last page that was saved. expires_at: when its content is erased."""

    draft_id: str
    publisher_id: str
    language: str
    step: str
    updated_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    receipt: str | None


def begin(
    connection: Connection,
    vault: Vault,
    identities: Identities,
    draft: Draft,
    answers: Answers,
) -> str | None:
    """Keep a new draft; returns the code that resumes it, in groups of four. None if it has been begun already."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE))
    row = {name: getattr(draft, name) for name in Draft.__slots__}
    more = {"code_digest": _digest(identities, draft.publisher_id, code), "created_at": draft.updated_at}
    if not insert_if_absent(connection, drafts, **row, **more):
        return None
    _seal(connection, vault, draft.draft_id, answers, draft.updated_at)
    return "-".join(code[start : start + 4] for start in range(0, _CODE, 4))


def find(connection: Connection, publisher_id: str, draft_id: str, now: datetime) -> Draft | None:
    """A draft of this publisher; of nobody else's is anything told."""
    row = connection.execute(_FIND, {"d": draft_id, "p": publisher_id, "at": now}).one_or_none()
    return None if row is None else Draft(*row)


def resume(
    connection: Connection, identities: Identities, publisher_id: str, typed: str, now: datetime
) -> Draft | None:
    """The draft whose code was typed: small letters, spaces, and letters for digits that look alike, are forgiven."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed[:100]).upper() if c.isalnum())
    digest = _digest(identities, publisher_id, plain.translate(_LOOKALIKES))
    row = connection.execute(_BY_CODE, {"c": digest, "p": publisher_id, "at": now}).one_or_none()
    return None if row is None else Draft(*row)


def of_publisher(connection: Connection, publisher_id: str, now: datetime) -> list[Draft]:
    """Sent ones too, as long as they are kept; the last to be touched first."""
    return [Draft(*row) for row in connection.execute(_OF_PUBLISHER, {"p": publisher_id, "at": now})]


def read(connection: Connection, vault: Vault, draft_id: str) -> Answers:
    """Raises Erased."""
    answers: Answers = json.loads(vault.open(connection, draft_id, _PART))
    return answers


def save(connection: Connection, vault: Vault, draft: Draft, answers: Answers, step: str, now: datetime) -> bool:
    """Keep what has been typed by now, for another two weeks. False if the draft was sent or erased meanwhile."""
    changed = update(drafts).where(drafts.c.draft_id == draft.draft_id, drafts.c.sent_at.is_(None))
    values = {"step": step, "language": draft.language, "updated_at": now, "expires_at": now + KEPT}
    if connection.execute(changed.values(**values)).rowcount != 1:
        return False
    _seal(connection, vault, draft.draft_id, answers, now)
    return True


def note_trying(connection: Connection, vault: Vault, draft_id: str, more: Answers, now: datetime) -> bool:
    """Add to a draft under what it goes out, before it does. False if it was sent or erased meanwhile."""
    kept = update(drafts).where(drafts.c.draft_id == draft_id, drafts.c.sent_at.is_(None))
    if connection.execute(kept.values(step=drafts.c.step)).rowcount != 1:
        return False
    _seal(connection, vault, draft_id, read(connection, vault, draft_id) | more, now)
    return True


def note_sent(
    connection: Connection, vault: Vault, draft_id: str, answers: Answers, receipt: str, now: datetime
) -> None:
    """It was sent with these answers, and is erased in a day. A second sending changes nothing."""
    changed = update(drafts).where(drafts.c.draft_id == draft_id, drafts.c.sent_at.is_(None))
    values = {"sent_at": now, "receipt": receipt, "expires_at": now + KEPT_AFTER_SENDING}
    if connection.execute(changed.values(**values)).rowcount == 1:
        _seal(connection, vault, draft_id, answers, now)


def erase(connection: Connection, vault: Vault, draft_id: str) -> None:
    """Destroy its key, and its row with it."""
    vault.erase(connection, draft_id)
    connection.execute(_DELETE, {"d": draft_id})


def erase_expired(connection: Connection, vault: Vault, now: datetime) -> int:
    """Returns how many there were."""
    over = connection.execute(_OVER, {"at": now}).scalars().all()
    for draft_id in over:
        erase(connection, vault, draft_id)
    return len(over)


def under(connection: Connection, vault: Vault, publisher_id: str, reference: str, now: datetime) -> list[Answers]:
    """What was typed in the drafts of this publisher that bear this reference, sent or not."""
    found = []
    for draft in of_publisher(connection, publisher_id, now):
        try:
            answers = read(connection, vault, draft.draft_id)
        except Erased:
            continue
        if answers.get("publisher_reference") == [reference]:
            found.append(answers)
    return found


def _seal(connection: Connection, vault: Vault, draft_id: str, answers: Answers, now: datetime) -> None:
    vault.seal(connection, draft_id, _PART, json.dumps(answers, ensure_ascii=False).encode(), now)


def _digest(identities: Identities, publisher_id: str, code: str) -> str:
    return identities.digest(f"draft-code.1\x1f{publisher_id}\x1f{code}".encode())
