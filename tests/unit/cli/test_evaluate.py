"""``tocsin evaluate`` in a pipe: what goes in comes out scored; what is malformed is told by number, not by content."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from builders import a_report
from tocsin.cli.evaluate import evaluate
from tocsin.cli.metering import metered

COMMAND = (sys.executable, "-c", "from tocsin.cli import main; main()", "evaluate")
HEADER = "id,name_a,name_b\n"


def run(command: str, content: str | bytes) -> Result:
    return CliRunner().invoke(evaluate, [command], input=content)


def rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout)))


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_pair_of_names_gets_a_score_and_a_word() -> None:
    result = run("names", HEADER + "1,Anouk Belvedi,Anouk Belvedi\n2,Anouk Belvedi,Tamsin Okonjo\n")
    assert result.exit_code == 0
    same, different = rows(result)
    assert (same["id"], same["decision"]) == ("1", "same")
    assert (different["id"], different["decision"]) == ("2", "different")
    assert 0 <= float(different["score"]) < float(same["score"]) <= 1


def test_the_years_of_birth_may_be_given_and_columns_may_stand_anywhere() -> None:
    header = "birth_year_b,name_b,note,name_a,id,birth_year_a\n"
    result = run("names", header + "1980,Anouk Belvedi,x,Anouk Belvedi,1,1980\n,Anouk Belvedi,,Anouk Belvedi,2,1980\n")
    assert result.exit_code == 0
    assert [(row["id"], row["decision"]) for row in rows(result)] == [("1", "same"), ("2", "same")]


def test_an_id_with_a_comma_and_quotes_comes_back_as_it_was() -> None:
    result = run("names", HEADER + '"a,""b""",Anouk Belvedi,Anouk Belvedi\n')
    assert rows(result)[0]["id"] == 'a,"b"'


BAD_ROWS = [
    ("1,Anouk\n", "line 2: csv-columns"),
    ("1,Anouk Belvedi, \n", "line 2: text-blank at /name_b"),
    (f"1,Anouk,{'x' * 100_001}\n", "line 2: string-too-long at /name_b"),
    ('1,"Anouk,Belvedi\n', "line 2: csv-malformed"),
    ("1,Anouk \udcff,Belvedi\n", "line 2: body-not-utf8"),
]


@pytest.mark.parametrize(("row", "told"), BAD_ROWS, ids=[told for _, told in BAD_ROWS])
def test_a_malformed_row_is_told_by_number_and_the_rest_is_scored(row: str, told: str) -> None:
    content = (HEADER + row + "2,Anouk Belvedi,Anouk Belvedi\n").encode("utf-8", "surrogateescape")
    result = run("names", content)
    assert result.exit_code == 1
    assert [found["id"] for found in rows(result)] == ["2"]
    assert result.stderr.startswith(told)
    assert "Anouk" not in result.stderr


@pytest.mark.parametrize("year", ["80", "x", "-1980", "19.5", "２０００年"])
def test_a_year_that_is_none_is_refused(year: str) -> None:
    header = "id,name_a,name_b,birth_year_a,birth_year_b\n"
    result = run("names", header + f"1,Anouk Belvedi,Anouk Belvedi,{year},1980\n")
    assert (result.exit_code, rows(result)) == (1, [])
    assert "value-invalid at /birth_year_a" in result.stderr


def test_without_the_columns_nothing_is_scored() -> None:
    result = run("names", "id,name\n1,Anouk\n")
    assert (result.exit_code, result.stdout) == (1, "id,score,decision\n")
    assert "line 1: missing at /name_a" in result.stderr


@pytest.mark.parametrize(("command", "output"), [("names", "id,score,decision\n"), ("cases", ""), ("stream", "")])
def test_of_nothing_comes_nothing(command: str, output: str) -> None:
    result = run(command, b"\xef\xbb\xbf\n\n")
    assert (result.exit_code, result.stdout, result.stderr) == (0, output, "")


def compact(name: str = "Anouk Belvedi", **over: Any) -> dict[str, Any]:
    return {"names": [name], "country": "TN", "date": "2024-03-09", "violation": "torture", **over}


def test_pairs_of_reports_are_compared_in_either_shape() -> None:
    whole = json.loads(a_report().model_dump_json(exclude_none=True))
    lines = [{"id": 1, "a": compact(), "b": compact("Tamsin Okonjo", date="2019")}, {"id": "x", "a": whole, "b": whole}]
    result = run("cases", "".join(json.dumps(line) + "\r\n" for line in lines))
    assert result.exit_code == 0
    apart, same = objects(result)
    assert (apart["id"], apart["decision"]) == (1, "unrelated")
    assert (same["id"], same["decision"]) == ("x", "duplicate")
    assert all(0 <= found[score] <= 1 for found in (apart, same) for score in ("person", "event"))
    assert set(same) == {"id", "person", "event", "decision"}


BAD_LINES = [
    ("{", "json-malformed"),
    ("[]", "object-type"),
    ('{"a": {}, "b": {}}', "missing at /id"),
    ('{"id": null, "a": {}, "b": {}}', "string-type at /id"),
    ('{"id": "1", "a": {}}', "missing at /a/publisher"),
    (json.dumps({"id": "1", "a": compact(), "b": compact(date="yesterday")}), "at /b/date"),
    ('{"id": "1", "a": ' + "[" * 40 + "]" * 40 + "}", "json-too-deep"),
    ('{"id": "' + "x" * 300_000 + '"}', "body-too-large"),
]


@pytest.mark.parametrize(("line", "told"), BAD_LINES, ids=[told for _, told in BAD_LINES])
def test_a_malformed_pair_is_told_by_number_and_the_rest_is_compared(line: str, told: str) -> None:
    good = json.dumps({"id": "2", "a": compact(), "b": compact()})
    result = run("cases", f"{good}\n{line}\n{good}\n")
    assert result.exit_code == 1
    assert [found["id"] for found in objects(result)] == ["2", "2"]
    assert result.stderr.startswith("line 2: ")
    assert told in result.stderr
    assert "Anouk" not in result.stderr
    assert "yesterday" not in result.stderr


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    rows = tmp_path / "pairs.csv"
    rows.write_text(HEADER + "1,Anouk Belvedi,Anouk Belvedi\n" * 20_000)
    with (
        rows.open() as source,
        subprocess.Popen([*COMMAND, "names"], stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"id,score,decision\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (0, 1)


def test_the_locale_does_not_matter() -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    content = f"{HEADER}ä,أنوك بلفدي,أنوك بلفدي\n".encode()
    done = subprocess.run([*COMMAND, "names"], input=content, env=environment, capture_output=True, check=True)
    assert done.stdout.splitlines()[1].startswith("ä,".encode())


def test_nothing_but_results_is_written_to_a_pipe() -> None:
    result = run("names", HEADER + "1,Anouk Belvedi,Anouk Belvedi\n" * 200)
    assert (result.stderr, len(result.stdout.splitlines())) == ("", 201)


def test_a_terminal_gets_a_bar_that_knows_the_end_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "pairs"
    file.write_bytes(b"x" * 1000)
    shown = io.StringIO()
    with file.open("rb") as source:
        source.read()
        console = Console(file=shown, force_terminal=True, width=100)
        with metered(console, source) as advance:
            for _ in range(128):
                advance()
            time.sleep(0.2)
    assert "128 lines" in shown.getvalue()


def test_the_reading_of_rows_leaves_most_of_the_time_to_the_matcher() -> None:
    """30,000 names a second are asked for: reading, deciding and writing may take a third of that."""
    content = (HEADER + "".join(f"{n},Anouk Belvedi {n},Anouk Belvedi {n}\n" for n in range(20_000))).encode()
    from tocsin.devtools.evaluation import tabular

    started = time.perf_counter()
    assert sum(1 for _ in tabular.rows_of(io.BytesIO(content), lambda *_: None)) == 20_001
    assert time.perf_counter() - started < 0.5
