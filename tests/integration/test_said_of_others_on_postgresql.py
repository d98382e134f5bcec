"""What is kept of who said what, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from databases import NOW, a_database
from tocsin.domain.following.acting import Action, ActionState
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.following import actions, answers
from tocsin.store.following.actions import Kept
from tocsin.store.following.answers import Reply
from tocsin.store.receiving import early_withdrawals
from tocsin_schemas.vocabulary import ActionType, ReplyQuality

KEY = "4" * 32
LETTER = Action(
    "1" * 32,
    ActionState.TAKEN,
    "UN-SRHRD",
    ActionType.URGENT_APPEAL,
    ("UN-WGAD",),
    ("TGO",),
    date(2026, 11, 24),
    None,
    NOW,
    ("ACHPR-SRHRD",),
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        yield a_database(tmp_path)
        return
    engine = open_database(request.getfixturevalue("migrated")())
    yield engine
    engine.dispose()


def test_who_is_only_named_stays_apart_from_who_signed(engine: Engine) -> None:
    other = replace(LETTER, action_id="2" * 32, mechanism="NGO-FLD", named=())
    with unit_of_work(engine) as connection:
        for action in (LETTER, other):
            assert actions.add(connection, Kept(action, None, None, None), NOW)
            actions.refer(connection, action.action_id, [KEY])
        assert [kept.action for kept in actions.with_reference(connection, KEY)] == [LETTER, other]


@pytest.mark.parametrize("said_by", [None, frozenset(), frozenset({"UN-SP", "UN-SRHRD"})])
def test_it_is_kept_who_told_of_an_answer(engine: Engine, said_by: frozenset[str] | None) -> None:
    reply = Reply("3" * 32, None, KEY, None, "TGO", date(2026, 11, 24), ReplyQuality.SUBSTANTIVE, said_by)
    with unit_of_work(engine) as connection:
        assert [answers.add_reply(connection, reply, NOW) for _ in range(2)] == [True, False]
        assert answers.untied(connection, [KEY]) == answers.find_reply(connection, "33") == [reply]
    assert reply.may_answer("UN-SRHRD") is (said_by is None or "UN-SRHRD" in said_by)


def test_the_highest_early_withdrawal_is_kept(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        assert early_withdrawals.revision(connection, "r") == 0
        for revision in (2, 4, 3):
            early_withdrawals.note(connection, "r", revision, NOW)
        assert early_withdrawals.revision(connection, "r") == 4
