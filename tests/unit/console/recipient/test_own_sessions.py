"""Whoever is signed in in several browsers sees where, and ends what is theirs alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from tocsin.store import tables
from tocsin.store.recipients.sessions import IDLE, OF_RECIPIENTS
from visiting import DESK, HOLDER, Browser, Place, PostForm, a_place, forms_of, text_of

HERE, END = "This browser", "End this session"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def ways_to_end(browser: Browser) -> list[PostForm]:
    return [form for form in forms_of(browser.get("/preferences")) if form.action == "/preferences/sessions/ended"]


def test_the_session_of_a_browser_that_was_lost_is_ended_from_another(place: Place) -> None:
    lost = place.signed_in()
    place.later(timedelta(minutes=2))
    kept = place.signed_in()
    text = text_of(kept.get("/preferences"))
    assert [text.count(HERE), text.count(END)] == [1, 1]
    (form,) = ways_to_end(kept)
    assert "The session is over." in text_of(kept.submit(form))
    assert "Your open alerts" not in text_of(lost.get("/"))
    assert ways_to_end(kept) == []
    assert kept.get(place.path).status_code == 200
    ended = [(row.subject, row.detail) for row in place.rows(tables.audit) if row.action == "session-ended"]
    assert ended == [(place.people[DESK], {})]


def test_nobody_ends_the_session_of_another_person(place: Place) -> None:
    other, own = place.signed_in(HOLDER), place.signed_in()
    second = place.signed_in()
    theirs = OF_RECIPIENTS.digest(place.deployment.identities, str(other.cookies["tocsin-session"]))
    (form,) = ways_to_end(own)
    own.submit(form, session=theirs)
    assert "Sign out" in text_of(other.get("/preferences"))
    assert "Sign out" in text_of(second.get("/preferences"))


def test_what_lay_idle_is_not_shown_as_standing(place: Place) -> None:
    place.signed_in()
    place.later(IDLE + timedelta(minutes=1))
    assert ways_to_end(place.signed_in()) == []


def test_a_form_that_is_not_of_this_session_ends_nothing(place: Place) -> None:
    first, second = place.signed_in(), place.signed_in()
    (form,) = ways_to_end(second)
    assert second.submit(form, csrf="0" * 64).status_code == 403
    assert "Sign out" in text_of(first.get("/preferences"))
