"""Guarantee: an operator can see who is competent for a State on a day and why, and whether the tables are sound."""

import pytest
from click.testing import CliRunner

from tocsin.cli.knowledge import knowledge


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "100"}).invoke(knowledge, arguments)
    return result.exit_code, result.output


def shown(*arguments: str) -> str:
    """The screen as one line, so that where it is folded does not matter."""
    code, output = run("show", *arguments)
    assert code == 0
    return " ".join(output.split())


def section(screen: str, title: str, until: str) -> str:
    return screen[screen.index(title) : screen.index(until)]


def test_the_tables_that_are_shipped_are_sound() -> None:
    code, output = run("check")
    assert code == 0
    assert "19 mechanisms" in output
    assert "0 faults" in output


def test_what_nobody_has_verified_can_be_listed() -> None:
    assert "not verified: membership COE RUS" in run("check", "--unverified")[1]
    assert "not verified: membership COE RUS" not in run("check")[1]


def test_a_fault_is_told_and_the_exit_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.knowledge.checking.check", lambda known: ["mechanism X: no mandate"])
    code, output = run("check")
    assert code == 1
    assert "fault: mechanism X: no mandate" in output


def test_competence_is_shown_for_the_day_asked_for() -> None:
    before, after = shown("ner", "--on", "2025-09-16"), shown("NER", "--on", "2025-10-01")
    assert "OIF International" in section(before, "Competent", "Not competent")
    assert "OIF International" in section(after, "Not competent", "Mandates for this country")
    assert "OIF, NER: member from 1970-03-20, no longer from 2025-09-17." in after


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("POL",), "OIF, POL: observer from 1997-11-14 [unverified]."),
        (("POL",), "UN, POL: member from 1945-10-24."),
        (("TUN",), "ACHPR, TUN: State party from 1986-10-21 [unverified]."),
        (("BLR",), "UN-COUNTRY-BLR Country mandate on Belarus, from 2012-07-05 [unverified]"),
        (("CUB",), "member that does not take part from 1962-01-31 [unverified]"),
        (("HKG",), "State responsible: CHN China [unverified]"),
        (("ESH",), "Actes des autorités marocaines"),
        (("NCL",), "État responsable : FRA France [non vérifié]"),
        (("NCL",), "COE, FRA : membre depuis le 1949-05-05."),
        (("NIC",), "se retiró, competencia mantenida desde el 2023-11-19"),
        (("XKX",), "No es miembro de las Naciones Unidas"),
    ],
)
def test_why_is_told_with_dates_and_what_nobody_checked_is_marked(arguments: tuple[str, ...], words: str) -> None:
    language = {"ESH": "fr", "NCL": "fr", "NIC": "es", "XKX": "es"}.get(arguments[0], "en")
    assert words in shown(*arguments, "--language", language)


def test_a_country_mandate_is_counted_only_for_its_country_and_only_since_it_exists() -> None:
    assert "UN-COUNTRY-RUS*" in shown("RUS")
    assert "UN-COUNTRY-RUS*" not in shown("RUS", "--on", "2022-10-06")
    assert "UN-COUNTRY" not in shown("FRA")


def test_the_screen_is_no_wider_than_a_hundred_columns() -> None:
    assert max(map(len, run("show", "TUN", "--language", "fr")[1].splitlines())) <= 100


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("show", "Niger"), "TUN"), (("show", "QQQ"), "TUN"), (("show", "NER", "--on", "x"), "--on")],
)
def test_a_wrong_argument_is_explained(arguments: tuple[str, ...], word: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert word in output
