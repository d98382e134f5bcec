"""A stream goes through the whole resolver, line by line; what is said of a report is what the database holds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from builders import a_report, a_victim, a_violation
from tocsin.cli.evaluate import evaluate
from tocsin.store.database import open_database, reading
from tocsin.store.tables import cases, reports

WORDS = {"duplicate", "same_person_new_case", "possible_duplicate", "unrelated"}
COMMAND = (sys.executable, "-c", "from tocsin.cli import main; main()", "evaluate", "stream")


def line(identity: str, name: str = "Anouk Belvedi", **over: Any) -> str:
    fields = {"publisher": f"NGO-{identity}", "publisher_reference": identity, "alleged_victims": [a_victim(name)]}
    report = a_report(**(fields | over))
    return json.dumps({"id": identity, "report": json.loads(report.model_dump_json(exclude_none=True))}) + "\n"


def run(content: str, *options: str) -> Result:
    return CliRunner().invoke(evaluate, ["stream", *options], input=content)


def last(result: Result) -> dict[str, dict[str, Any]]:
    """The last line for each id is the one that holds."""
    return {found["id"]: found for found in map(json.loads, result.stdout.splitlines())}


def test_a_second_report_joins_the_case_and_a_stranger_does_not() -> None:
    result = run(line("1") + line("2") + line("3", "Tamsin Okonjo", violation=a_violation("2019-01-02", "KAZ")))
    assert (result.exit_code, result.stderr) == (0, "")
    found = last(result)
    assert [found[n]["decision"] for n in "123"] == ["unrelated", "duplicate", "unrelated"]
    assert found["1"]["case_id"] == found["2"]["case_id"] != found["3"]["case_id"]
    assert (found["1"]["candidates"], found["2"]["candidates"]) == (0, 1)
    assert all(set(f) == {"id", "case_id", "decision", "candidates", "ms", "linked"} for f in found.values())


def test_another_event_of_the_person_is_a_case_of_its_own_linked_to_the_first() -> None:
    found = last(run(line("1") + line("2", violation=a_violation("2024-02-01"))))
    assert found["2"]["decision"] in WORDS - {"duplicate", "unrelated"}
    assert found["2"]["case_id"] != found["1"]["case_id"]
    assert found["2"]["linked"] == [found["1"]["case_id"]]


def test_a_malformed_line_costs_only_itself() -> None:
    result = run(line("1") + '{"id": "x", "report": {"names": []}}\n' + line("2"))
    assert result.exit_code == 1
    assert result.stderr == "line 2: too-short at /report/names: the list is too short\n"
    assert [found["decision"] for found in last(result).values()] == ["unrelated", "duplicate"]


def test_a_report_under_another_content_and_the_same_revision_is_refused() -> None:
    result = run(line("1") + line("1", "Tamsin Okonjo") + line("1"))
    assert result.exit_code == 1
    assert "line 2: revision-conflict at /revision" in result.stderr
    assert len(last(result)) == 1


def test_the_compact_shape_is_resolved_as_well() -> None:
    compact = {"names": ["Anouk Belvedi"], "country": "TN", "date": "2024-03-09", "violation": "torture"}
    lines = [{"id": n, "report": compact} for n in (1, 2)] + [{"id": 3, "report": {"names": ["Anouk Belvedi"]}}]
    found = last(run("".join(json.dumps(entry) + "\n" for entry in lines)))
    assert [found[n]["decision"] for n in (1, 2)] == ["unrelated", "duplicate"]
    assert found[3]["decision"] in WORDS


def test_a_given_database_is_filled_and_goes_on_where_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'evaluated.db'}"
    first = last(run(line("1"), "--database", url))
    second = last(run(line("2"), "--database", url))
    assert second["2"]["case_id"] == first["1"]["case_id"]
    engine = open_database(url)
    with reading(engine) as connection:
        counted = [
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (reports, cases)
        ]
    engine.dispose()
    assert counted == [2, 1]


def test_a_database_that_is_not_there_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    result = run(line("1"), "--database", f"sqlite:///{tmp_path / 'no' / 'folder.db'}")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The database cannot be used")


def test_the_answer_to_a_line_comes_before_the_next_line_is_sent() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in "12":
            process.stdin.write(line(number))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
    assert process.returncode == 0
