"""A change of the directory takes two administrators, is applied whole, and is told to the old and the new address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select, update

from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import FIRST, SECOND, THIRD, appoint_two, put_recipient
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, changes, checks, notices
from tocsin.store.directory import entries as directory
from tocsin.store.directory.approvals import approve, enter, reject, withdraw
from tocsin.store.directory.changes import PATIENCE, Change, Unacceptable
from tocsin.store.directory.keys import Signer
from tocsin.store.directory.proposals import (
    propose_appointment,
    propose_entry,
    propose_removal,
    propose_revocation,
)
from tocsin.store.vault import Erased
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import RecipientEntry

ADDRESS, LATER = "wgad@un.example", NOW + timedelta(hours=1)
ENTRY = an_entry(ADDRESS, ["UN-WGAD"])
MOVED = ENTRY.model_copy(update={"addresses": {Channel.EMAIL: "new@un.example"}})


@dataclass
class Office:
    engine: Engine
    deployment: Deployment

    def do(self, what: Any, *arguments: Any, **named: Any) -> Any:
        with unit_of_work(self.engine) as connection:
            return what(connection, self.deployment, *arguments, **named)

    def refused(self, what: Any, *arguments: Any) -> str:
        with pytest.raises(Unacceptable) as refusal:
            self.do(what, *arguments)
        return refusal.value.code

    def propose(self, entry: RecipientEntry = ENTRY, signer: Signer = FIRST) -> Change:
        return self.do(propose_entry, signer, entry, NOW)

    def addresses(self) -> dict[str, list[str]]:
        """Of each notice that waits."""
        found: dict[str, list[str]] = {}
        with reading(self.engine) as connection:
            for notice in notices.waiting(connection, LATER):
                address = notices.address_of(connection, self.deployment.vault, notice)
                found.setdefault(notice.which, []).append(address)
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(a_database(tmp_path), a_deployment(tmp_path))
    office.do(appoint_two)
    yield office
    office.engine.dispose()


def test_a_proposal_changes_nothing_and_its_content_is_sealed(office: Office) -> None:
    change = office.propose()
    with reading(office.engine) as connection:
        assert directory.entries(connection, office.deployment) == []
        assert changes.pending(connection, NOW) == [change]
    assert office.propose() == change, "the same again is the same proposal"
    database = b"".join(file.read_bytes() for file in Path(str(office.engine.url.database)).parent.glob("tocsin.db*"))
    assert ADDRESS.encode() not in database


def test_an_approval_by_another_applies_it(office: Office) -> None:
    office.do(approve, SECOND, office.propose().change_id[:8], LATER)
    with reading(office.engine) as connection:
        assert directory.entries(connection, office.deployment) == [ENTRY]
        assert changes.pending(connection, NOW) == []
    assert office.do(propose_entry, FIRST, ENTRY, LATER) is None, "nothing differs"


def impostor(key_id: str) -> Signer:
    return Signer(key_id, Ed25519PrivateKey.generate())


@pytest.mark.parametrize(
    ("signer", "code"),
    [
        (FIRST, "second-person-required"),
        (THIRD, "administrator-not-in-force"),
        (impostor("registry-2"), "key-not-registered"),
        (impostor("registry-1"), "key-not-registered"),
    ],
)
def test_nobody_else_can_approve_it(office: Office, signer: Signer, code: str) -> None:
    change = office.propose()
    assert office.refused(approve, signer, change.change_id, LATER) == code
    with reading(office.engine) as connection:
        assert changes.pending(connection, NOW) == [change]


@pytest.mark.parametrize(
    "altered",
    [
        {"proposer": "registry-2"},
        {"version": 7},
        {"kind": "remove"},
        {"subject": "0" * 32},
        {"proposed_at": NOW - timedelta(days=1)},
        {"proposer_signature": "0" * 128},
    ],
    ids=lambda altered: next(iter(altered)),
)
def test_a_proposal_altered_while_it_waits_cannot_be_approved(office: Office, altered: dict[str, Any]) -> None:
    change = office.propose()
    with unit_of_work(office.engine) as connection:
        connection.execute(update(tables.directory_changes).values(**altered))
    code = office.refused(approve, SECOND, change.change_id, LATER)
    assert code.startswith(("change-altered", "second-person-required", "entry-changed-meanwhile"))
    with reading(office.engine) as connection:
        assert directory.entries(connection, office.deployment) == []


def test_a_proposal_expires_and_can_be_made_again(office: Office) -> None:
    change, late = office.propose(), NOW + PATIENCE + timedelta(seconds=1)
    assert office.refused(approve, SECOND, change.change_id, late) == "change-expired"
    again = office.do(propose_entry, FIRST, ENTRY, late)
    assert again.change_id != change.change_id
    office.do(approve, SECOND, again.change_id, late)


def test_one_change_of_an_entry_waits_at_a_time(office: Office) -> None:
    first = office.propose()
    assert office.refused(propose_entry, SECOND, MOVED, NOW) == "change-pending"
    office.do(reject, SECOND, first.change_id, LATER)
    office.do(approve, FIRST, office.propose(MOVED, SECOND).change_id, LATER)
    assert office.refused(approve, SECOND, first.change_id, LATER) == "change-not-pending"


def test_its_proposer_alone_withdraws_it_and_what_it_said_is_erased(office: Office) -> None:
    change = office.propose()
    assert office.refused(withdraw, SECOND, change.change_id, LATER) == "not-the-proposer"
    office.do(withdraw, FIRST, change.change_id, LATER)
    assert office.refused(approve, SECOND, change.change_id, LATER) == "change-not-pending"
    with reading(office.engine) as connection, pytest.raises(Erased):
        changes.content_of(connection, office.deployment, change)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (MOVED, {"new": ["new@un.example"], "old": [ADDRESS]}),
        (ENTRY.model_copy(update={"languages": ["fr"]}), {"new": [ADDRESS]}),
    ],
    ids=["address-changed", "language-changed"],
)
def test_the_old_and_the_new_address_are_told(
    office: Office, entry: RecipientEntry, told: dict[str, list[str]]
) -> None:
    office.do(put_recipient, ENTRY, NOW)
    office.do(enter, (FIRST, SECOND), entry, LATER)
    assert office.addresses() == told


def test_who_is_removed_is_told_and_gone(office: Office) -> None:
    person = office.do(put_recipient, ENTRY, NOW)
    office.do(approve, SECOND, office.do(propose_removal, FIRST, ENTRY.key, NOW).change_id, LATER)
    assert office.addresses() == {"old": [ADDRESS]}
    with reading(office.engine) as connection:
        assert directory.find(connection, office.deployment, person) is None
        [notice] = notices.waiting(connection, LATER)
    assert (notice.fields, notice.role, notice.language) == (["removed"], "staff", "en")
    office.do(enter, (FIRST, SECOND), ENTRY, LATER)
    with reading(office.engine) as connection:
        found = directory.find_sound(connection, office.deployment, person)
        assert found is not None
        assert found.version == 3, "versions only rise"


def test_a_notice_ends_once_and_its_address_is_erased(office: Office) -> None:
    office.do(enter, (FIRST, SECOND), ENTRY, NOW)
    with unit_of_work(office.engine) as connection:
        [notice] = notices.waiting(connection, LATER)
        assert notices.mark(connection, notice.notice_id, "claimed", LATER)
        assert notices.waiting(connection, LATER) == []
        assert notices.mark(connection, notice.notice_id, "waiting", LATER)
        assert notices.mark(connection, notice.notice_id, "sent", LATER)
        assert not notices.mark(connection, notice.notice_id, "waiting", LATER)
        with pytest.raises(Erased):
            notices.address_of(connection, office.deployment.vault, notice)


def test_who_is_named_by_another_is_not_removed(office: Office) -> None:
    office.do(put_recipient, ENTRY, NOW)
    office.do(put_recipient, an_entry("chief@un.example", ["UN-WGAD"], deputy=ENTRY.key), NOW)
    assert office.refused(propose_removal, FIRST, ENTRY.key, NOW) == "recipient-still-named"
    assert office.refused(propose_removal, FIRST, "nobody", NOW) == "recipient-unknown"


def test_a_third_administrator_takes_two(office: Office) -> None:
    change = office.do(propose_appointment, FIRST, THIRD.key_id, THIRD.public_key, NOW)
    assert office.refused(approve, FIRST, change.change_id, LATER) == "second-person-required"
    assert office.refused(propose_entry, THIRD, ENTRY, NOW) == "administrator-not-in-force"
    office.do(approve, SECOND, change.change_id, NOW)
    office.do(approve, THIRD, office.propose().change_id, LATER)
    for key_id, key in ((THIRD.key_id, "ab" * 32), ("registry-4", THIRD.public_key)):
        assert office.refused(propose_appointment, FIRST, key_id, key, LATER) == "administrator-exists"


def test_two_administrators_must_remain(office: Office) -> None:
    change = office.do(propose_revocation, FIRST, SECOND.key_id, NOW, NOW)
    assert office.refused(approve, SECOND, change.change_id, NOW) == "too-few-administrators"


@pytest.mark.parametrize(("days", "stands"), [(0, True), (-2, False)], ids=["from-now", "from-before-it-was-signed"])
def test_what_a_revoked_administrator_signed_stands_unless_revoked_since_before(
    office: Office, days: int, stands: bool
) -> None:
    office.do(
        approve, SECOND, office.do(propose_appointment, FIRST, THIRD.key_id, THIRD.public_key, NOW).change_id, NOW
    )
    since, later = NOW + timedelta(days=2 + days), NOW + timedelta(days=2)
    office.do(enter, (FIRST, THIRD), ENTRY, NOW + timedelta(days=1))
    change = office.do(propose_revocation, FIRST, THIRD.key_id, since, later)
    office.do(approve, SECOND, change.change_id, later)
    with reading(office.engine) as connection:
        found = directory.read(connection, office.deployment)
        assert [a.reason for a in found.altered] == ([] if stands else ["signer-not-in-force"])
    assert office.refused(propose_entry, THIRD, MOVED, later + timedelta(days=1)) == "administrator-not-in-force"


def test_a_proposal_of_one_who_was_revoked_since_is_not_approved(office: Office) -> None:
    office.do(
        approve, SECOND, office.do(propose_appointment, FIRST, THIRD.key_id, THIRD.public_key, NOW).change_id, NOW
    )
    proposed = office.propose(signer=THIRD)
    office.do(approve, SECOND, office.do(propose_revocation, FIRST, THIRD.key_id, LATER, NOW).change_id, NOW)
    assert office.refused(approve, SECOND, proposed.change_id, LATER) == "proposer-not-in-force"


def test_the_first_two_are_added_alone_and_no_third(office: Office) -> None:
    with unit_of_work(office.engine) as connection:
        identities = office.deployment.identities
        with pytest.raises(administrators.Unappointable, match="second-person-required"):
            administrators.add_first(connection, identities, THIRD.key_id, THIRD.public_key, NOW)


def test_the_audit_log_holds_coded_facts_alone(office: Office) -> None:
    office.do(enter, (FIRST, SECOND), ENTRY, NOW)
    office.do(enter, (FIRST, SECOND), MOVED, LATER)
    with reading(office.engine) as connection:
        rows = connection.execute(select(tables.audit).where(tables.audit.c.action == "directory-changed")).all()
    assert [(row.detail["version"], row.detail["fields"]) for row in rows] == [(1, ["added"]), (2, ["address"])]
    assert ".example" not in repr(rows)


def test_content_altered_while_it_waits_is_found_and_cannot_be_approved(office: Office) -> None:
    change, sealed = office.propose(), tables.sealed_contents
    with unit_of_work(office.engine) as connection:
        own = sealed.c.subject == change.change_id
        connection.execute(sealed.update().where(own).values(ciphertext=b"0" * 40))
    assert office.refused(approve, SECOND, change.change_id, LATER) == "change-altered"
    with reading(office.engine) as connection:
        assert [fault.code for fault in checks.verify(connection, office.deployment)] == ["change-altered"]
