"""No cell that we write is a formula for a spreadsheet program (OWASP ASVS 5.0, 1.2.10)."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.importing.escaping import harmless, write_problems
from tocsin.importing.faults import Fault

PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    '=HYPERLINK("x")',
    "\u00a0=1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_dangerous_cell_is_prefixed(payload: str) -> None:
    assert harmless(payload) == f"'{payload}"


@given(st.text(min_size=1, max_size=20))
def test_a_cell_is_harmless_or_as_it_was(cell: str) -> None:
    written = harmless(cell)
    assert written.lstrip()[:1] not in ("=", "+", "-", "@")
    assert written in (cell, f"'{cell}")


def test_headers_of_theirs_are_written_harmless_with_every_problem(tmp_path: Path) -> None:
    faults = [Fault(2, '=HYPERLINK("http://x")', "date-unreadable"), Fault(3, "Date\n2", "missing", "/violation/date")]
    write_problems(tmp_path / "p.csv", faults, "fr")
    rows = list(csv.reader(io.StringIO((tmp_path / "p.csv").read_text(encoding="utf-8-sig"), newline="")))
    assert rows[1][:3] == ["2", '\'=HYPERLINK("http://x")', "date-unreadable"]
    assert rows[2][:3] == ["3", "Date\n2", "missing"]
    assert all(rows[1])
