"""Operators find: a case by its reference, by a name in any script, by its place; what is stuck; who did what."""

import pytest

from operating import House
from operations import ARAB, ARABIC, ARABIC_LATIN, HELD, reference_of, rows
from reviewing import BROTHER, LATIN, PERSIAN
from tocsin.store import tables
from visitor import Visitor
from ways import EVERY_WAY, first_of

pytestmark = EVERY_WAY
SOUGHT = [
    ("name", PERSIAN, BROTHER),
    ("name", LATIN, BROTHER),
    ("name", ARABIC, ARAB),
    ("name", ARABIC_LATIN, ARAB),
    ("place", "Shiraz", BROTHER),
    ("reference", ARAB.publisher_reference, ARAB),
]


@pytest.mark.parametrize(("how", "sought", "report"), first_of(SOUGHT))
def test_a_case_is_found_and_read(officer: Visitor, house: House, how: str, sought: str, report: object) -> None:
    officer.open("/search")
    officer.write(officer.said(f"search.{how}"), sought)
    officer.enter()
    reference = reference_of(house, report)
    officer.follow(reference)
    assert reference in officer.heading


def test_a_case_is_found_by_its_reference_in_small_letters(officer: Visitor, house: House) -> None:
    reference = reference_of(house, ARAB)
    officer.open("/search")
    officer.write(officer.said("search.reference"), reference.lower())
    officer.enter()
    assert officer.there_is("link", reference)


def test_nothing_is_found_and_nothing_of_what_was_sought_is_kept(officer: Visitor, house: House) -> None:
    officer.open("/search")
    officer.write(officer.said("search.name"), "Xqzwv Kqxzwq")
    officer.enter()
    assert officer.sees(officer.said("search.none"))
    assert "Kqxzwq" not in officer.page.url
    assert not any("Kqxzwq" in str(row) for row in rows(house, tables.audit))


def test_from_the_overview_to_a_case_and_that_it_was_read_is_on_record(officer: Visitor, house: House) -> None:
    reference = reference_of(house, ARAB)
    officer.open("/")
    officer.follow(reference)
    assert reference in officer.heading
    assert [row.detail["by"] for row in rows(house, tables.audit) if row.action == "case-read"] == ["officer-1"]


def test_what_is_stuck_leads_to_where_it_waits(officer: Visitor, house: House) -> None:
    officer.open("/stuck")
    officer.follow(officer.said("kind.possible_duplicate"))
    assert officer.path == "/reviews"


def test_what_is_held_back_is_seen_with_its_reason_and_the_case_behind_it(officer: Visitor, house: House) -> None:
    officer.open("/unrouted")
    officer.follow(officer.said("held.title"))
    assert officer.sees(HELD)
    assert officer.sees(officer.said("held.act.embargo"))
    officer.follow(officer.said("hold.consent"))
    assert officer.sees(officer.said("held.none"))
    officer.follow(officer.said("hold.embargo"))
    officer.follow(reference_of(house, ARAB))
    assert reference_of(house, ARAB) in officer.heading


def test_an_act_is_looked_up_in_the_audit_log_and_the_log_is_verified(officer: Visitor, house: House) -> None:
    officer.open("/directory")
    officer.open("/audit")
    officer.choose(officer.said("audit.action"), officer.said("audited.publisher-added"))
    officer.push(officer.said("show"))
    assert officer.there_is("rowheader", officer.said("audited.publisher-added"))
    officer.follow(officer.said("audit.verify"))
    assert officer.page.locator(".notice.calm").count(), "every chain is whole"
    officer.follow(officer.said("audit.back"))


@pytest.mark.slow
def test_publishers_and_what_they_may_do_are_seen(officer: Visitor, house: House) -> None:
    officer.open("/publishers")
    assert officer.there_is("heading", "ANHRI")


def test_who_is_competent_for_a_state_is_looked_up_and_what_was_not_verified(officer: Visitor, house: House) -> None:
    officer.open("/knowledge")
    officer.choose(officer.said("knowledge.state"), "Togo")
    officer.push(officer.said("show"))
    assert officer.there_is("rowheader", "ACHPR-SRHRD")
    officer.open("/knowledge/unverified")
    assert officer.heading == officer.said("knowledge.not_verified")


def test_the_brief_of_a_period_is_shown_and_saved(officer: Visitor, house: House) -> None:
    officer.open("/brief")
    officer.push(officer.said("brief.show"))
    assert officer.there_is("heading", officer.said("section.states"))
    assert officer.save(officer.said("brief.pdf")).startswith(b"%PDF-")


FORMATS = {"PDF": b"%PDF-", "CAP 1.2": b"<?xml", "JSON-LD": b"{"}


@pytest.mark.slow
def test_a_case_is_saved_in_every_format(officer: Visitor, house: House) -> None:
    officer.open(f"/brief/cases/{reference_of(house, BROTHER)}?mandate=UN-WGAD")
    for name, begins in FORMATS.items():
        saved = officer.save(name)
        assert saved.startswith(begins), name
        assert PERSIAN.encode() not in saved
    given = [row.detail["format"] for row in rows(house, tables.audit) if row.action == "case-given-out"]
    assert len(given) == 1 + len(FORMATS)
