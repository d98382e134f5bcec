"""The page of a case shows what its mail says, to those who may be told, and puts on record who saw it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from builders import a_claim, an_entry
from databases import NOW
from directories import put_recipient
from tocsin.domain.claims import ConsentRule
from tocsin.runtime.web import SECURITY_HEADERS
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Absence
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose
from visiting import DESK, HOLDER, MANDATE, NEIGHBOUR, OTHER, STRANGER, Browser, Place, a_place, forms_of, text_of

ALERT_ONLY = [
    ConsentRule(recipient=Audience.ALL_MECHANISMS, purpose=Purpose.ALERT, status=ConsentStatus.GRANTED, informed=True)
]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Browser]:
    """A place that its tests only look at."""
    place = a_place(Path(tmp_path_factory.mktemp("seen")))
    return place, place.signed_in()


def test_it_shows_the_facts_of_the_mail_and_names_nobody(place: Place) -> None:
    text = text_of(place.signed_in().get(place.path))
    for expected in ("Urgent: act now", "arrest, arbitrary detention", "Togo", "20 November 2026", "1 mechanism"):
        assert expected in text
    assert re.findall("Mensahvi|Adjavon|ligue|IACHR", text) == []


def test_at_level_0_it_says_only_that_there_is_a_case(tmp_path: Path) -> None:
    for number, place in enumerate(
        (
            a_place(_made(tmp_path / "a"), a_claim(publisher="IACHR-RELE", consents=ALERT_ONLY)),
            a_place(_made(tmp_path / "b"), level=DisclosureLevel.L0),
        )
    ):
        text = text_of(place.signed_in().get(place.path))
        assert "Nothing more than that there is a case" in text, number
        assert "Togo" not in text, number
        assert {(row.level, tuple(row.fields)) for row in place.rows(tables.viewed)} == {("L0", ())}, number


def test_consent_that_was_withdrawn_meanwhile_is_asked_again(place: Place) -> None:
    browser = place.signed_in()
    with unit_of_work(place.engine) as connection:
        refused = a_claim(publisher="IACHR-RELE", consents=[]).model_dump(mode="json", exclude_none=True)
        connection.execute(tables.reports.update().values(claim=refused))
    text = text_of(browser.get(place.path))
    assert "This alert is over" in text
    assert "Togo" not in text
    assert [row for row in place.rows(tables.viewed) if row.fields] == []
    assert [form.action for form in forms_of(browser.get(place.path))] == ["/sign-out"]


@pytest.mark.parametrize(("state", "hold"), [("held", "consent"), ("closed", None)])
def test_an_alert_that_is_held_or_closed_shows_nothing(place: Place, state: str, hold: str | None) -> None:
    place.change_alert(state=state, hold_reason=hold)
    browser = place.signed_in()
    assert "Togo" not in text_of(browser.get(place.path))
    assert "Nothing waits for you" in text_of(browser.get("/"))


def test_who_stands_in_line_sees_it_and_who_does_not_sees_nothing(place: Place) -> None:
    assert "Togo" in text_of(place.signed_in(HOLDER).get(place.path))
    stranger = place.signed_in(STRANGER)
    assert stranger.get(place.path).status_code == 404
    assert text_of(stranger.get(place.path)) == text_of(stranger.get("/cases/HRD-0000-000"))
    assert {row.recipient_id for row in place.rows(tables.viewed)} == {place.people[HOLDER]}


def test_who_was_told_sees_it_even_if_they_left_the_line(place: Place) -> None:
    place.change_alert(recipients=[place.people[DESK], place.people[STRANGER]])
    with unit_of_work(place.engine) as connection:
        row = {"alert_id": place.alert_ids[MANDATE], "case_id": place.case.case_id, "channel": "email", "round": 0}
        sent = {"kind": "alert", "priority": "P1", "state": "delivered", "attempt": 1, "possible_repeat": False}
        times = {"requested_at": NOW, "updated_at": NOW}
        who = {"delivery_id": "0f" * 16, "recipient_id": place.people[STRANGER]}
        connection.execute(tables.deliveries.insert(), row | sent | times | who)
    assert "Togo" in text_of(place.signed_in(STRANGER).get(place.path))


def test_what_was_seen_is_on_record_once_before_the_page_leaves(place: Place) -> None:
    browser = place.signed_in()
    browser.get(place.path)
    first = place.rows(tables.viewed)
    (row,) = [row for row in first if row.fields]
    assert (row.recipient_id, row.alert_id) == (place.people[DESK], place.alert_ids[MANDATE])
    assert "/violation/country" in row.fields
    place.later(timedelta(minutes=5))
    browser.get(place.path)
    assert place.rows(tables.viewed) == first


def test_who_has_it_in_hand_is_told_by_mandate_with_role_and_never_an_address(place: Place) -> None:
    _in_hand(place, MANDATE, place.people[HOLDER])
    _in_hand(place, OTHER, place.people[NEIGHBOUR])
    page = place.signed_in().get(place.path)
    assert "Working Group on Arbitrary Detention : mandate-holder ( holder-mechanism-example )" in text_of(page)
    assert "Special Rapporteur on torture : somebody there" in text_of(page)
    assert "torture-mechanism" not in page.text
    assert "@" not in page.text


def test_that_another_mechanism_acted_in_confidence_does_not_show_as_in_hand(place: Place) -> None:
    _in_hand(place, OTHER, None)
    assert "torture" not in text_of(place.signed_in().get(place.path))


def test_of_a_case_that_became_part_of_another_one_sees_the_other(place: Place) -> None:
    with unit_of_work(place.engine) as connection:
        row = {**place.rows(tables.cases)[0]._asdict(), "case_id": "0c" * 16, "reference": "HRD-0000-00A"}
        row |= {"state": "merged", "redirects_to": place.case.case_id, "founding_report_id": "other"}
        connection.execute(tables.cases.insert(), row)
    assert place.case.reference in text_of(place.signed_in().get("/cases/HRD-0000-00A"))


def test_the_list_says_that_there_is_a_case_and_by_when_and_no_fact(place: Place) -> None:
    text = text_of(place.signed_in().get("/"))
    assert f"Case {place.case.reference}" in text
    assert "Answer by 24 November 2026, 14:00 UTC" in text.replace(" , ", ", ")
    assert "Togo" not in text


def test_times_are_also_given_by_the_readers_clock(tmp_path: Path) -> None:
    place = a_place(tmp_path, timezone="Africa/Nairobi")
    assert "17:00 Nairobi time" in text_of(place.signed_in().get(place.path)).replace(" , ", ", ").replace("  ", " ")


def test_a_delegate_sees_the_alerts_of_who_is_away(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    away = Absence(first_day=NOW.date(), last_day=NOW.date(), delegate="water-mechanism-example")
    with unit_of_work(place.engine) as connection:
        put_recipient(connection, place.deployment, an_entry(NEIGHBOUR, [OTHER], absences=[away]), NOW)
    assert "Togo" in text_of(place.signed_in(STRANGER).get(place.path))


@pytest.mark.parametrize(
    "path",
    ["PATH", "/", "/sign-in", "/sign-in/code", "/static/pages.css", "/static/ground.css", "/nothing", "/drills/x"],
)
def test_every_answer_carries_the_security_headers_and_is_kept_nowhere(seen: tuple[Place, Browser], path: str) -> None:
    place, signed_in = seen
    for browser in (place.browser(), signed_in):
        answer = browser.get(path.replace("PATH", place.path))
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
def test_pages_have_no_script_and_everything_in_them_has_a_name(seen: tuple[Place, Browser], language: str) -> None:
    place, browser = seen
    for page in (place.browser().get(f"{place.path}?lang={language}"), browser.get(f"{place.path}?lang={language}")):
        assert f'<html lang="{language}"' in page.text
        assert re.findall(r"<script|javascript:| on[a-z]+=| style=|http-equiv", page.text) == []
        ids = re.findall(r' id="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
        fields = re.findall(r'<(?:input(?! type="hidden")|select)[^>]* id="([^"]+)"', page.text)
        assert set(fields) <= set(re.findall(r'<label for="([^"]+)"', page.text))


def _in_hand(place: Place, mandate: str, recipient_id: str | None) -> None:
    row = {"alert_id": place.alert_ids[mandate], "priority": "P1", "recipient_id": recipient_id, "acknowledged_at": NOW}
    with unit_of_work(place.engine) as connection:
        connection.execute(tables.acknowledgements.insert(), row)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
