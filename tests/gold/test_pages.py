"""Guarantee: the pages that people read say what the table and the knowledge say, and nothing else."""

from pathlib import Path

import pytest

from tocsin.devtools.golden.__main__ import FOLDER, main, pages
from tocsin.devtools.golden.reading import cases
from tocsin.devtools.golden.words import words


def test_the_pages_in_the_repository_are_up_to_date() -> None:
    assert main(["--check"]) == 0, "python -m tocsin.devtools.golden"


def test_a_page_that_was_changed_by_hand_is_noticed_and_written_again(tmp_path: Path) -> None:
    assert main(["--folder", str(tmp_path)]) == 0
    assert main(["--check", "--folder", str(tmp_path)]) == 0
    page = tmp_path / "golden.md"
    page.write_text(page.read_text().replace("An arrest in France", "An arrest in Frence"))
    assert main(["--check", "--folder", str(tmp_path)]) == 1
    assert main(["--folder", str(tmp_path)]) == 0
    assert main(["--check", "--folder", str(tmp_path)]) == 0


def test_every_case_has_its_row() -> None:
    page = pages()["golden.md"]
    for case in cases():
        assert f"\n| {' '.join(case.title.split())}." in page, case.id


@pytest.mark.parametrize("name", ["golden.md", "example.en.md", "example.fr.md"])
def test_every_row_of_a_table_has_as_many_cells_as_its_head(name: str) -> None:
    widths: set[int] = set()
    for line in pages()[name].splitlines():
        cells = line.count(" | ") if line.startswith("| ") else None
        if cells is None:
            widths.clear()
            continue
        widths.add(cells)
        assert len(widths) == 1, line


def test_the_examples_say_the_same_in_both_languages() -> None:
    english, french = words("en"), words("fr")
    for table in ("example", "facts", "codes", "reasons", "months"):
        assert english[table].keys() == french[table].keys()
    lines = [pages()[f"example.{language}.md"].count("\n") for language in ("en", "fr")]
    assert lines[0] == lines[1]


def test_the_folder_is_that_of_the_repository() -> None:
    assert Path(__file__).parents[2] / "deploy" / "routing" == FOLDER
