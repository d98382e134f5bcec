"""Guarantee: the comparison with another source counts every State-year once and tells each difference."""

from pathlib import Path

import pytest

from tocsin.devtools.tables.memberships import StateYear, compare, is_bound, read
from tocsin.knowledge.load import load

HEAD = "organisation,country,since,until,first,last"
CONVERTER = "ISO3\tUNmember\tCoE\tEU12\tEU15\tEU25\tEU27_2007\tEU28\tEU27\tobsolete"


def a_sheet(folder: Path, *rows: str) -> Path:
    path = folder / "sheet.csv"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return path


def test_agreement_is_counted(tmp_path: Path) -> None:
    said = read(a_sheet(tmp_path, "COE,RUS,1996,2022,1990,2026", "EU,NOR,,,1990,2026"))
    assert list(compare(said, load())) == ["COE: 1 States, 37 State-years, 37 agree, 0 differ"]


def test_consecutive_years_that_differ_are_one_line(tmp_path: Path) -> None:
    said = read(a_sheet(tmp_path, "OIF,ALB,1999,,1990,2010", "OIF,RUS,2001,,2001,2001", "OIF,FRA,1970,,2001,2001"))
    assert list(compare(said, load())) == [
        "OIF ALB 1999-2005: we say not bound, the source bound",
        "OIF RUS 2001: we say not bound, the source bound",
        "OIF: 3 States, 23 State-years, 15 agree, 8 differ",
    ]


def test_a_source_speaks_only_of_its_own_years(tmp_path: Path) -> None:
    said = read(a_sheet(tmp_path, "UN,TGO,1960,,1980,1992"))
    assert set(said) == {StateYear("UN", "TGO", year) for year in (1990, 1991, 1992)}


def test_the_columns_of_country_converter_are_read(tmp_path: Path) -> None:
    path = tmp_path / "country_data.tsv"
    rows = [
        "GBR\t1945\tCoE\tEU12\tEU15\tEU25\tEU27_2007\tEU28\t\t",
        "HRV\t1992\tCoE\t\t\t\t\tEU28\tEU27\t",
        "VAT\t\t\t\t\t\t\t\t\t",
        "CSK\t1945\t\t\t\t\t\t\t\t1993",
    ]
    path.write_text("\n".join([CONVERTER, *rows]), encoding="utf-8")
    assert list(compare(read(path), load())) == [
        "COE: 2 States, 2 State-years, 2 agree, 0 differ",
        "EU: 2 States, 72 State-years, 72 agree, 0 differ",
        "UN: 2 States, 72 State-years, 72 agree, 0 differ",
    ]


@pytest.mark.parametrize(
    ("organisation", "country", "year", "expected"),
    [("COE", "RUS", 2021, True), ("COE", "RUS", 2022, False), ("OIF", "POL", 2020, False), ("OAS", "CUB", 1990, True)],
)
def test_a_state_is_bound_in_a_year_if_it_is_on_the_last_day(
    organisation: str, country: str, year: int, expected: bool
) -> None:
    assert is_bound(StateYear(organisation, country, year), load()) is expected
