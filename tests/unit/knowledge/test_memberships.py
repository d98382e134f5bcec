"""Guarantee: the tables say who was bound when, straight from the research's golden cases at several dates."""

from datetime import date

import pytest

from tocsin.knowledge.load import load
from tocsin_schemas.knowledge import BINDING

REGIONAL = ("COE", "OSCE", "ACHPR", "OAS", "EU", "OIF")

# State, day, organisations that bind it
GOLDEN: list[tuple[str, str, str]] = [
    ("FRA", "1990-01-01", "COE OSCE EU OIF"),
    ("FRA", "2026-11-26", "COE OSCE EU OIF"),
    ("CAN", "1990-01-07", "OSCE OIF"),
    ("CAN", "1990-01-08", "OAS OSCE OIF"),
    ("CAN", "2026-11-26", "OAS OSCE OIF"),
    ("TUN", "1990-01-01", "ACHPR OIF"),
    ("TUN", "2026-11-26", "ACHPR OIF"),
    ("EGY", "2026-11-26", "ACHPR OIF"),
    ("MAR", "1990-01-01", "OIF"),
    ("MAR", "2026-11-26", "OIF"),
    ("NER", "1986-10-20", "OIF"),
    ("NER", "1986-10-21", "ACHPR OIF"),
    ("NER", "2025-09-16", "ACHPR OIF"),
    ("NER", "2025-09-17", "ACHPR"),
    ("BFA", "2025-09-17", "ACHPR"),
    ("MLI", "2025-09-18", "ACHPR"),
    ("NIC", "2023-11-18", "OAS"),
    ("NIC", "2023-11-19", "OAS"),
    ("NIC", "2026-11-26", "OAS"),
    ("CUB", "1961-01-01", "OAS"),
    ("CUB", "1990-01-01", "OAS"),
    ("CUB", "2026-11-26", "OAS"),
    ("VEN", "2019-04-26", "OAS"),
    ("VEN", "2026-11-26", "OAS"),
    ("HND", "2010-01-01", "OAS"),
    ("RUS", "1996-02-27", "OSCE"),
    ("RUS", "1996-02-28", "COE OSCE"),
    ("RUS", "2022-03-15", "COE OSCE"),
    ("RUS", "2022-03-16", "OSCE"),
    ("BLR", "1992-01-29", ""),
    ("BLR", "2026-11-26", "OSCE"),
    ("KAZ", "2026-11-26", "OSCE"),
    ("GEO", "1999-04-26", "OSCE"),
    ("GEO", "2026-11-26", "COE OSCE"),
    ("TUR", "2026-11-26", "COE OSCE"),
    ("USA", "2026-11-26", "OAS OSCE"),
    ("HTI", "2026-11-26", "OAS OIF"),
    ("VNM", "2026-11-26", "OIF"),
    ("CHN", "2026-11-26", ""),
    ("ESH", "2026-11-26", "ACHPR"),
    ("GBR", "2020-01-31", "COE OSCE EU"),
    ("GBR", "2020-02-01", "COE OSCE"),
    ("HRV", "2013-06-30", "COE OSCE"),
    ("HRV", "2013-07-01", "COE OSCE EU"),
    ("CZE", "1992-12-31", ""),
    ("CZE", "2026-11-26", "COE OSCE EU"),
    ("SRB", "1999-06-01", ""),
    ("SRB", "2000-11-10", "OSCE"),
    ("SRB", "2026-11-26", "COE OSCE"),
    ("MNE", "2006-06-21", ""),
    ("MNE", "2007-05-11", "COE OSCE"),
    ("MNG", "2012-11-20", ""),
    ("MNG", "2026-11-26", "OSCE"),
    ("ZAF", "1996-07-08", ""),
    ("ZAF", "2026-11-26", "ACHPR"),
    ("SSD", "2012-01-01", ""),
    ("SSD", "2026-11-26", "ACHPR"),
    ("CYP", "2024-10-03", "COE OSCE EU"),
    ("CYP", "2024-10-04", "COE OSCE EU OIF"),
    ("GHA", "2024-10-03", "ACHPR"),
    ("GHA", "2024-10-04", "ACHPR OIF"),
    ("ARM", "2012-10-11", "COE OSCE"),
    ("ARM", "2026-11-26", "COE OSCE OIF"),
    ("VAT", "2026-11-26", "OSCE"),
    ("XKX", "2026-11-26", ""),
    ("PSE", "2026-11-26", ""),
    ("TWN", "2026-11-26", ""),
    ("QAT", "2026-11-26", ""),
    ("POL", "2026-11-26", "COE OSCE EU"),
]


def bound(organisation: str, country: str, day: date) -> bool:
    periods = load().memberships.get((organisation, country), ())
    return any(p.status in BINDING and p.covers(day) for p in periods)


@pytest.mark.parametrize(("country", "day", "expected"), GOLDEN, ids=[f"{c} {d}" for c, d, _ in GOLDEN])
def test_who_binds_a_state_on_a_day(country: str, day: str, expected: str) -> None:
    on = date.fromisoformat(day)
    assert {o for o in REGIONAL if bound(o, country, on)} == set(expected.split())


@pytest.mark.parametrize("organisation", ["UN", "COE", "OIF"])
def test_observers_and_associates_are_there_and_bind_nobody(organisation: str) -> None:
    loose = {
        c for (o, c), periods in load().memberships.items() if o == organisation and periods[-1].status not in BINDING
    }
    assert loose
    assert not {c for c in loose if bound(organisation, c, date(2026, 11, 26))}


def test_morocco_never_was_a_party_to_the_african_charter() -> None:
    assert ("ACHPR", "MAR") not in load().memberships


def test_every_period_has_a_first_day() -> None:
    assert all(p.valid_from for periods in load().memberships.values() for p in periods)


def test_only_members_of_the_united_nations_and_special_codes_stand_in_the_tables() -> None:
    territories = load().territories
    for organisation, country in load().memberships:
        assert bound("UN", country, date(2026, 11, 26)) or country in territories, (organisation, country)


def test_dependent_territories_lead_to_a_state_that_is_one() -> None:
    for territory in load().territories.values():
        assert territory.state is None or bound("UN", territory.state, date(2026, 11, 26))


@pytest.mark.parametrize("code", ["XKX", "PSE", "TWN", "HKG", "MAC", "ESH", "VAT"])
def test_the_special_codes_are_explained(code: str) -> None:
    assert load().territories[code].note.keys() == {"en", "fr"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_question_of_western_sahara_names_both_states(language: str) -> None:
    note = load().territories["ESH"].note[language]
    assert "MAR" in note
    assert load().territories["ESH"].state is None
