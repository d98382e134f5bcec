"""Guarantee: an operator can see who is competent for a State on a day, and whether the tables are sound."""

import pytest
from click.testing import CliRunner

from tocsin.cli.knowledge import knowledge


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(knowledge, arguments)
    return result.exit_code, result.output


def test_the_tables_that_are_shipped_are_sound() -> None:
    code, output = run("check")
    assert code == 0
    assert "0 faults" in output


def test_what_nobody_has_verified_can_be_listed() -> None:
    assert "not verified: membership COE RUS" in run("check", "--unverified")[1]


def test_competence_is_shown_for_the_day_asked_for() -> None:
    before, after = run("show", "ner", "--on", "2025-09-16")[1], run("show", "NER", "--on", "2025-10-01")[1]
    assert "NER was bound by OIF on 2025-09-16" in before
    assert "NER has not been bound by OIF since 2025-09-17" in after


@pytest.mark.parametrize(("arguments", "word"), [(("show", "Niger"), "TUN"), (("show", "NER", "--on", "x"), "--on")])
def test_a_wrong_argument_is_explained(arguments: tuple[str, ...], word: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert word in output
