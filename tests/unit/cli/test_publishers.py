"""``tocsin publishers``: what is registered, shown and refused, without a broker. On one: test_snippets."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, update

from databases import a_database, a_deployment
from tocsin.cli.publishers.commands import publishers
from tocsin.runtime import jwe
from tocsin.runtime.jws import read_signing_key
from tocsin.runtime.key_files import usual_key_id
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory.keys import write_key_pair
from tocsin.store.publishing.api_keys import PREFIX

BY = ("--by", "duty-officer-1")
HERE = ("--no-kafka", *BY)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    engine = a_database(tmp_path)
    a_deployment(tmp_path)
    return engine


def run(*arguments: str) -> Result:
    return CliRunner().invoke(publishers, arguments)


def ok(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def listed() -> dict[str, dict[str, object]]:
    found = json.loads(ok("list", "--json"))["publishers"]
    return {each["publisher_id"]: each for each in found}


def key_ids(name: str) -> list[str]:
    return [key["key_id"] for key in listed()[name]["keys"]]


def states(name: str) -> list[str]:
    return [key["state"] for key in listed()[name]["keys"]]


def test_a_publisher_is_registered_with_a_key_that_is_made_for_it(engine: Engine, tmp_path: Path) -> None:
    output = ok("add", "NGO-OBS", "--make-key", "obs.pem", "--acts-for", "UN-WGAD", "--valid-days", "100", *HERE)
    [key] = listed()["NGO-OBS"]["keys"]
    assert f"signs with the key {key['key_id']} until" in output
    assert (tmp_path / "obs.pem").stat().st_mode & 0o777 == 0o600
    with reading(engine) as connection:
        row = connection.execute(select(tables.publisher_keys)).one()
    assert key["key_id"] == usual_key_id("NGO-OBS", row.public_key)
    assert row.public_key == read_signing_key(key["key_id"], tmp_path / "obs.pem").public_key
    assert listed()["NGO-OBS"]["acts_for"] == ["UN-WGAD"]


def test_or_with_the_public_half_of_one_that_it_made_itself(engine: Engine, tmp_path: Path) -> None:
    write_key_pair(tmp_path / "theirs.pem")
    ok("add", "NGO-OBS", "--key-file", "theirs.pem.pub", "--key-id", "obs-2026", *HERE)
    assert [key["key_id"] for key in listed()["NGO-OBS"]["keys"]] == ["obs-2026"]
    assert "HTTP intake alone" in ok("add", "NGO-2", *HERE)


def test_after_a_rotation_both_keys_sign_and_the_old_one_closes(engine: Engine) -> None:
    ok("add", "NGO-OBS", "--make-key", "one", *HERE)
    output = ok("rotate", "NGO-OBS", "--make-key", "two", *HERE)
    assert f"signs with the key {key_ids('NGO-OBS')[1]}" in output
    assert states("NGO-OBS") == ["closing", "valid"]
    ok("rotate", "NGO-OBS", "--make-key", "three", "--overlap-days", "0", *HERE)
    assert states("NGO-OBS") == ["expired", "expired", "valid"]


def test_a_revoked_key_and_an_ended_publisher_are_shown_as_such(engine: Engine) -> None:
    ok("add", "NGO-OBS", "--make-key", "one", *HERE)
    ok("rotate", "NGO-OBS", "--make-key", "two", *HERE)
    first, second = key_ids("NGO-OBS")
    assert f"still signs with: {second}" in ok("revoke", first, *BY)
    assert states("NGO-OBS") == ["revoked", "valid"]
    secret = ok("api-key", "add", "NGO-OBS", "--scope", "reports", *BY).split()[-1]
    assert secret.startswith(f"{PREFIX}_")
    ok("end", "NGO-OBS", *BY)
    assert listed()["NGO-OBS"]["state"] == "ended"
    assert "revoked" in ok("api-key", "list", "NGO-OBS")
    assert "ended" in ok("list")


def test_an_api_key_is_shown_once_and_its_secret_kept_nowhere(engine: Engine, tmp_path: Path) -> None:
    ok("add", "NGO-OBS", *HERE)
    network = ("--network", "192.0.2.0/24")
    whole = ok("api-key", "add", "NGO-OBS", "--scope", "reports", "--scope", "form", *network, *BY).split()[-1]
    _, key_id, secret = whole.split("_", 2)
    table = ok("api-key", "list", "NGO-OBS")
    assert key_id in table
    assert "192.0.2.0/24" in table
    assert secret not in table + ok("api-key", "list", "NGO-OBS", "--json")
    engine.dispose()
    assert not any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert "opens nothing more" in ok("api-key", "revoke", key_id, *BY)


def test_bodies_can_be_sealed_to_the_key_that_is_printed(engine: Engine, tmp_path: Path) -> None:
    public = json.loads(ok("sealing-key"))
    assert "d" not in public
    assert a_deployment(tmp_path).keys.opening.open(jwe.seal(b"{}", public)) == b"{}"


def test_lists_are_whole_at_80_columns(engine: Engine) -> None:
    ok("add", "UN-SRHRD-SECRETARIAT", "--make-key", "one", *HERE)
    with unit_of_work(engine) as connection:
        row = {"key_id": key_ids("UN-SRHRD-SECRETARIAT")[0], "sequence": 1_795_739_479_162_123, "digest": "0" * 64}
        connection.execute(tables.signature_sequences.insert().values(**row))
    lines = ok("list").splitlines()
    assert max(map(len, lines)) <= 80
    assert "1795739479162123" in "".join(lines)
    for arguments in (["add", "--help"], ["rotate", "--help"], ["api-key", "--help"], ["--help"]):
        assert max(map(len, ok(*arguments).splitlines())) <= 80


def test_an_altered_row_and_one_that_was_put_back_are_shown_and_fail(engine: Engine) -> None:
    ok("add", "NGO-OBS", "--make-key", "one", *HERE)
    with reading(engine) as connection:
        before = dict(connection.execute(select(tables.publisher_keys)).one()._mapping)
    ok("revoke", key_ids("NGO-OBS")[0], *BY)
    with unit_of_work(engine) as connection:
        connection.execute(update(tables.publisher_keys).values(**before))
        connection.execute(update(tables.publishers).values(acts_for=["UN-SRHRD"]))
    result = run("list")
    assert result.exit_code == 1
    assert f"PUT BACK: {before['key_id']}" in result.output
    assert "ALTERED: NGO-OBS" in result.output


REFUSED = {
    "the name is taken": (("add", "NGO-OBS", *HERE), "publisher-exists: "),
    "the name is ours": (("add", "tocsin", *HERE), "name-reserved: "),
    "no name": (("add", "an NGO", *HERE), "name-invalid: "),
    "the file of the key is there": (("add", "N", "--make-key", "taken", *HERE), "a key is never replaced"),
    "the key is none": (("add", "N", "--key-file", "taken", *HERE), "key-unusable: "),
    "two keys": (("add", "N", "--key-file", "taken", "--make-key", "k", *HERE), "not both"),
    "the key is another's": (("add", "N", "--key-file", "one.pub", *HERE), "key-exists: "),
    "the password's file is there": (("add", "N", "--password-file", "taken", *BY), "already"),
    "no new key": (("rotate", "NGO-OBS", *HERE), "--key-file or --make-key"),
    "nobody to rotate": (("rotate", "N", "--make-key", "k", *HERE), "publisher-unknown: "),
    "nobody to end": (("end", "N", *BY), "publisher-unknown: "),
    "no key to revoke": (("revoke", "N.1", *BY), "key-unknown: "),
    "an API key for nobody": (("api-key", "add", "N", "--scope", "form", *BY), "publisher-unknown: "),
    "a network that is none": (
        ("api-key", "add", "NGO-OBS", "--scope", "form", "--network", "here", *BY),
        "network-invalid: ",
    ),
    "nobody said who decides": (("end", "NGO-OBS"), "--by"),
    "the broker is away": (("password", "NGO-OBS", *BY), "broker-unreachable: 127.0.0.1:1 does not answer."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(engine: Engine, tmp_path: Path, case: str) -> None:
    ok("add", "NGO-OBS", "--make-key", "one", *HERE)
    (tmp_path / "taken").write_text("no key")
    before = listed()
    arguments, said = REFUSED[case]
    result = run(*arguments)
    assert result.exit_code != 0
    assert said in result.output
    assert len([line for line in result.output.splitlines() if line.startswith("Error: ")]) == 1
    assert "Traceback" not in result.output
    assert listed() == before


def test_a_publisher_is_registered_even_if_the_broker_is_away_and_let_in_later(engine: Engine) -> None:
    result = run("add", "NGO-OBS", "--make-key", "one", *BY)
    assert result.exit_code == 1
    assert "tocsin publishers password" in result.output
    assert states("NGO-OBS") == ["valid"]
