"""Any change of the audit log shows when it is verified."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from databases import NOW, a_database
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work
from tocsin.store.tables import audit as entries


def _filled(folder: Path):
    engine = a_database(folder)
    with unit_of_work(engine) as connection:
        for n in range(5):
            audit.append(connection, "resolver", "report-accepted", f"report-{n}", {"case": n}, NOW)
            audit.append(connection, "dispatcher", "case-routed", f"case-{n}", {}, NOW)
    return engine


def test_an_untouched_log_verifies(tmp_path: Path) -> None:
    with unit_of_work(_filled(tmp_path)) as connection:
        assert audit.verify(connection) == []
        assert {chain: length for chain, (length, _) in audit.heads(connection).items()} == {
            "resolver": 5,
            "dispatcher": 5,
        }


TAMPERINGS: list[tuple[str, Callable[[Connection], object], str]] = [
    ("detail changed", lambda c: c.execute(update(entries).where(entries.c.seq == 3).values(detail={"case": 9})), "entry-altered"),
    ("entry removed", lambda c: c.execute(delete(entries).where(entries.c.seq == 3)), "entry-missing"),
    ("hash replaced", lambda c: c.execute(update(entries).where(entries.c.seq == 3).values(hash="0" * 64)), "entry-altered"),
    ("link replaced", lambda c: c.execute(update(entries).where(entries.c.seq == 3).values(previous="0" * 64)), "link-broken"),
    ("subject changed", lambda c: c.execute(update(entries).where(entries.c.seq == 1).values(subject="x")), "entry-altered"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "tamper", "kind"), TAMPERINGS, ids=[t[0] for t in TAMPERINGS])
def test_tampering_is_found(tmp_path: Path, what: str, tamper: Callable[[Connection], object], kind: str) -> None:
    engine = _filled(tmp_path)
    with unit_of_work(engine) as connection:
        tamper(connection)
        assert {fault.kind for fault in audit.verify(connection)} == {kind}


def test_a_log_cut_at_its_end_differs_from_the_head_kept_elsewhere(tmp_path: Path) -> None:
    engine = _filled(tmp_path)
    with unit_of_work(engine) as connection:
        kept = audit.heads(connection)
        connection.execute(delete(entries).where(entries.c.seq == 5))
        assert audit.verify(connection) == []
        assert audit.heads(connection) != kept
