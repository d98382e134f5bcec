"""What is kept of a case for briefs is what would be weighed now, whatever was changed or whichever time it is."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

import planted
from builders import a_claim
from consents import decision
from databases import NOW, a_database
from tocsin.domain.briefing.weighing import weigh
from tocsin.domain.claims import Claim
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.consent import Addressee
from tocsin.store import tables
from tocsin.store.casework import case_figures, cases, reports
from tocsin.store.database import unit_of_work
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose, WgadCategory

MECHANISMS = [Addressee(Audience.ALL_MECHANISMS, "UN-WGAD")]
RULES = "rules"


def a_kept_case(connection: Connection, **claim: Any) -> tuple[str, Claim]:
    case_id = planted.plant_case(connection, 1)
    identity = planted.plant_report(connection, case_id, claim=claim)
    case_figures.keep(connection, [case_id], MECHANISMS, RULES, NOW)
    return case_id, a_claim(**{"report_id": identity, "publisher": "ACHPR-SRHRD"} | claim)


def missing(connection: Connection, now: datetime = NOW, rules: str = RULES) -> list[str]:
    return case_figures.missing(connection, rules, now, 10)


def test_what_is_kept_is_what_was_weighed(tmp_path: Path) -> None:
    told = {"strict_reprisal": True, "categories": [WgadCategory.I], "incommunicado": True, "prior_attacks": True}
    with unit_of_work(a_database(tmp_path)) as connection:
        _, claim = a_kept_case(connection, **told)
        kept = connection.execute(select(tables.case_figures)).one()
        assert missing(connection) == []
    weighed = weigh([claim], MECHANISMS, NOW)
    assert (kept.state, kept.reporters, kept.reprisal) == (weighed.state, weighed.reporters, weighed.reprisal)
    assert set(kept.marks.split()) == weighed.marks == {"detained", "I", "land"}
    days = weighed.attacked, weighed.unpunished
    assert (kept.attacked, kept.unpunished) == tuple(day.isoformat() if day else None for day in days)


def withdraw(connection: Connection, _: str, claim: Claim) -> None:
    reports.withdraw(connection, claim.report_id, 2, "d", NOW)


def correct(connection: Connection, _: str, claim: Claim) -> None:
    refused = [decision(Audience.ALL_MECHANISMS, ConsentStatus.WITHDRAWN, Purpose.SHARE)]
    reports.correct(connection, claim.model_copy(update={"revision": 2, "consents": refused}), "d", [])


def add(connection: Connection, case_id: str, _: Claim) -> None:
    other = a_claim(report_id=report_id("OSCE-ODIHR", "another"), publisher="OSCE-ODIHR")
    reports.add(connection, other, "d", case_id, [], NOW)


def move_away(connection: Connection, _: str, claim: Claim) -> None:
    reports.move(connection, {claim.report_id: planted.plant_case(connection, 2, state="merged", redirects_to="x")})


def revise(connection: Connection, case_id: str, _: Claim) -> None:
    cases.revise(connection, case_id, (["TGO"], ["arrest"]), NOW)


@pytest.mark.parametrize("change", [withdraw, correct, add, move_away, revise])
def test_a_case_of_which_anything_changed_is_weighed_anew(tmp_path: Path, change: Any) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        case_id, claim = a_kept_case(connection)
        change(connection, case_id, claim)
        assert missing(connection) == [case_id]


def test_a_report_that_comes_from_another_case_changes_both(tmp_path: Path) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        case_id, claim = a_kept_case(connection)
        other = planted.plant_case(connection, 2)
        case_figures.keep(connection, [other], MECHANISMS, RULES, NOW)
        reports.move(connection, {claim.report_id: other})
        assert set(missing(connection)) == {case_id, other}


@pytest.mark.parametrize(
    "over",
    [
        {"embargo_until": NOW + timedelta(days=3)},
        {
            "consents": [
                decision(Audience.ALL_MECHANISMS, ConsentStatus.GRANTED, Purpose.SHARE).model_copy(
                    update={"expires_on": (NOW + timedelta(days=2)).date()}
                )
            ]
        },
    ],
)
def test_what_time_alone_changes_is_weighed_anew_in_time(tmp_path: Path, over: dict[str, Any]) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        case_id, claim = a_kept_case(connection, **over)
        for hours in range(24 * 5):
            now = NOW + timedelta(hours=hours)
            if not missing(connection, now):
                before, after = (weigh([claim], MECHANISMS, at) for at in (NOW, now))
                assert replace(before, until=None) == replace(after, until=None)
        assert missing(connection, NOW + timedelta(days=4)) == [case_id]


def test_other_rules_than_it_was_weighed_by_weigh_it_anew(tmp_path: Path) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        case_id, _ = a_kept_case(connection)
        assert missing(connection, rules="newer rules") == [case_id]
