"""Operators change what alerts depend on: the directory, by two persons; and try the ways by a drill."""

import pytest

from directories import FIRST, SECOND
from operating import House
from operations import NEWCOMER, rows
from tocsin.store import tables
from tocsin.store.directory.keys import Signer
from visitor import Visitor
from ways import EVERY_WAY, first_of

pytestmark = EVERY_WAY
DECIDED = [("approve", "change_approved", "approved"), ("reject", "change_rejected", "rejected")]


def decides(officer: Visitor, signer: Signer, decision: str) -> None:
    officer.open("/directory")
    officer.follow(officer.said("change.put"))
    officer.choose(officer.said("directory.as"), signer.key_id)
    officer.push(officer.said(f"directory.{decision}"))


@pytest.mark.parametrize(("decision", "done", "state"), first_of(DECIDED))
def test_a_second_person_decides_about_a_change_with_a_key_that_never_comes_here(
    officer: Visitor, house: House, decision: str, done: str, state: str
) -> None:
    decides(officer, SECOND, decision)
    words = officer.save("decision-")
    officer.write(officer.said("directory.signature"), SECOND.sign(words))
    officer.push(officer.said(f"sign.{state}"))
    assert officer.sees(officer.said(f"done.{done}"))
    assert [row.state for row in rows(house, tables.directory_changes) if row.state != "approved"] == (
        [] if state == "approved" else [state]
    )
    officer.follow(officer.said("directory.all"))
    key = NEWCOMER.replace("@", "-").replace(".", "-")
    assert officer.there_is("rowheader", key) is (state == "approved")


def test_who_proposed_a_change_cannot_approve_it(officer: Visitor, house: House) -> None:
    decides(officer, FIRST, "approve")
    assert officer.heading == officer.said("refused.second_person_required.title")
    assert "pending" in {row.state for row in rows(house, tables.directory_changes)}


def test_a_false_signature_changes_nothing(officer: Visitor, house: House) -> None:
    decides(officer, SECOND, "approve")
    officer.write(officer.said("directory.signature"), FIRST.sign(b"other words"))
    officer.push(officer.said("sign.approved"))
    assert officer.heading == officer.said("refused.signature_false.title")
    assert "pending" in {row.state for row in rows(house, tables.directory_changes)}


def test_a_drill_is_started_and_shows_who_was_called(officer: Visitor, house: House) -> None:
    officer.open("/drills")
    officer.choose(officer.said("drills.mandate"), "UN-WGAD")
    officer.push(officer.said("drills.send"))
    assert officer.sees(officer.said("done.drill_started"))
    assert [(row.mandate, row.started_by) for row in rows(house, tables.drills)] == [("UN-WGAD", "officer-1")]
    officer.open("/drills")
    assert officer.sees("UN-WGAD")
