"""``tocsin operators``: nobody is let into the console by one person alone; anybody can be put out by one."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from databases import a_database, a_deployment
from directories import FIRST, SECOND, THIRD, appoint_two
from tocsin.cli import main
from tocsin.runtime import clock
from tocsin.store.access import operators, passkeys
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory.keys import Signer
from tocsin.store.tables.access import operator_changes


class Desk:
    """The commands of one deployment, each signed by somebody."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.engine, self.deployment = home, a_database(home), a_deployment(home)
        monkeypatch.setenv("TOCSIN_HOME", str(home))
        with unit_of_work(self.engine) as connection:
            appoint_two(connection, self.deployment)

    def run(self, signer: Signer, *words: str) -> str:
        file = self.home / f"{signer.key_id}.pem"
        file.touch(0o600)
        file.write_bytes(signer.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        done = CliRunner().invoke(main, ["operators", *words, "--as", signer.key_id, "--key", str(file)])
        assert (done.exit_code == 0) == ("Error" not in done.output), done.output
        return done.output

    def proposed(self, *words: str) -> str:
        return self.run(FIRST, *words).split()[-1]

    def account(self, operator_id: str) -> operators.Account | None:
        with reading(self.engine) as connection:
            return operators.in_force(connection, self.deployment.identities, operator_id)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_one_proposes_another_approves_and_the_invitation_opens(desk: Desk) -> None:
    change = desk.proposed("add", "desk-1", "--role", "reviewer")
    assert desk.account("desk-1") is None
    assert "second-person-required" in desk.run(FIRST, "approve", change)
    assert "not-an-administrator" in desk.run(THIRD, "approve", change)
    code = desk.run(SECOND, "approve", change).split()[-1]
    with reading(desk.engine) as connection:
        assert passkeys.invited(connection, desk.deployment.identities, code, clock.now()) == "desk-1"
    assert "change-unknown" in desk.run(SECOND, "approve", change)
    found = desk.account("desk-1")
    assert found is not None
    assert (found.roles, found.added_by) == (("reviewer",), "registry-1+registry-2")


def test_a_proposal_that_was_altered_is_not_carried_out(desk: Desk) -> None:
    change = desk.proposed("add", "desk-1", "--role", "publisher")
    with unit_of_work(desk.engine) as connection:
        connection.execute(operator_changes.update().values(roles=["directory_admin"]))
    assert "change-altered" in desk.run(SECOND, "approve", change)
    assert desk.account("desk-1") is None


def test_roles_are_replaced_by_two_and_an_account_is_ended_by_one(desk: Desk) -> None:
    desk.run(SECOND, "approve", desk.proposed("add", "desk-1", "--role", "reviewer"))
    desk.run(SECOND, "approve", desk.proposed("roles", "desk-1", "--role", "auditor"))
    found = desk.account("desk-1")
    assert found is not None
    assert found.roles == ("auditor",)
    assert "invitation" in desk.run(SECOND, "approve", desk.proposed("invite", "desk-1"))
    assert "opens nothing more" in desk.run(SECOND, "end", "desk-1")
    assert desk.account("desk-1") is None
    assert "operator-unknown" in desk.run(FIRST, "invite", "desk-1")
    assert "operator-exists" in desk.run(FIRST, "add", "desk-1", "--role", "auditor")


def test_the_list_shows_accounts_and_what_waits(desk: Desk) -> None:
    assert "There is no account" in CliRunner().invoke(main, ["operators", "list"]).output
    desk.run(SECOND, "approve", desk.proposed("add", "desk-1", "--role", "reviewer"))
    change = desk.proposed("roles", "desk-1", "--role", "auditor")
    shown = CliRunner().invoke(main, ["operators", "list"]).output
    assert "desk-1" in shown
    assert f"waits: {change}  roles desk-1 auditor, proposed by registry-1" in shown
    assert '"operator_id": "desk-1"' in CliRunner().invoke(main, ["operators", "list", "--json"]).output
    with unit_of_work(desk.engine) as connection:
        connection.execute(operators.operators.update().values(roles=["auditor"]))
    assert "ALTERED: desk-1" in CliRunner().invoke(main, ["operators", "list"]).output
