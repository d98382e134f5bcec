"""A brief's rows: each case once, with all that is known of it, whatever it was before."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

import planted
from databases import NOW, a_database
from tocsin.domain.briefing.cases import Period
from tocsin.store import briefing, links, tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.vocabulary import ReplyQuality

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


def test_a_case_that_became_part_of_another_counts_in_it(tmp_path: Path) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        whole = planted.plant_case(connection, 1)
        part = planted.plant_case(connection, 2, state="merged", redirects_to=whole)
        planted.plant_report(connection, whole)
        planted.plant_report(connection, whole, "OSCE-ODIHR", withdrawn_at=NOW)
        act(connection, "on the part", part)
        act(connection, "on nothing known", None)
        (row,) = briefing.case_rows(connection, PERIOD)
    assert [claim.publisher for claim in row.claims] == ["ACHPR-SRHRD"]
    assert [action.mechanism for action in row.actions] == ["UN-WGAD"]


@pytest.mark.parametrize(("kind", "known"), [(LinkKind.SAME_PERSON, 1), (LinkKind.POSSIBLE_DUPLICATE, 0)])
def test_earlier_events_of_the_same_person_are_found_outside_the_period(
    tmp_path: Path, kind: LinkKind, known: int
) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        before = planted.plant_case(connection, 1, opened_at=datetime(2025, 3, 1, tzinfo=UTC))
        planted.plant_report(connection, before)
        now = planted.plant_case(connection, 2)
        planted.plant_report(connection, now)
        links.add(connection, {(now, before): kind}, NOW)
        (row,) = briefing.case_rows(connection, PERIOD)
    assert len(row.earlier) == known


def test_the_first_and_the_last_day_belong_to_the_period(tmp_path: Path) -> None:
    first, after = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with unit_of_work(a_database(tmp_path)) as connection:
        for number, at in enumerate((first - timedelta(seconds=1), first, after - timedelta(seconds=1), after)):
            planted.plant_case(connection, number, opened_at=at)
        opened = [row.opened_on for row in briefing.case_rows(connection, PERIOD)]
    assert opened == [PERIOD.first, PERIOD.last]


def test_of_several_replies_the_best_counts(tmp_path: Path) -> None:
    with unit_of_work(a_database(tmp_path)) as connection:
        letter = act(connection, "a letter", None, reply_due="2026-12-01")
        for number, quality in enumerate(("rejects", "substantive", "incomplete")):
            row = {"reply_id": str(number), "action_id": letter, "reference_key": "k", "country": "TGO"}
            row |= {"replied_on": "2026-12-01", "quality": quality}
            connection.execute(tables.replies.insert().values(**row, received_at=NOW))
        (found,) = briefing.action_rows(connection, PERIOD)
    assert (found.reply, found.reply_due) == (ReplyQuality.SUBSTANTIVE, date(2026, 12, 1))
