"""What recipients decide alone, on PostgreSQL: wishes, absences and followed cases, and many changes at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from databases import NOW
from tocsin.domain.routing.chain import chain
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import checks, entries, preferences
from tocsin.store.recipients import own_changes, subscriptions
from tocsin.store.tables.wishes import preferences as wishes
from tocsin.store.tables.wishes import subscriptions as chosen
from tocsin_schemas.directory import Absence, Preferences
from visiting import DESK, HOLDER, MANDATE, STRANGER, Browser, Place, PostForm, a_place, forms_of, text_of

pytestmark = pytest.mark.postgresql
FIRST, LAST = (NOW + timedelta(days=1)).date(), (NOW + timedelta(days=8)).date()


@pytest.fixture
def place(migrated: Callable[[], str], tmp_path: Path) -> Iterator[Place]:
    place = a_place(tmp_path, url=migrated())
    yield place
    place.engine.dispose()


def form_of(browser: Browser, path: str, action: str) -> PostForm:
    return next(form for form in forms_of(browser.get(path)) if form.action == action)


def in_line(place: Place, after: timedelta) -> set[str]:
    with reading(place.engine) as connection:
        people = entries.read(connection, place.deployment).recipients
    return {person for tier in chain(MANDATE, people, place.now[0] + after) for person in tier.recipients}


def test_wishes_hold_from_now_on_and_those_altered_past_tocsin_count_as_none_and_are_a_fault(place: Place) -> None:
    browser, person = place.signed_in(), place.people[DESK]
    form = form_of(browser, "/preferences", "/preferences")
    browser.submit(form, language="fr", digest="daily", digest_at="07:30")
    with reading(place.engine) as connection:
        found = entries.find(connection, place.deployment, person)
        before = {fault.code for fault in checks.verify(connection, place.deployment)}
    assert found is not None
    assert (found.language, f"{found.digest_at:%H:%M}") == ("fr", "07:30")
    with unit_of_work(place.engine) as connection:
        connection.execute(wishes.update().values(wishes={"language": "es"}))
    with reading(place.engine) as connection:
        assert preferences.of(connection, place.deployment.identities, person) == Preferences()
        after = {fault.code for fault in checks.verify(connection, place.deployment)}
    assert after - before == {"wishes-altered"}
    assert place.signed_in().get("/preferences").status_code == 200


def test_somebody_away_is_not_in_line_until_they_come_back(place: Place) -> None:
    browser, person = place.signed_in(), place.people[DESK]
    form = form_of(browser, "/preferences", "/preferences/absences")
    browser.submit(form, first=FIRST.isoformat(), last=LAST.isoformat(), delegate="")
    assert person in in_line(place, timedelta())
    assert person not in in_line(place, timedelta(days=2))
    browser.submit(form_of(browser, "/preferences", "/preferences/absences/ended"))
    assert person in in_line(place, timedelta(days=2))


def test_of_changes_at_once_none_is_lost(place: Place) -> None:
    person, days = place.people[DESK], [FIRST + timedelta(days=10 * number) for number in range(8)]

    def go_away(day: date) -> bool:
        def alter(before: Preferences) -> Preferences:
            away = [*before.absences, Absence(first_day=day, last_day=day)]
            return before.model_copy(update={"absences": sorted(away, key=lambda one: one.first_day)})

        with unit_of_work(place.engine) as connection:
            return own_changes.change(connection, place.deployment, person, alter, NOW)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(go_away, days))
    with reading(place.engine) as connection:
        kept = preferences.of(connection, place.deployment.identities, person)
    assert [away.first_day for away in kept.absences] == days
    changed = [row for row in place.rows(tables.audit) if row.action == "preferences-changed"]
    assert len(changed) == len(days)


@pytest.mark.parametrize("address", [DESK, HOLDER])
def test_who_may_see_a_case_follows_it_and_stops(place: Place, address: str) -> None:
    browser, alert_id = place.signed_in(address), place.alert_ids[MANDATE]
    for follows, says in (("yes", "You follow this case"), ("no", "You get no updates")):
        found = [form for form in forms_of(browser.get(place.path)) if form.action.endswith("/updates")]
        form = next(form for form in found if form.fields["follows"] == follows)
        assert says in text_of(browser.submit(form))
        with reading(place.engine) as connection:
            said = subscriptions.of_alerts(connection, [alert_id])
        assert said == {alert_id: {place.people[address]: follows == "yes"}}


def test_whoever_may_not_see_a_case_cannot_follow_it(place: Place) -> None:
    stranger = place.signed_in(STRANGER)
    token = forms_of(stranger.get("/preferences"))[0].fields["csrf"]
    paths = (place.path, "/cases/HRD-0000-000")
    answers = [stranger.post(f"{path}/updates", csrf=token, follows="yes") for path in paths]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    assert place.rows(chosen) == []
