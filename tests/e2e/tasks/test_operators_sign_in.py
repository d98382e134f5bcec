"""Operators come in through their organisation's own sign-in, and end their sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openid_provider import a_provider_process
from operating import House
from operations import operations
from stage import Stage
from tocsin.console.access.provider import Provider
from tocsin.console.access.viewer import Role
from tocsin.store.access import sessions as operator_sessions
from tocsin.store.database import reading
from visitor import Visitor
from ways import EVERY_WAY

pytestmark = EVERY_WAY


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with a_provider_process() as issuer:
        yield issuer


@pytest.fixture
def organisation(tmp_path: Path, stage: Stage, issuer: str) -> House:
    """A console whose duty officers sign in through their organisation."""
    roles = {"tocsin-duty": frozenset({Role.DUTY_OFFICER, Role.REVIEWER})}
    known = {"issuer": issuer, "client_id": "c", "secret_file": Path("unread"), "required_amr": frozenset({"hwk"})}
    return operations(tmp_path, stage, Provider(**known, roles=roles, secret="not a secret"))


def consents(visitor: Visitor, subject: str) -> None:
    """On the page of the organisation, which is none of ours."""
    with visitor.page.expect_navigation():
        visitor.page.click(f"form [name=sub][value={subject}]")


def test_an_officer_comes_in_through_the_organisation_to_the_page_they_wanted(
    visitor: Visitor, organisation: House
) -> None:
    visitor.open("/reviews")
    visitor.follow(visitor.said("door.openid"))
    consents(visitor, "subject-1")
    visitor.arrives("/reviews")
    assert visitor.there_is("link", visitor.said("kind.possible_duplicate"))
    visitor.open("/account")
    assert visitor.sees(visitor.said("role.duty_officer"))
    visitor.push(visitor.said("sign_out"))
    visitor.open("/reviews")
    assert visitor.heading == visitor.said("door.title")


def test_whom_the_organisation_gives_no_role_stays_outside(visitor: Visitor, organisation: House) -> None:
    visitor.open("/")
    visitor.follow(visitor.said("door.openid"))
    consents(visitor, "subject-2")
    assert visitor.sees(visitor.said("notice.refused"))


def test_sessions_in_other_browsers_are_ended_with_this_one(officer: Visitor, house: House) -> None:
    elsewhere = house.session("officer-1")
    officer.open("/account")
    officer.push(officer.said("account.end_all"))
    assert officer.heading == officer.said("door.title")
    with reading(house.engine) as connection:
        assert operator_sessions.find(connection, house.desk.identities, elsewhere, house.now[0]) is None
