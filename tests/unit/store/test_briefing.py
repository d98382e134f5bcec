"""What a brief counts: each case once, with all that is known of it, whatever it was before."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

import planted
from databases import NOW, a_database
from tocsin.domain.briefing.periods import Period
from tocsin.domain.briefing.tallying import Tallies
from tocsin.domain.routing.consent import Addressee
from tocsin.store import tables
from tocsin.store.casework import case_figures, links
from tocsin.store.database import unit_of_work
from tocsin.store.views import briefing
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.vocabulary import AccountabilityStatus, Audience

MECHANISMS = [Addressee(Audience.ALL_MECHANISMS, "UN-WGAD")]
PERIOD = Period(date(2026, 10, 1), date(2026, 12, 31))


def act(connection: Connection, name: str, case_id: str | None, **over: Any) -> str:
    row: dict[str, Any] = {
        "action_id": planted.ident(name),
        "state": "taken",
        "mechanism": "UN-WGAD",
        "action": "urgent_appeal",
        "signatories": [],
        "named": [],
        "states": ["TGO"],
        "case_id": case_id,
        "taken_on": "2026-11-24",
        "recorded_at": NOW,
        "received_at": NOW,
    }
    connection.execute(tables.actions.insert().values(row | over))
    return str(row["action_id"])


def counted(connection: Connection, now: datetime = NOW) -> Tallies:
    """As whoever makes a brief does: what is not weighed yet is weighed, and counted then."""
    missing = briefing.unweighed(connection, PERIOD, "rules", now)
    assert bool(briefing.tallies(connection, PERIOD, "rules", now).unweighed) == bool(missing)
    case_figures.keep(connection, missing, MECHANISMS, "rules", now)
    found = briefing.tallies(connection, PERIOD, "rules", now)
    assert found.unweighed == 0
    return found


def test_a_case_that_became_part_of_another_counts_in_it(tmp_path: Path) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        whole = planted.plant_case(connection, 1)
        part = planted.plant_case(connection, 2, state="merged", redirects_to=whole)
        planted.plant_report(connection, whole)
        planted.plant_report(connection, whole, "OSCE-ODIHR", withdrawn_at=NOW)
        act(connection, "on the part", part)
        act(connection, "on nothing known", None)
        found = counted(connection)
    assert found.reporters == {"one": 1}
    assert found.first_acts == {("UN-WGAD", "days_2"): 1}


@pytest.mark.parametrize(("kind", "follows"), [(LinkKind.SAME_PERSON, True), (LinkKind.POSSIBLE_DUPLICATE, False)])
def test_earlier_events_of_the_same_person_are_found_outside_the_period(
    tmp_path: Path, kind: LinkKind, follows: bool
) -> None:
    unpunished = {"date": "2024-02-01", "accountability": AccountabilityStatus.CLOSED_NO_CHARGE}
    with unit_of_work(a_database(tmp_path)) as connection:
        before = planted.plant_case(connection, 1, opened_at=datetime(2025, 3, 1, tzinfo=UTC))
        planted.plant_report(connection, before, claim=unpunished)
        now = planted.plant_case(connection, 2)
        planted.plant_report(connection, now)
        links.add(connection, {(now, before): kind}, NOW)
        assert set(briefing.unweighed(connection, PERIOD, "rules", NOW)) == ({before, now} if follows else {now})
        found = counted(connection)
    assert found.reprisals == {("other", "after_impunity" if follows else "not_after_impunity"): 1}


def test_the_first_and_the_last_day_belong_to_the_period(tmp_path: Path) -> None:
    first, after = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with unit_of_work(a_database(tmp_path)) as connection:
        for number, at in enumerate((first - timedelta(seconds=1), first, after - timedelta(seconds=1), after)):
            planted.plant_report(connection, planted.plant_case(connection, number, opened_at=at))
        found = counted(connection)
    assert found.months == {"2026-10-01": 1, "2026-12-01": 1}


@pytest.mark.parametrize(
    ("over", "is_told"),
    [
        ({}, True),
        ({"embargo_until": NOW + timedelta(days=1)}, False),
        ({"embargo_until": NOW}, True),
        ({"action": "quiet_diplomacy"}, False),
        ({"state": "planned", "action": "press_statement", "planned_for": "2026-11-24"}, False),
    ],
)
def test_the_first_act_that_may_be_told_counts_and_no_other(
    tmp_path: Path, over: dict[str, Any], is_told: bool
) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        case_id = planted.plant_case(connection, 1)
        planted.plant_report(connection, case_id)
        act(connection, "later", case_id, mechanism="OSCE-ODIHR", taken_on="2026-11-25")
        act(connection, "first", case_id, **over)
        found = counted(connection)
    assert [mechanism for mechanism, _ in found.first_acts] == ["UN-WGAD" if is_told else "OSCE-ODIHR"]


def test_of_several_replies_the_best_counts(tmp_path: Path) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        letter = act(connection, "a letter", None, reply_due="2026-12-01")
        for number, quality in enumerate(("rejects", "substantive", "incomplete")):
            row = {"reply_id": str(number), "action_id": letter, "reference_key": "k", "country": "TGO"}
            row |= {"replied_on": "2026-12-01", "quality": quality}
            connection.execute(tables.replies.insert().values(**row, received_at=NOW))
        found = counted(connection)
    assert found.replies == {("UN-WGAD", "substantive"): 1}
