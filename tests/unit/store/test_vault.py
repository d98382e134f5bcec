"""The vault keeps contents unreadable without the deployment's key, and forgets them for good."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import event, update

from databases import NOW, a_database, a_deployment
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import UnsafeKeyFile, load_deployment
from tocsin.store.tables import sealed_contents
from tocsin.store.vault import Erased

CANARY = "Ayélé Canari-Témoin".encode()


def test_what_is_sealed_opens_again_and_stands_nowhere_in_the_file(tmp_path: Path) -> None:
    engine, vault = a_database(tmp_path), a_deployment(tmp_path).vault
    with unit_of_work(engine) as connection:
        vault.seal(connection, "report-1", "revision-1", CANARY, NOW)
    with unit_of_work(engine) as connection:
        assert vault.open(connection, "report-1", "revision-1") == CANARY
    assert not any(CANARY in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())


def test_erasing_one_report_leaves_the_others_readable(tmp_path: Path) -> None:
    engine, vault = a_database(tmp_path), a_deployment(tmp_path).vault
    with unit_of_work(engine) as connection:
        vault.seal(connection, "report-1", "revision-1", CANARY, NOW)
        vault.seal(connection, "report-2", "revision-1", b"other", NOW)
        assert vault.erase(connection, "report-1")
    with unit_of_work(engine) as connection:
        with pytest.raises(Erased):
            vault.open(connection, "report-1", "revision-1")
        assert vault.open(connection, "report-2", "revision-1") == b"other"


def test_many_contents_open_in_one_statement_and_what_is_erased_is_absent(tmp_path: Path) -> None:
    engine, vault = a_database(tmp_path), a_deployment(tmp_path).vault
    with unit_of_work(engine) as connection:
        for number in range(3):
            parts = {"profile": f"profile {number}".encode(), "revision-1": CANARY}
            vault.seal_parts(connection, f"report-{number}", parts, NOW)
        vault.seal(connection, "report-3", "revision-1", CANARY, NOW)
        vault.erase(connection, "report-1")
    asked: list[str] = []
    with unit_of_work(engine) as connection:
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        found = vault.open_many(connection, [f"report-{number}" for number in range(5)], "profile")
    assert found == {"report-0": b"profile 0", "report-2": b"profile 2"}
    assert len([statement for statement in asked if "SELECT" in statement]) == 1
    with unit_of_work(engine) as connection:
        assert vault.open_many(connection, [], "profile") == {}


def test_sealing_a_part_again_replaces_it(tmp_path: Path) -> None:
    engine, vault = a_database(tmp_path), a_deployment(tmp_path).vault
    with unit_of_work(engine) as connection:
        vault.seal_parts(connection, "report-1", {"profile": b"old", "revision-1": CANARY}, NOW)
        vault.seal_parts(connection, "report-1", {"profile": b"new", "revision-2": CANARY}, NOW)
        assert vault.open(connection, "report-1", "profile") == b"new"
        assert vault.open(connection, "report-1", "revision-1") == CANARY


def test_a_ciphertext_moved_to_another_part_does_not_open(tmp_path: Path) -> None:
    engine, vault = a_database(tmp_path), a_deployment(tmp_path).vault
    with unit_of_work(engine) as connection:
        vault.seal(connection, "report-1", "revision-1", CANARY, NOW)
        connection.execute(update(sealed_contents).values(part="revision-2"))
        with pytest.raises(InvalidTag):
            vault.open(connection, "report-1", "revision-2")


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = a_deployment(tmp_path), a_deployment(tmp_path)
    assert (first.vault, first.identities) == (second.vault, second.identities)
    assert first.keys.own.public_key == second.keys.own.public_key
    assert (tmp_path / "deployment.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("content", "mode"), [("00" * 32, 0o644), ("00" * 31, 0o600), ("not hexadecimal", 0o600)])
def test_an_unsafe_key_file_is_refused(tmp_path: Path, content: str, mode: int) -> None:
    key = tmp_path / "deployment.key"
    key.write_text(content)
    key.chmod(mode)
    with pytest.raises(UnsafeKeyFile):
        load_deployment(key)


def test_keys_never_show_in_a_representation(tmp_path: Path) -> None:
    deployment = a_deployment(tmp_path)
    assert deployment.vault.wrapping_key.hex() not in repr(deployment)
    assert repr(deployment.identities.secret) not in repr(deployment.identities)
