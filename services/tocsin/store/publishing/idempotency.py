"""What was sent under an ``Idempotency-Key``: the same again gets the same answer (draft-ietf-httpapi-idempotency-key).

Keys and requests are kept as keyed digests. Many are claimed, and many answered, in one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tocsin.domain.identifiers import Identities
from tocsin.store.tables import idempotency_keys as table

KEPT = timedelta(days=7)
LEASE = timedelta(seconds=30)
"""After how long a claim without an answer is taken over: whoever made it has died."""
_MINE = (table.c.publisher_id == bindparam("p"), table.c.key_digest == bindparam("k"))
_ANSWER = update(table).where(*_MINE).values(receipt=bindparam("r"))
_RELEASE = delete(table).where(*_MINE, table.c.receipt.is_(None))
_TAKE_OVER = update(table).where(*_MINE, table.c.receipt.is_(None), table.c.created_at == bindparam("since"))
_FORGET = delete(table).where(table.c.created_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Claim:
    """key_digest, request_digest: hexadecimal, of the key and of everything that the answer depends on."""

    publisher_id: str
    key_digest: str
    request_digest: str

    @property
    def place(self) -> tuple[str, str]:
        return self.publisher_id, self.key_digest


@dataclass(frozen=True, slots=True)
class Claimed:
    """receipt: of the same request before; None: go on."""

    receipt: str | None = None


class KeyReused(ValueError):
    """The key was used for another request."""


class StillBusy(ValueError):
    """The first request under this key is not answered yet."""


def claim_of(identities: Identities, publisher_id: str, key: str, *request: bytes) -> Claim:
    digests = (
        identities.digest(b"\x1f".join((kind, *parts)))
        for kind, parts in ((b"idempotency-key.1", (key.encode(),)), (b"request.1", request))
    )
    return Claim(publisher_id, *digests)


def claim(connection: Connection, claims: Sequence[Claim], now: datetime) -> list[Claimed | KeyReused | StillBusy]:
    """For each claim, in order: go on, the earlier receipt, or why not."""
    first = {each.place: each for each in reversed(claims)}
    ordered = sorted(first.values(), key=lambda each: each.place)  # two processes take their locks in one order
    rows = [
        {"publisher_id": c.publisher_id, "key_digest": c.key_digest, "request_digest": c.request_digest}
        | {"receipt": None, "created_at": now}
        for c in ordered
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).on_conflict_do_nothing().returning(table.c.publisher_id, table.c.key_digest)
    new = {(row.publisher_id, row.key_digest) for row in connection.execute(insert, rows)}
    outcomes: list[Claimed | KeyReused | StillBusy] = []
    for each in claims:
        if each.place in new:
            new.remove(each.place)
            outcomes.append(Claimed())
        else:
            outcomes.append(_known(connection, each, now))
    return outcomes


def _known(connection: Connection, claim: Claim, now: datetime) -> Claimed | KeyReused | StillBusy:
    here = (table.c.publisher_id == claim.publisher_id, table.c.key_digest == claim.key_digest)
    row = connection.execute(select(table).where(*here)).one_or_none()
    if row is None:  # released between the two statements, by another process
        return StillBusy()
    if row.request_digest != claim.request_digest:
        return KeyReused()
    if row.receipt is not None:
        return Claimed(row.receipt)
    if abs(now - row.created_at) < LEASE:  # a clock that was set back does not keep a claim for ever
        return StillBusy()
    taken = connection.execute(_TAKE_OVER.values(created_at=now), _named(claim) | {"since": row.created_at})
    return Claimed() if taken.rowcount == 1 else StillBusy()


def answer(connection: Connection, answers: Iterable[tuple[Claim, str]]) -> None:
    """Keep each claim's receipt."""
    if rows := [_named(claim) | {"r": receipt} for claim, receipt in sorted(answers, key=lambda each: each[0].place)]:
        connection.execute(_ANSWER, rows)


def release(connection: Connection, claims: Iterable[Claim]) -> None:
    """Nothing came of these: the key is free again."""
    if rows := [_named(claim) for claim in sorted(claims, key=lambda each: each.place)]:
        connection.execute(_RELEASE, rows)


def forget(connection: Connection, now: datetime) -> None:
    connection.execute(_FORGET, {"before": now - KEPT})


def _named(claim: Claim) -> dict[str, str]:
    return {"p": claim.publisher_id, "k": claim.key_digest}
