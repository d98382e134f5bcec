"""The record says what somebody and their mandates did, no more than they may know, and is itself on record."""

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import planted
from builders import a_claim
from databases import NOW
from long_records import a_long_record, downloaded, turned
from tocsin.console.recipient import recording
from tocsin.domain.claims import ConsentRule
from tocsin.domain.following.acting import Action, ActionState
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.following import actions
from tocsin.store.following.actions import Kept
from tocsin.store.recipients import given_answers
from tocsin_schemas.answers import Answer, AnswerGiven, NotMineReason
from tocsin_schemas.vocabulary import ActionType, Audience, ConsentStatus, Purpose
from visiting import DESK, HOLDER, MANDATE, NEIGHBOUR, STRANGER, Browser, Place, a_place, links_of, text_of

ALERT_ONLY = [
    ConsentRule(recipient=Audience.ALL_MECHANISMS, purpose=Purpose.ALERT, status=ConsentStatus.GRANTED, informed=True)
]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def answer(place: Place, address: str, answer: Answer, number: int = 0, mandate: str = MANDATE) -> None:
    said = AnswerGiven(
        answer_id=f"{number:032x}",
        alert_id=place.alert_ids[mandate],
        recipient=place.people[address],
        answer=answer,
        to=place.people[HOLDER] if answer is Answer.HANDED_OVER else None,
        reason=NotMineReason.CONFLICT_OF_INTEREST if answer is Answer.NOT_MINE else None,
        at=NOW + timedelta(minutes=number),
    )
    with unit_of_work(place.engine) as connection:
        given_answers.give(connection, said, said.at)


def act(place: Place, mechanism: str = MANDATE, signatories: tuple[str, ...] = ()) -> None:
    state = ActionState.ANSWERED
    action = Action("a" * 32, state, mechanism, ActionType.URGENT_APPEAL, signatories, ("TGO",), NOW.date(), None, NOW)
    with unit_of_work(place.engine) as connection:
        actions.add(connection, Kept(action, place.case.case_id, None, None), NOW)


def refuse(place: Place) -> None:
    with unit_of_work(place.engine) as connection:
        refused = a_claim(publisher="IACHR-RELE", consents=[]).model_dump(mode="json", exclude_none=True)
        connection.execute(tables.reports.update().values(claim=refused))


def signed_in(place: Place, address: str) -> Browser:
    """By a way that shows no case."""
    browser = place.browser()
    browser.ask_for_code(address, "/preferences")
    browser.enter(place.codes()[-1][1])
    return browser


def rows(place: Place, address: str = DESK, language: str = "en") -> list[list[str]]:
    page = signed_in(place, address).get(f"/record.csv?year={NOW.year}&lang={language}")
    assert page.headers["content-type"] == "text/csv; charset=utf-8"
    assert page.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig"))))


def test_it_shows_own_answers_those_of_the_mandate_and_its_actions_with_the_reply(place: Place) -> None:
    answer(place, DESK, Answer.HANDED_OVER, 1)
    answer(place, HOLDER, Answer.ACKNOWLEDGED, 2)
    act(place)
    text = text_of(place.signed_in().get("/record"))
    for expected in ("Handed over", "Taken in hand", "The State has replied", place.case.reference, "you"):
        assert expected in text
    assert re.findall("Mensahvi|Adjavon|ligue|IACHR", text) == []


@pytest.mark.parametrize(
    ("mechanism", "signatories", "is_theirs"),
    [
        (MANDATE, (), True),
        ("UN-TORTURE", (), False),
        ("UN-TORTURE", (MANDATE,), True),
        ("UN-TORTURE", ("OSCE-ODIHR", MANDATE), True),
        ("UN-TORTURE", (f"{MANDATE}-OTHER",), False),
    ],
)
def test_an_action_is_in_the_record_of_those_who_took_or_signed_it(
    place: Place, mechanism: str, signatories: tuple[str, ...], is_theirs: bool
) -> None:
    act(place, mechanism, signatories)
    assert (place.case.reference in text_of(place.signed_in().get("/record"))) == is_theirs


@pytest.mark.parametrize("was_written", [True, False])
def test_whoever_was_written_beyond_their_mandates_has_what_came_of_it_in_their_record(
    place: Place, was_written: bool
) -> None:
    alert_id = place.alert_ids["UN-TORTURE"]
    place.change_alert("UN-TORTURE", recipients=[place.people[name] for name in (NEIGHBOUR, STRANGER)])
    if was_written:
        with unit_of_work(place.engine) as connection:
            planted.plant_delivery(connection, alert_id, place.case.case_id, recipient_id=place.people[STRANGER])
    answer(place, NEIGHBOUR, Answer.ACKNOWLEDGED, 1, "UN-TORTURE")
    act(place, "UN-TORTURE")
    expected = ["Taken in hand", "urgent appeal"] if was_written else []
    assert [row[4] for row in rows(place, STRANGER)[1:]] == expected


def test_nobody_sees_the_answers_of_another_mandate(place: Place) -> None:
    answer(place, NEIGHBOUR, Answer.ACKNOWLEDGED, 1, "UN-TORTURE")
    for address in (DESK, STRANGER):
        assert "Nothing yet" in text_of(place.signed_in(address).get("/record"))


def test_why_a_colleague_declined_is_theirs_alone(place: Place) -> None:
    answer(place, DESK, Answer.NOT_MINE, 1)
    assert "conflict of interest" in text_of(place.signed_in().get("/record"))
    assert "conflict of interest" not in text_of(place.signed_in(HOLDER).get("/record"))


def test_what_may_be_told_no_longer_leaves_ones_own_answers_alone(place: Place) -> None:
    answer(place, DESK, Answer.ACKNOWLEDGED, 1)
    act(place)
    refuse(place)
    assert [row[4] for row in rows(place)[1:]] == ["Taken in hand"]
    assert rows(place, HOLDER)[1:] == []


def test_at_level_0_an_action_is_not_described(tmp_path: Path) -> None:
    place = a_place(tmp_path, a_claim(publisher="IACHR-RELE", consents=ALERT_ONLY))
    act(place)
    (_, line) = rows(place)
    assert line[4:] == ["An action, of which nothing more may be shown", "", ""]


def test_each_reading_is_on_record_and_so_is_what_it_tells(place: Place) -> None:
    answer(place, DESK, Answer.ACKNOWLEDGED, 1)
    signed_in(place, HOLDER).get("/record")
    assert {(row.recipient_id, row.level) for row in place.rows(tables.viewed)} == {(place.people[HOLDER], "L0")}
    rows(place, HOLDER)
    read = [(r.subject, r.detail) for r in place.rows(tables.audit) if r.action == "record-read"]
    assert read == [(place.people[HOLDER], {"form": "page"}), (place.people[HOLDER], {"form": "csv"})]


def test_who_is_shown_nothing_is_not_noted_as_told(place: Place) -> None:
    signed_in(place, DESK).get("/record")
    assert place.rows(tables.viewed) == []


def test_it_is_paged_the_newest_first(place: Place) -> None:
    for number in range(recording.OF_A_PAGE + 1):
        answer(place, DESK, Answer.ACKNOWLEDGED if number % 2 else Answer.REVOKED, number)
    browser = place.signed_in()
    first = browser.get("/record")
    (older,) = [link for link in links_of(first) if link.startswith("/record?from=")]
    second = browser.get(older)
    assert [page.text.count('<li class="sheet">') for page in (first, second)] == [recording.OF_A_PAGE, 1]
    assert 'rel="next"' not in second.text
    assert ["Back to the newest" in text_of(page) for page in (first, second)] == [False, True]
    assert len(rows(place)) == recording.OF_A_PAGE + 2


def test_what_only_the_next_page_shows_is_not_noted_as_told(place: Place) -> None:
    for number in range(1, recording.OF_A_PAGE + 1):
        answer(place, DESK, Answer.ACKNOWLEDGED, number, "UN-TORTURE")
    answer(place, HOLDER, Answer.ACKNOWLEDGED, 0)
    browser = signed_in(place, DESK)
    (older,) = [link for link in links_of(browser.get("/record")) if link.startswith("/record?from=")]
    assert place.rows(tables.viewed) == []
    browser.get(older)
    assert {row.alert_id for row in place.rows(tables.viewed)} == {place.alert_ids[MANDATE]}


@pytest.mark.parametrize("mark", ["x", "-1", "1", "1-", "1-2-3", "1.5-0", "99999999999999999-0", "1-99999", "1-0 "])
def test_a_page_that_begins_nowhere_is_refused(place: Place, mark: str) -> None:
    assert place.signed_in().get("/record", params={"from": mark}).status_code == 422


@pytest.mark.parametrize("seed", range(4))
def test_turning_its_pages_shows_each_line_of_years_once_and_in_order(place: Place, seed: int) -> None:
    expected = a_long_record(place, seed)
    browser = place.signed_in()
    pages = turned(browser)
    lines = [line for page in pages for line in page]
    assert len(pages) > 2
    assert Counter(lines) == expected
    assert lines == downloaded(browser)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\t=1", "\r=1", "\n=1", "\u2068=1\u2069"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert recording._cell(text).startswith("'")


def test_a_title_that_is_a_formula_is_a_text_in_the_table(tmp_path: Path) -> None:
    place = a_place(tmp_path, title='=HYPERLINK("http://evil.example")')
    answer(place, DESK, Answer.ACKNOWLEDGED, 1)
    (_, line) = rows(place, HOLDER)
    assert line[3].startswith("'=HYPERLINK")


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_it_is_in_the_readers_language_and_without_marks_of_direction(place: Place, language: str) -> None:
    answer(place, DESK, Answer.ACKNOWLEDGED, 1)
    found = rows(place, language=language)
    assert found[0] != rows(place)[0]
    assert not any("\u2068" in cell or "\u2069" in cell for row in found for cell in row)


def test_who_has_not_signed_in_downloads_nothing(place: Place) -> None:
    page = place.browser().get(f"/record.csv?year={NOW.year}")
    assert "text/html" in page.headers["content-type"]


@pytest.mark.parametrize(("zone", "year"), [("UTC", 2027), ("America/Bogota", 2026), ("Pacific/Auckland", 2027)])
def test_a_table_holds_the_year_of_the_persons_own_clock(tmp_path: Path, zone: str, year: int) -> None:
    place = a_place(tmp_path, timezone=zone)
    said = datetime(2027, 1, 1, 2, tzinfo=UTC)
    answer(place, DESK, Answer.ACKNOWLEDGED, int((said - NOW).total_seconds() // 60))
    browser = signed_in(place, DESK)
    lines = {asked: browser.get(f"/record.csv?year={asked}").text.count("\r\n") - 1 for asked in (2026, 2027)}
    assert lines == {2026: 0, 2027: 0} | {year: 1}


@pytest.mark.parametrize("year", ["", "1999", "9001", "x"])
def test_a_table_of_no_year_is_refused(place: Place, year: str) -> None:
    assert place.signed_in().get("/record.csv", params={"year": year}).status_code == 422
