"""What two administrators have approved is told; a row that was altered in any way is not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text, type_coerce, types

from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import FIRST, SECOND, THIRD, appoint_two, put_recipient
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, checks, entries
from tocsin.store.directory import rows as directory_rows
from tocsin.store.directory.approvals import approve, enter
from tocsin.store.directory.entries import Altered
from tocsin.store.directory.keys import is_signed
from tocsin.store.directory.proposals import propose_removal
from tocsin.store.directory.seals import Approval, Kind, Proposal
from tocsin.store.migrate import upgrade
from tocsin.store.vault import Erased
from tocsin.store.views import review_queue
from tocsin_schemas.deliveries import Channel

ADDRESS, OTHER = "wgad@un.example", "torture@un.example"


@dataclass
class Registry:
    """Two recipients in a directory; ``person`` is the one whose row is altered."""

    engine: Engine
    deployment: Deployment
    person: str
    other: str

    def alter(self, **values: Any) -> None:
        own = tables.recipients.c.recipient_id == self.person
        with unit_of_work(self.engine) as connection:
            connection.execute(tables.recipients.update().where(own).values(**values))

    def reason(self) -> str | None:
        """Why the row is refused, if it is."""
        with reading(self.engine) as connection:
            try:
                entries.address_of(connection, self.deployment, self.person)
            except Altered as altered:
                return str(altered.reason)
        return None

    def faults(self) -> set[str]:
        with reading(self.engine) as connection:
            return {fault.code for fault in checks.verify(connection, self.deployment)}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    engine, deployment = a_database(tmp_path), a_deployment(tmp_path)
    with unit_of_work(engine) as connection:
        person = put_recipient(connection, deployment, an_entry(ADDRESS, ["UN-WGAD"]), NOW)
        other = put_recipient(connection, deployment, an_entry(OTHER, ["UN-TORTURE"]), NOW)
    yield Registry(engine, deployment, person, other)
    engine.dispose()


def test_what_was_approved_is_read(registry: Registry) -> None:
    with reading(registry.engine) as connection:
        found = entries.find(connection, registry.deployment, registry.person)
        assert found is not None
        assert found.mandates == ["UN-WGAD"]
        assert entries.address_of(connection, registry.deployment, registry.person) == ADDRESS
        assert entries.find(connection, registry.deployment, "0" * 32) is None
        with pytest.raises(Erased):
            entries.address_of(connection, registry.deployment, "0" * 32)
    assert registry.faults() == set()


def test_reading_again_verifies_no_signature_again(registry: Registry) -> None:
    with reading(registry.engine) as connection:
        entries.read(connection, registry.deployment)
        before = is_signed.cache_info().misses
        assert len(entries.read(connection, registry.deployment).sound) == 2
    assert is_signed.cache_info().misses == before


COLUMNS = [column.name for column in tables.recipients.c if column.name not in {"recipient_id", "updated_at"}]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("how", ["garbage", "of-another-row"])
def test_a_row_with_any_column_altered_is_refused(registry: Registry, column: str, how: str) -> None:
    raw = type_coerce(tables.recipients.c[column], types.NullType)
    with unit_of_work(registry.engine) as connection:
        theirs = select(raw).where(tables.recipients.c.recipient_id == registry.other)
        value = connection.execute(theirs).scalar_one() if how == "of-another-row" else "7"
        own = select(raw).where(tables.recipients.c.recipient_id == registry.person)
        same = connection.execute(own).scalar_one() == value
        connection.execute(
            text(f"UPDATE recipients SET {column} = :v WHERE recipient_id = :r"), {"v": value, "r": registry.person}
        )
    assert (registry.reason() is None) == same, "what both rows share is no alteration"
    with reading(registry.engine) as connection:
        sound = {person.recipient_id for person in entries.read(connection, registry.deployment).recipients}
    assert sound == {registry.other} | ({registry.person} if same else set())


def test_an_alteration_is_brought_before_a_person_once(registry: Registry) -> None:
    registry.alter(entry={"key": "changed"})
    with unit_of_work(registry.engine) as connection:
        for _ in range(3):
            found = entries.load_recipients(connection, registry.deployment, NOW)
            assert [person.recipient_id for person in found] == [registry.other]
        assert [review.kind for review in review_queue.waiting(connection)] == ["directory_altered"]
        told = connection.execute(select(tables.audit).where(tables.audit.c.action == "recipient-altered")).all()
        assert [row.detail for row in told] == [{"version": 1, "reason": "seal-broken"}]
        assert audit.verify(connection) == []


def test_the_version_differs_even_if_the_time_of_the_change_does_not(registry: Registry) -> None:
    with reading(registry.engine) as connection:
        before = entries.version(connection)
        assert entries.version(connection) == before
    registry.alter(approver="registry-3")
    with reading(registry.engine) as connection:
        assert entries.version(connection) != before


@pytest.mark.parametrize("whose", ["of-another", "of-before"])
def test_an_address_put_in_past_tocsin_is_refused(registry: Registry, whose: str) -> None:
    sealed = tables.sealed_contents
    with unit_of_work(registry.engine) as connection:
        subject = registry.person if whose == "of-before" else registry.other
        taken = connection.execute(select(sealed.c.ciphertext).where(sealed.c.subject == subject)).scalar_one()
        key = connection.execute(
            select(tables.sealing_keys.c.wrapped_key).where(tables.sealing_keys.c.subject == subject)
        ).scalar_one()
        put_recipient(
            connection, registry.deployment, an_entry(ADDRESS, ["UN-WGAD"], addresses={Channel.EMAIL: OTHER}), NOW
        )
        connection.execute(sealed.update().where(sealed.c.subject == registry.person).values(ciphertext=taken))
        if whose == "of-before":
            keys = tables.sealing_keys
            connection.execute(keys.update().where(keys.c.subject == registry.person).values(wrapped_key=key))
    assert registry.reason() == "address-altered"
    assert registry.faults() == {"address-altered"}


def forged(registry: Registry, connection: Connection, first: Any, second: Any) -> None:
    """A row whose seal is right, as somebody who holds the deployment's key could make one."""
    row = directory_rows.one(connection, registry.person)
    assert row is not None
    proposal = Proposal(
        row.change_id, Kind.PUT, registry.person, 2, json.loads(row.entry), json.loads(row.address_digests),
        first.key_id, NOW,
    )  # fmt: skip
    approval = Approval(proposal, first.sign(proposal.message()), second.key_id, NOW)
    directory_rows.write(connection, registry.deployment.identities, approval, second.sign(approval.message()))


class Liar:
    """Signs with another key than the one registered."""

    key_id = SECOND.key_id

    def sign(self, message: bytes) -> str:
        return THIRD.sign(message)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (FIRST, SECOND, None),
        (FIRST, FIRST, "one-person"),
        (FIRST, THIRD, "signer-not-in-force"),
        (THIRD, SECOND, "signer-not-in-force"),
        (FIRST, Liar(), "signature-broken"),
    ],
)
def test_the_seal_alone_is_not_enough(registry: Registry, first: Any, second: Any, reason: str | None) -> None:
    with unit_of_work(registry.engine) as connection:
        forged(registry, connection, first, second)
    assert registry.reason() == reason
    assert registry.faults() == {reason or "approval-unrecorded"}, "and what is in no log is found"


def test_a_row_put_back_to_an_older_version_is_refused_and_found(registry: Registry) -> None:
    with unit_of_work(registry.engine) as connection:
        own = tables.recipients.c.recipient_id == registry.person
        older = connection.execute(select(tables.recipients).where(own)).one()._asdict()
        changed = an_entry(ADDRESS, ["UN-WGAD"], languages=["fr"])
        put_recipient(connection, registry.deployment, changed, NOW)
    assert registry.faults() == set()
    registry.alter(**older)
    assert registry.reason() == "rolled-back"
    assert registry.faults() == {"rolled-back"}
    with unit_of_work(registry.engine) as connection:
        connection.execute(tables.directory_changes.delete())
    assert "rolled-back" in registry.faults(), "though the trace of the newer one was removed as well"


def test_a_row_deleted_or_brought_back_is_found(registry: Registry) -> None:
    own = tables.recipients.c.recipient_id == registry.person
    with unit_of_work(registry.engine) as connection:
        kept = connection.execute(select(tables.recipients).where(own)).one()._asdict()
        connection.execute(tables.recipients.delete().where(own))
    assert registry.faults() == {"row-missing"}
    with unit_of_work(registry.engine) as connection:
        connection.execute(tables.recipients.insert(), kept)
        change = propose_removal(connection, registry.deployment, FIRST, an_entry(ADDRESS, ["UN-WGAD"]).key, NOW)
        approve(connection, registry.deployment, SECOND, change.change_id, NOW)
    assert registry.faults() == set()
    with unit_of_work(registry.engine) as connection:
        connection.execute(tables.recipients.insert(), kept)
    assert registry.reason() == "rolled-back"
    assert registry.faults() == {"rolled-back"}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE directory_changes SET approver = 'registry-9'", "approval-altered"),
        ("DELETE FROM directory_changes", "row-missing"),
        ("UPDATE audit SET subject = 'x' WHERE action = 'directory-changed'", "audit-entry-altered"),
        ("DELETE FROM administrators WHERE key_id = 'registry-2'", "row-missing"),
        ("UPDATE administrators SET valid_to = '2030' WHERE key_id = 'registry-2'", "seal-broken"),
        ("UPDATE administrators SET public_key = 'ff' WHERE key_id = 'registry-2'", "seal-broken"),
    ],
)
def test_what_the_log_does_not_tell_is_found(registry: Registry, statement: str, code: str) -> None:
    with unit_of_work(registry.engine) as connection:
        connection.execute(text(statement))
    assert code in registry.faults()


def test_an_administrator_written_past_tocsin_signs_nothing(registry: Registry) -> None:
    with unit_of_work(registry.engine) as connection:
        row = {"key_id": THIRD.key_id, "public_key": THIRD.public_key, "valid_from": NOW, "added_by": "first-two"}
        connection.execute(tables.administrators.insert(), row | {"seal": "0" * 64})
        forged(registry, connection, FIRST, THIRD)
    assert registry.reason() == "signer-not-in-force"


def test_the_entries_of_an_older_database_are_refused_until_two_have_approved_them(tmp_path: Path) -> None:
    url, deployment = f"sqlite:///{tmp_path / 'tocsin.db'}", a_deployment(tmp_path)
    upgrade(url, "0002")
    engine, entry = open_database(url), an_entry(ADDRESS, ["UN-WGAD"])
    person = deployment.identities.recipient(entry.key)
    with unit_of_work(engine) as connection:
        connection.execute(text(f"INSERT INTO recipients VALUES ('{person}', '{{}}', '2026-01-01T00:00:00+00:00')"))
        deployment.vault.seal(connection, person, "address", ADDRESS.encode(), NOW)
    upgrade(url)
    old = Registry(engine, deployment, person, "")
    assert old.reason() == "never-approved"
    with unit_of_work(engine) as connection:
        appoint_two(connection, deployment)
        assert enter(connection, deployment, (FIRST, SECOND), entry, NOW)
    assert old.reason() is None
    assert old.faults() == set()
    engine.dispose()


def test_a_deleted_administrator_opens_no_way_for_a_first_one(registry: Registry) -> None:
    with unit_of_work(registry.engine) as connection:
        connection.execute(tables.administrators.delete())
        with pytest.raises(administrators.Unappointable, match="second-person-required"):
            administrators.add_first(connection, registry.deployment.identities, "me", THIRD.public_key, NOW)
