"""``tocsin import``: what it shows, how it ends, and that it needs none of the services."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from intake_server import Intake, taking
from spreadsheets import CONSTANTS, FIELDS, a_csv, a_row
from tocsin.cli import main
from uwazi_server import Collection, serving

NARROW = {"COLUMNS": "80", "TERM": "dumb"}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{name}" = {_toml(each)}' for name, each in value.items()) + " }"
    return "true" if value is True else f'"{value}"'


def a_mapping_file(path: Path, fields: Sequence[dict[str, Any]] = FIELDS, file: str = "", **more: str) -> Path:
    lines = [
        "[file]",
        file,
        "[constants]",
        *(f'"{name}" = {_toml(value)}' for name, value in (CONSTANTS | more).items()),
    ]
    for field in fields:
        lines += ["[[field]]", *(f"{name} = {_toml(value)}" for name, value in field.items())]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, arguments)], env=NARROW)


@pytest.fixture
def sent(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A file of two good rows and a bad one, its mapping, and the intake's key."""
    file = a_csv(tmp_path / "cases.csv", [a_row(1), a_row(2, Date="03/04/2026"), a_row(3)])
    key = tmp_path / "key"
    key.write_text("tcn_abc_secret\n")
    key.chmod(0o600)
    return file, a_mapping_file(tmp_path / "map.toml"), key


def test_a_dry_run_shows_what_would_be_sent_and_every_problem_and_sends_nothing(sent: tuple[Path, Path, Path]) -> None:
    file, mapping, _ = sent
    done = _run(file, "--mapping", mapping, "--dry-run")
    assert done.exit_code == 1
    for told in ("2026-001", "2026-003", "TGO", "arrest", "date-order-untold", "2 new and 0 corrections would be sent"):
        assert told in done.output
    assert "Marvelle" not in done.output
    assert not list(file.parent.glob("*.tocsin-import*"))
    assert "Marvelle" in _run(file, "--mapping", mapping, "--dry-run", "--show-names").output


SCREENS = [["--dry-run"], ["--dry-run", "--show-names"], ["--dry-run", "--language", "fr"], ["--suggest"]]


@pytest.mark.parametrize("options", SCREENS, ids=["-".join(s) for s in SCREENS])
def test_no_screen_is_wider_than_80_columns(sent: tuple[Path, Path, Path], options: list[str]) -> None:
    file, mapping, _ = sent
    a_csv(file, [a_row(1), a_row(2, Ref="R" * 90), a_row(3, Date="?" * 90)])
    shown = _run(file, *([] if "--suggest" in options else ["--mapping", mapping]), *options)
    lines = shown.output.splitlines()
    assert max(map(len, lines)) <= 80


def test_helps_and_targets_fit_80_columns() -> None:
    for arguments in (["--help"], ["file", "--help"], ["uwazi", "--help"], ["targets"]):
        done = _run(*arguments)
        assert done.exit_code == 0
        assert max(map(len, done.output.splitlines())) <= 80
    assert "victim.topics" in _run("targets").output


def test_good_rows_are_sent_once_and_the_bad_one_when_it_is_mended(sent: tuple[Path, Path, Path]) -> None:
    file, mapping, key = sent
    intake = Intake()
    with taking(intake) as address:
        arguments = (file, "--mapping", mapping, "--intake", address, "--api-key-file", key)
        first = _run(*arguments)
        assert first.exit_code == 1
        assert "2 new and 0 corrections sent" in first.output
        a_csv(file, [a_row(1, Act="threats"), a_row(2)])
        second = _run(*arguments)
        assert second.exit_code == 0
        assert "1 new and 1 corrections sent" in second.output
        assert "not in the source any more (1)" in second.output
        assert "2026-003" in second.output
        assert _run(*arguments).exit_code == 0
    found = sorted((body["publisher_reference"], body["revision"], kind) for body, kind in intake.taken.values())
    submitted, corrected = "org.tocsin.report.submitted", "org.tocsin.report.corrected"
    assert found == [
        ("2026-001", 1, submitted),
        ("2026-001", 2, corrected),
        ("2026-002", 1, submitted),
        ("2026-003", 1, submitted),
    ]


def test_all_or_nothing_sends_nothing_while_a_row_is_bad(sent: tuple[Path, Path, Path]) -> None:
    file, mapping, key = sent
    intake = Intake()
    with taking(intake) as address:
        done = _run(file, "--mapping", mapping, "--intake", address, "--api-key-file", key, "--all-or-nothing")
    assert done.exit_code == 1
    assert "Nothing was sent" in done.output
    assert intake.taken == {}


ENDS = [
    ("no mapping", ["{file}"], 2, "--suggest drafts"),
    ("no door", ["{file}", "--mapping", "{mapping}"], 2, "Say where to send"),
    ("a refused key", ["{file}", "--mapping", "{mapping}", "--intake", "{intake}", "--api-key-file", "{wrong}"], 2, "Broken off"),
    ("an open key file", ["{file}", "--mapping", "{mapping}", "--intake", "{intake}", "--api-key-file", "{file}"], 1, "chmod 600"),
    ("in clear", ["{file}", "--mapping", "{mapping}", "--intake", "http://intake.example", "--api-key-file", "{key}"], 2, "https"),
    ("no such sheet", ["{file}", "--mapping", "{other}", "--dry-run"], 1, "the file has “Date”"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "arguments", "code", "told"), ENDS, ids=[e[0] for e in ENDS])
def test_each_end_has_its_code_and_its_words(
    sent: tuple[Path, Path, Path], what: str, arguments: list[str], code: int, told: str
) -> None:
    file, mapping, key = sent
    file.chmod(0o644)
    wrong = key.with_name("wrong")
    wrong.write_text("tcn_xyz_other")
    wrong.chmod(0o600)
    other = a_mapping_file(
        key.with_name("other.toml"), [*FIELDS[:3], {"into": "violation.date", "column": "Dates"}, *FIELDS[4:]]
    )
    with taking(Intake()) as address:
        places = {"file": file, "mapping": mapping, "key": key, "wrong": wrong, "intake": address, "other": other}
        done = _run(*(argument.format(**places) for argument in arguments))
    assert done.exit_code == code, done.output
    assert told in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_a_draft_is_written_beside_and_never_over_another(sent: tuple[Path, Path, Path]) -> None:
    file, _, key = sent
    new = key.with_name("new.toml")
    assert "Drafted new.toml" in _run(file, "--suggest", "--mapping", new).output
    assert tomllib.loads(new.read_text())["field"]
    assert "not overwritten" in _run(file, "--suggest", "--mapping", new).output


def test_problems_are_written_for_a_spreadsheet_program(sent: tuple[Path, Path, Path]) -> None:
    file, mapping, key = sent
    out = key.with_name("problems.csv")
    _run(file, "--mapping", mapping, "--dry-run", "--problems", out, "--language", "fr")
    assert '"3","Date","date-order-untold"' in out.read_text(encoding="utf-8-sig")


def test_a_collection_is_read_by_its_api_and_only_changes_the_next_time(
    tmp_path: Path, sent: tuple[Path, Path, Path]
) -> None:
    collection, intake = Collection(30), Intake()
    fields = [
        {"into": "publisher_reference", "column": "sharedId"},
        {"into": "victim.name", "column": "Title"},
        {"into": "violation.types", "column": "Violations", "codes": {"arrest": "arrest", "torture": "torture"}},
        {"into": "violation.date", "column": "Date"},
        {"into": "violation.country", "column": "Country"},
    ]
    mapping = a_mapping_file(tmp_path / "uwazi.toml", fields)
    account = tmp_path / "account.toml"
    account.write_text('username = "reader"\npassword = "correct horse"\n')
    account.chmod(0o600)
    with serving(collection) as source, taking(intake) as address:
        arguments = ("uwazi", source, "--template", "Case", "--mapping", mapping, "--account", account, "--since-state")
        doors = ("--intake", address, "--api-key-file", sent[2])
        dry = _run(*arguments, "--dry-run")
        assert "30 new and 0 corrections would be sent" in dry.output
        assert "Marvelle" not in dry.output
        assert intake.taken == {}
        assert "30 new and 0 corrections sent" in _run(*arguments, *doors).output
        collection.edit(7, title="Tamsin Marvelle, corrected")
        again = _run(*arguments, *doors)
        assert "0 new and 1 corrections sent" in again.output, again.output
        collection.edit(
            8, metadata=collection.entities["shared00008"]["metadata"] | {"country": [{"label": "Atlantis"}]}
        )
        bad = _run(*arguments, *doors)
        assert bad.exit_code == 1
        assert "shared00008" in bad.output
        assert "country-unknown" in _run(*arguments, *doors).output, "what has a problem is looked at again"
    assert len(intake.taken) == 31


def test_importing_needs_none_of_the_services(sent: tuple[Path, Path, Path]) -> None:
    """The extra ``import`` installs none of these; nothing may look for them."""
    file, mapping, _ = sent
    absent = [
        "sqlalchemy",
        "faust",
        "aiokafka",
        "fastapi",
        "jinja2",
        "sendgrid",
        "pydantic_settings",
        "babel",
        "rapidfuzz",
        "anyascii",
        "alembic",
        "yaml",
    ]
    program = f"import sys; sys.modules.update(dict.fromkeys({absent!r})); from tocsin.cli import main; main()"
    command = [sys.executable, "-c", program, "import", str(file), "--mapping", str(mapping), "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | NARROW, check=False)
    assert "2 new and 0 corrections would be sent" in done.stdout, done.stderr
    assert done.returncode == 1


def test_ctrl_c_ends_in_order_and_the_same_command_goes_on(
    sent: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, mapping, key = sent
    a_csv(file, map(a_row, range(5)))
    intake = Intake()
    send = "tocsin.importing.sending.over_http.OverHttp.send"
    with taking(intake) as address:
        arguments = (file, "--mapping", mapping, "--intake", address, "--api-key-file", key)
        with monkeypatch.context() as patched:
            patched.setattr(send, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            stopped = _run(*arguments)
        assert stopped.exit_code == 130
        assert "goes on from there" in stopped.output
        assert "5 new and 0 corrections sent" in _run(*arguments).output
    assert len(intake.taken) == 5
