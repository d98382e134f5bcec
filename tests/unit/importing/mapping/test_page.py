"""The page for people says what is: its example is imported as it stands there."""

import re
from pathlib import Path

from spreadsheets import NOW, rows_of
from tocsin.importing.mapping.building import Builder
from tocsin.importing.mapping.file import load_mapping

PAGE = Path(__file__).parents[4] / "deploy" / "importing.md"


def test_the_example_of_the_page_is_two_reports(tmp_path: Path) -> None:
    blocks = dict(re.findall(r"```(csv|toml)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
    (tmp_path / "cases.csv").write_text(blocks["csv"], encoding="utf-8")
    (tmp_path / "cases.toml").write_text(blocks["toml"], encoding="utf-8")
    mapping = load_mapping(tmp_path / "cases.toml")
    headers, rows = rows_of(tmp_path / "cases.csv", mapping)
    first, second = (Builder(mapping, headers).build(row, NOW) for row in rows)
    assert first.faults == second.faults == ()
    assert first.report is not None
    assert second.report is not None
    assert {(str(d.recipient), d.status.value) for d in first.report.consent} == {
        ("government", "refused"),
        ("all_mechanisms", "granted"),
    }
    assert (second.report.violation.date, second.report.violation.country) == ("2026-11", "BEN")
