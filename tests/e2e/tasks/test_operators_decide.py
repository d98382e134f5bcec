"""Operators decide: whether two cases are one, and what becomes of a mail, of a dead letter, of a case nobody is told."""

import pytest
from sqlalchemy import select

from operating import House
from operations import ARAB, ARABIC, BOUNCED, DOUBTFUL, LETTER, delivery_of, reference_of, rows
from resolving import identity
from reviewing import BROTHER, OTHER, SISTER
from tocsin.store import tables
from tocsin.store.database import reading
from visitor import Visitor
from ways import EVERY_WAY, first_of

pytestmark = EVERY_WAY


def doubtful(officer: Visitor) -> None:
    """From the queue to the pair that nobody has decided about."""
    officer.open("/reviews")
    officer.follow(officer.said("kind.possible_duplicate"))
    assert officer.sees(SISTER)


def together(house: House) -> bool:
    homes = {row.report_id: row.case_id for row in rows(house, tables.reports)}
    return homes[identity(BROTHER)] == homes[identity(OTHER)]


def is_open(house: House, kind: str) -> bool:
    return any(row.kind == kind and row.resolved_at is None for row in rows(house, tables.reviews))


@pytest.mark.parametrize(
    ("decision", "is_one"), first_of([("same", True), ("different", False), ("same_person", False)])
)
def test_two_cases_are_decided_upon_and_it_is_taken_back(
    officer: Visitor, house: House, decision: str, is_one: bool
) -> None:
    doubtful(officer)
    officer.write(officer.said("review.note"), "Both were seen at the court")
    officer.push(officer.said(f"decision.{decision}"))
    assert officer.sees(officer.said("done.decided"))
    assert together(house) is is_one
    assert not is_open(house, "possible_duplicate")
    officer.push(officer.said("decision.undo"))
    assert officer.sees(officer.said("done.undone"))
    assert not together(house)
    assert is_open(house, "possible_duplicate")


def test_one_key_decides(officer: Visitor, house: House) -> None:
    doubtful(officer)
    officer.strike("s")
    assert officer.sees(officer.said("done.decided"))
    assert together(house)


def test_a_case_of_which_nobody_is_told_is_looked_at_and_closed(officer: Visitor, house: House) -> None:
    officer.open("/unrouted")
    reference = reference_of(house, ARAB)
    assert officer.there_is("link", reference)
    officer.push(officer.said("unrouted.close"))
    assert officer.sees(officer.said("done.closed"))
    assert not is_open(house, "unrouted")


@pytest.mark.parametrize(("decision", "state"), first_of([("sent", "accepted"), ("again", "requested")]))
def test_a_mail_in_doubt_is_found_by_its_state_and_settled(
    officer: Visitor, house: House, decision: str, state: str
) -> None:
    officer.open("/deliveries")
    officer.choose(officer.said("mails.state"), officer.said("mailed.unknown"))
    officer.push(officer.said("show"))
    officer.follow(delivery_of(DOUBTFUL)[:8])
    officer.push(officer.said(f"mails.{decision}"))
    assert officer.sees(officer.said(f"done.settled_{decision}"))
    states = {row.delivery_id: row.state for row in rows(house, tables.deliveries)}
    assert states[delivery_of(DOUBTFUL)] == state


def test_the_whole_history_of_a_mail_is_read(officer: Visitor, house: House) -> None:
    officer.open("/deliveries")
    officer.follow(delivery_of(BOUNCED)[:8])
    history = officer.text.partition(str(officer.said("mails.history")))[2]
    places = [history.index(str(officer.said(f"mailed.{state}"))) for state in ("requested", "accepted", "bounced")]
    assert places == sorted(places)


def test_a_dead_letter_is_opened_on_record_and_has_no_way_out_without_a_broker(officer: Visitor, house: House) -> None:
    officer.open("/dead-letters")
    officer.follow("tocsin.reports.v1-3-41")
    assert officer.sees(officer.said("letters.by_command"))
    officer.follow(officer.said("letters.open"))
    assert officer.sees(ARABIC)
    with reading(house.engine) as connection:
        query = select(tables.audit).where(tables.audit.c.action == "message-opened")
        assert connection.execute(query).one().subject == LETTER
