"""The directory is kept by two people on the command line; what goes in comes out again, and nothing wrong is echoed."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from databases import a_database, a_deployment
from tocsin.cli.directory.commands import directory
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import entries as rows

ENTRY = "- {key: focal-%s, addresses: {email: %s}, mandates: [UN-WGAD], role: focal_point, languages: [fr]}\n"
CHIEF = """
- key: chief
  addresses: {email: chief@un.example}
  mandates: [UN-WGAD, UN-TORTURE]
  role: mandate_holder
  title: '~'
  languages: [no, en]
  timezone: Africa/Tunis
  deputy: focal-a
  digest_at: 18:30
  duty_hours: {days: [monday, friday], start: 22:00, end: 06:00}
  absences: [{first_day: 2026-12-20, last_day: 2027-01-03, delegate: focal-a}]
  valid_from: 2026-01-01
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An empty database, two administrators with their key files in the working folder."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    engine = a_database(tmp_path)
    a_deployment(tmp_path)
    for key_id in ("one", "two", "three"):
        assert run("administrators", "keygen", f"{key_id}.pem", "--no-passphrase").exit_code == 0
    for key_id in ("one", "two"):
        done = run("administrators", "add", key_id, "--public-key", f"{key_id}.pem.pub")
        assert done.exit_code == 0, done.output
    return engine


def run(*arguments: str, **over: Any) -> Result:
    return CliRunner().invoke(directory, arguments, **over)


def by(key_id: str) -> tuple[str, ...]:
    return ("--as", key_id, "--key", f"{key_id}.pem")


BOTH = (*by("one"), "--approved-by", "two", "--approver-key", "two.pem")


def change_of(result: Result) -> str:
    """The id of the one change in a table."""
    assert result.exit_code == 0, result.output
    [row] = [line for line in result.output.splitlines() if line.startswith("│")]
    return row.split("│")[1].strip()


def test_the_directory_is_loaded_and_listed_without_addresses(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text("recipients:\n" + ENTRY % ("a", "wgad@un.example") + ENTRY % ("b", "desk@un.example"))
    assert run("load", str(file), *BOTH).output == "2 recipients read, 2 of them new or changed.\n"
    assert run("load", str(file), *BOTH).output == "2 recipients read, 0 of them new or changed.\n"
    listed = run("list").output
    assert "focal point" in listed
    assert ".example" not in listed
    deployment = a_deployment(tmp_path)
    with reading(engine) as connection:
        ids = list(connection.execute(select(tables.recipients.c.recipient_id)).scalars())
        found = {rows.address_of(connection, deployment, recipient_id) for recipient_id in ids}
    assert found == {"wgad@un.example", "desk@un.example"}


def test_one_person_alone_loads_nothing(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example"))
    assert run("load", str(file), *by("one")).exit_code == 2
    done = run("load", str(file), *by("one"), "--approved-by", "one", "--approver-key", "one.pem")
    assert (done.exit_code, done.output.split(":")[1].strip()) == (1, "second-person-required")
    with reading(engine) as connection:
        assert connection.execute(select(tables.recipients)).all() == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            ENTRY % ("a", "a@un.example") + "- {address: secret@un.example, mandates: []}\n",
            "recipient 2: mandates: too-short",
        ),
        (
            ENTRY % ("a", "a@un.example") + "- {address: b@un.example, salary: 5}\n",
            "recipient 2: salary: extra-forbidden",
        ),
        ("- secret\n", "recipient 1: entry: model-type"),
        ("{}", "no list of recipients"),
        ("a: [", "not YAML"),
        (ENTRY % ("a", "secret"), "recipient 1: addresses/email: address-malformed"),
        (ENTRY % ("a", "'secret@un.example, b@un.example'"), "recipient 1: addresses/email: address-malformed"),
        (ENTRY % ("a", "a@un.example") * 2, "recipient 2: key: key-repeated"),
        ("- {key: a, mandates: [UN-WGAD], role: staff, languages: [en]}\n", "recipient 1: addresses: missing"),
        ((ENTRY % ("a", "a@un.example")).replace("UN-WGAD", "UN-SECRET"), "recipient 1: mandates/0: mandate-unknown"),
        (CHIEF, "recipient 1: deputy: deputy-unknown"),
        (CHIEF, "recipient 1: absences/0: delegate-unknown"),
        (CHIEF.replace("focal-a", "chief"), "recipient 1: deputy: deputy-self"),
        (CHIEF.replace("focal-a", "chief"), "recipient 1: absences/0: delegation-cycle"),
        (CHIEF.replace("2027-01-03", "2026-12-03"), "recipient 1: absences/0: dates-reversed"),
        (CHIEF + "  valid_to: 2026-01-01\n", "recipient 1: valid_to: dates-reversed"),
        (CHIEF.replace("Africa/Tunis", "Secret"), "recipient 1: timezone: timezone-unknown"),
    ],
)
def test_a_wrong_directory_changes_nothing_and_is_not_echoed(
    engine: Engine, tmp_path: Path, content: str, expected: str
) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(content)
    for command in (("load", str(file), *BOTH), ("propose", str(file), *by("one"))):
        result = run(*command)
        assert result.exit_code == 1
        assert expected in result.output
        assert "secret" not in result.output.lower()
    with reading(engine) as connection:
        assert connection.execute(select(tables.recipients)).all() == []
        assert connection.execute(select(tables.directory_changes)).all() == []


def test_one_proposes_and_another_approves(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example"))
    change = change_of(run("propose", str(file), *by("one")))
    waiting = run("pending").output
    assert "focal-a" in waiting
    assert ".example" not in waiting
    assert "wgad@un.example" in run("pending", "--with-addresses").output
    alone = run("approve", change, *by("one"))
    assert (alone.exit_code, alone.output.split(":")[1].strip()) == (1, "second-person-required")
    assert "key-not-registered" in run("approve", change, "--as", "two", "--key", "three.pem").output
    assert run("approve", change, *by("two")).output == f"Approved: {change}, entry focal-a\n"
    assert "focal-a" in run("list").output
    assert "Nothing differs" in run("propose", str(file), *by("one")).output
    assert "Nothing waits" in run("pending").output
    assert run("verify").output == "1 entries are as two administrators have approved them, 0 faults.\n"


def test_what_is_exported_is_what_was_loaded(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example") + CHIEF)
    assert run("load", str(file), *BOTH).exit_code == 0
    for options in ((), ("--with-addresses",)):
        exported = run("export", *options).output
        assert (".example" in exported) == bool(options)
        file.write_text(exported)
        assert "Nothing differs" in run("propose", str(file), *by("one")).output
    assert "18:30" in exported
    assert "'no'" in exported, "Norwegian is not false"
    with reading(engine) as connection:
        actions = [row.action for row in connection.execute(select(tables.audit))]
    assert actions.count("addresses-shown") == 1


def test_an_entry_is_shown_with_the_chain_of_each_mandate(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example") + CHIEF)
    run("load", str(file), *BOTH)
    shown = run("show", "chief").output
    assert "UN-WGAD\n  staff: focal-a\n  mandate holder: chief\n" in shown
    assert "UN-TORTURE\n  mandate holder: chief\n  deputy: focal-a\n" in shown
    assert ".example" not in shown
    assert run("show", "nobody").exit_code == 1


def test_what_is_doubtful_is_told_and_proposed(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example") + ENTRY % ("b", "wgad@un.example"))
    done = run("load", str(file), *BOTH)
    assert done.exit_code == 0
    assert "warning: recipient 2: addresses/email: address-shared" in done.stderr
    file.write_text((ENTRY % ("a", "wgad@un.example") + ENTRY % ("b", "b@un.example")).replace("WGAD", "TORTURE"))
    assert "warning: UN-WGAD: mandate-without-holder" in run("propose", str(file), *by("one")).stderr
    assert run("remove", "focal-b", *by("one")).output.startswith("Error: change-pending")


def test_a_removal_warns_of_a_mandate_that_nobody_would_hold(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example"))
    run("load", str(file), *BOTH)
    done = run("remove", "focal-a", *by("two"))
    assert "warning: UN-WGAD: mandate-without-holder" in done.stderr
    assert run("approve", run("pending").output.split("│")[1].strip(), *by("one")).exit_code == 0
    assert "focal-a" not in run("list").output


def test_an_altered_row_is_named_and_verify_exits_1(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example"))
    run("load", str(file), *BOTH)
    with unit_of_work(engine) as connection:
        connection.execute(tables.recipients.update().values(approver="three"))
    assert "seal-broken" in run("list").output
    result = run("verify")
    assert result.exit_code == 1
    assert "seal-broken" in result.output
    assert run("load", str(file), *BOTH).exit_code == 0, "it is proposed and approved again"
    assert run("verify").exit_code == 0


def test_a_third_administrator_takes_two_and_can_be_revoked(engine: Engine) -> None:
    alone = run("administrators", "add", "three", "--public-key", "three.pem.pub")
    assert alone.output.startswith("Error: second-person-required")
    change = change_of(run("administrators", "add", "three", "--public-key", "three.pem.pub", *by("one")))
    assert run("approve", change, *by("two")).exit_code == 0
    assert "three" in run("administrators", "list").output
    change = change_of(run("administrators", "revoke", "three", *by("one"), "--since", "2026-01-01"))
    assert run("approve", change, *by("two")).output == f"Approved: {change}, revocation three\n"
    assert "2026-01-01" in run("administrators", "list").output
    assert run("verify").exit_code == 0


def test_a_private_key_is_kept_from_others_and_asks_for_its_passphrase(engine: Engine, tmp_path: Path) -> None:
    made = run("administrators", "keygen", "four.pem", input="open sesame\nopen sesame\n")
    assert made.exit_code == 0
    assert (tmp_path / "four.pem").stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in (tmp_path / "four.pem").read_bytes()
    assert run("administrators", "keygen", "four.pem", "--no-passphrase").exit_code == 1, "no key is replaced"
    change = change_of(run("administrators", "add", "four", "--public-key", "four.pem.pub", *by("one")))
    run("approve", change, *by("two"))
    wrong = run("remove", "nobody", *by("four"), input="no\n")
    assert "key-unusable" in wrong.output
    right = run("remove", "nobody", *by("four"), input="open sesame\n")
    assert "recipient-unknown" in right.output
    (tmp_path / "one.pem").chmod(0o644)
    assert "chmod 600" in run("remove", "nobody", *by("one")).output
    assert "key-unusable" in run("administrators", "add", "x", "--public-key", "two.pem").output


def test_a_change_is_rejected_or_withdrawn(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "recipients.yaml"
    file.write_text(ENTRY % ("a", "wgad@un.example"))
    change = change_of(run("propose", str(file), *by("one")))
    assert run("withdraw", change, *by("two")).output.startswith("Error: not-the-proposer")
    assert run("withdraw", change, *by("one")).output == f"Withdrawn: {change}, entry focal-a\n"
    change = change_of(run("propose", str(file), *by("one")))
    assert run("reject", change, *by("two")).output == f"Rejected: {change}, entry focal-a\n"
    assert run("approve", change, *by("two")).output.startswith("Error: change-not-pending")
