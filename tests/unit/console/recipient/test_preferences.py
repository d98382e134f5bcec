"""What somebody decides alone takes effect at once, is on record and told to them; for the rest two must be asked."""

from datetime import timedelta
from pathlib import Path

import pytest

from builders import an_entry
from databases import NOW
from directories import put_recipient
from tocsin.domain.routing.chain import chain
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import entries
from tocsin.store.directory import notices as directory_notices
from tocsin.store.tables.wishes import preferences
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Role
from visiting import DESK, HOLDER, MANDATE, STRANGER, Browser, Place, PostForm, a_place, forms_of, text_of

FIRST, LAST = (NOW + timedelta(days=1)).date().isoformat(), (NOW + timedelta(days=8)).date().isoformat()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def form_of(browser: Browser, action: str) -> PostForm:
    return next(form for form in forms_of(browser.get("/preferences")) if form.action == action)


def keep(browser: Browser, **typed: str) -> str:
    """Submit the form of mails; returns the text of the page that follows."""
    form = form_of(browser, "/preferences")
    return text_of(browser.submit(form, **{"language": "", "digest": "entry"} | typed))


def go_away(browser: Browser, **typed: str) -> str:
    form = form_of(browser, "/preferences/absences")
    return text_of(browser.submit(form, **{"first": FIRST, "last": LAST, "delegate": ""} | typed))


def key_of(address: str) -> str:
    return an_entry(address, [MANDATE]).key


def in_line(place: Place, after: timedelta) -> list[str]:
    """Who is told for the mandate, by address, some time from now."""
    names = {recipient_id: address for address, recipient_id in place.people.items()}
    with reading(place.engine) as connection:
        people = entries.read(connection, place.deployment).recipients
    tiers = chain(MANDATE, people, place.now[0] + after)
    return [names.get(person, person) for tier in tiers for person in tier.recipients]


def wished(place: Place, address: str = DESK) -> object:
    with reading(place.engine) as connection:
        found = entries.find(connection, place.deployment, place.people[address])
    assert found is not None
    return found


def audited(place: Place, action: str) -> list[str]:
    return [row.subject for row in place.rows(tables.audit) if row.action == action]


def told(place: Place) -> list[tuple[str, list[str]]]:
    """The notices of own changes: to which address, and of what."""
    with reading(place.engine) as connection:
        waiting = directory_notices.waiting(connection, place.now[0])
        return [
            (directory_notices.address_of(connection, place.deployment.vault, notice), notice.fields)
            for notice in waiting
            if notice.kind == directory_notices.OWN
        ]


def test_language_and_digest_hold_from_now_on_and_a_mail_says_so(place: Place) -> None:
    browser = place.signed_in()
    said = keep(browser, language="fr", digest="daily", digest_at="07:30")
    assert "désormais" in said, "this page too is in the language that was chosen"
    person = wished(place)
    assert (person.language, f"{person.digest_at:%H:%M}") == ("fr", "07:30")
    assert told(place) == [(DESK, ["languages", "digest_at"])]
    assert audited(place, "preferences-changed") == [place.people[DESK]]


def test_what_changes_nothing_is_told_to_nobody(place: Place) -> None:
    keep(place.signed_in())
    assert told(place) == []
    assert place.rows(preferences) == []


@pytest.mark.parametrize(
    ("typed", "notice"),
    [
        ({"language": "xx"}, "left unchosen"),
        ({"digest": "daily", "digest_at": "soon"}, "the time of day"),
        ({"digest": "never", "digest_at": "07:00"}, "left unchosen"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_changes(place: Place, typed: dict[str, str], notice: str) -> None:
    browser = place.signed_in()
    assert notice in keep(browser, **typed)
    assert browser.last is not None
    assert browser.last.status_code == 422
    assert place.rows(preferences) == []


def test_full_text_can_be_done_without_but_not_be_had_for_the_asking(place: Place) -> None:
    assert "Full text" not in text_of(place.signed_in().get("/preferences"))
    keep(place.signed_in(), full="yes")
    assert wished(place).level == DisclosureLevel.L1


def test_a_colleague_has_the_alerts_on_those_days_and_it_ends_by_itself(place: Place) -> None:
    second = "second@mechanism.example"
    with unit_of_work(place.engine) as connection:
        place.people[second] = put_recipient(connection, place.deployment, an_entry(second, [MANDATE]), NOW)
    said = go_away(place.signed_in(), delegate=key_of(HOLDER))
    assert f"From {(NOW + timedelta(days=1)).day} November 2026" in said
    assert in_line(place, timedelta()) == [*sorted([DESK, second], key=place.people.get), HOLDER]
    assert set(in_line(place, timedelta(days=2))) == {HOLDER, second}
    assert DESK in in_line(place, timedelta(days=9))
    assert told(place) == [(DESK, ["absences"])]


def test_only_who_is_told_of_all_their_mandates_anyway_can_be_chosen(place: Place) -> None:
    form = form_of(place.signed_in(), "/preferences/absences")
    assert form.choices["delegate"] == ["", key_of(HOLDER)]
    assert "left unchosen" in go_away(place.signed_in(), delegate=key_of(STRANGER))
    assert place.rows(preferences) == []


REFUSED = [
    ({"first": "2026-11-01", "last": "2026-11-02"}, "a first and a last day"),
    ({"first": LAST, "last": FIRST}, "a first and a last day"),
    ({"last": "2028-01-01"}, "a first and a last day"),
    ({"first": "tomorrow"}, "a first and a last day"),
]


@pytest.mark.parametrize(("typed", "notice"), REFUSED)
def test_days_that_are_none_are_refused(place: Place, typed: dict[str, str], notice: str) -> None:
    assert notice in go_away(place.signed_in(), **typed)
    assert place.rows(preferences) == []


def test_two_cannot_stand_in_for_one_another_at_once(place: Place) -> None:
    """HOLDER stands in for DESK only while HOLDER is there."""
    with unit_of_work(place.engine) as connection:
        entry = an_entry(DESK, [MANDATE], title="First desk")
        put_recipient(connection, place.deployment, entry, NOW)
    go_away(place.signed_in(), delegate=key_of(HOLDER))
    assert "is away on some of these days" in go_away(place.signed_in(HOLDER), delegate=key_of(DESK))
    assert "another absence" in go_away(place.signed_in(), first=LAST)


def test_who_comes_back_is_told_again(place: Place) -> None:
    browser = place.signed_in()
    go_away(browser)
    assert in_line(place, timedelta(days=2)) == [HOLDER]
    browser.submit(form_of(browser, "/preferences/absences/ended"))
    assert in_line(place, timedelta(days=2)) == [DESK, HOLDER]


def test_somebody_away_still_sees_and_answers_what_they_were_told(place: Place) -> None:
    browser = place.signed_in()
    go_away(browser)
    place.later(timedelta(days=2))
    browser = place.signed_in()
    place.change_alert(recipients=[place.people[DESK]])
    with unit_of_work(place.engine) as connection:
        connection.execute(
            tables.deliveries.insert(),
            {
                "delivery_id": "d" * 32,
                "alert_id": place.alert_ids[MANDATE],
                "case_id": place.case.case_id,
                "recipient_id": place.people[DESK],
                "channel": "email",
                "round": 0,
                "kind": "alert",
                "priority": "P1",
                "state": "delivered",
                "attempt": 1,
                "possible_repeat": False,
                "requested_at": NOW,
                "updated_at": NOW,
            },
        )
    assert browser.get(place.path).status_code == 200
    assert place.signed_in(HOLDER).get(place.path).status_code == 200


def test_a_change_of_the_entry_is_asked_of_administrators_and_changes_nothing(place: Place) -> None:
    browser, before = place.signed_in(), wished(place)
    for _ in range(2):
        said = text_of(browser.submit(form_of(browser, "/preferences/wanted"), field="address"))
        assert "administrators have been asked" in said
    (review,) = place.rows(tables.reviews)
    assert (review.kind, review.reason) == (
        "directory_change_wanted",
        f"recipient {place.people[DESK]}: asks to change address",
    )
    assert wished(place) == before
    assert browser.post("/preferences/wanted", csrf="", field="level").status_code == 403


def test_a_row_that_was_altered_past_tocsin_counts_as_none(place: Place) -> None:
    keep(place.signed_in(), language="fr")
    with unit_of_work(place.engine) as connection:
        connection.execute(preferences.update().values(wishes={"language": "es", "absences": []}))
    assert wished(place).language == "en"
    with reading(place.engine) as connection:
        assert "en" in {p.language for p in entries.read(connection, place.deployment).recipients}


def test_a_wish_of_somebody_else_cannot_be_put_in_ones_place(place: Place) -> None:
    keep(place.signed_in(), language="fr")
    with unit_of_work(place.engine) as connection:
        connection.execute(preferences.update().values(recipient_id=place.people[HOLDER]))
    assert wished(place, HOLDER).language == "en"


@pytest.mark.parametrize("path", ["", "/absences", "/absences/ended", "/wanted"])
def test_without_a_session_or_a_form_of_ours_nothing_is_kept(place: Place, path: str) -> None:
    typed = {"language": "fr", "digest": "each", "first": FIRST, "last": LAST, "field": "address"}
    before = place.snapshot()
    assert place.browser().post(f"/preferences{path}", csrf="0" * 64, **typed).status_code == 403
    assert place.snapshot() == before
    assert place.signed_in().post(f"/preferences{path}", csrf="0" * 64, **typed).status_code == 403
    assert place.rows(preferences) == []


def test_who_has_not_signed_in_sees_the_door(place: Place) -> None:
    door, page = place.browser().get("/"), place.browser().get("/preferences")
    assert (page.status_code, text_of(page)) == (door.status_code, text_of(door))


def test_a_removal_is_not_held_up_by_what_somebody_wishes(place: Place) -> None:
    go_away(place.signed_in(), delegate=key_of(HOLDER))
    with reading(place.engine) as connection:
        found = entries.read(connection, place.deployment)
    assert [person.absences for person in found.approved] == [[] for _ in found.approved]
    assert Role.MANDATE_HOLDER in {person.role for person in found.approved}
