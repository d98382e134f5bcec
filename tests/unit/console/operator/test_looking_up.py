"""Publishers with their keys, the knowledge with what is unverified, cases of which nobody was told, and drills."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

import planted
from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import put_recipient
from operator_pages import OPERATOR, an_app, post, read
from tocsin.console.access.viewer import Role
from tocsin.console.operator.desk import MAY
from tocsin.console.operator.pages import pages
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.domain.identifiers import case_reference
from tocsin.knowledge import checking
from tocsin.knowledge.load import labels, load
from tocsin.runtime import clock
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.publishing import api_keys
from tocsin.store.publishing import publishers as registry
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin.store.views.publisher_standings import KeyState
from web_client import ask

SAID = words("en")
MANDATE = "UN-WGAD"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return a_deployment(tmp_path)


@pytest.fixture
def app(engine: Engine, deployment: Deployment) -> FastAPI:
    return an_app(engine, deployment)


# --- publishers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def publishers(engine: Engine, deployment: Deployment) -> None:
    now, identities = clock.now(), deployment.identities
    ends = {"a-valid": None, "b-closing": now + timedelta(days=3), "c-expired": now - timedelta(days=1)}
    with unit_of_work(engine) as connection:
        registry.add(connection, identities, Publisher("NGO-OBS", ("COE-CHR",), now - timedelta(days=90), OPERATOR))
        for number, (key_id, end) in enumerate(ends.items(), 10):
            public = f"{number:02x}" * 32
            start = now - timedelta(days=80)
            key = PublisherKey(key_id, "NGO-OBS", public, start, end, OPERATOR)
            registry.add_key(connection, identities, key, start)
        registry.revoke_key(connection, identities, "a-valid", OPERATOR, now)
        api_keys.create(connection, identities, "NGO-OBS", [Scope.FORM], [], now + timedelta(days=9), OPERATOR, now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_key_says_how_it_stands_and_until_when(app: FastAPI, publishers: None, language: str) -> None:
    said, shown = words(language), read(app, f"/publishers?lang={language}")
    for key_id, state in (("a-valid", "revoked"), ("b-closing", "closing"), ("c-expired", "expired")):
        assert f"{key_id} {said('publishers.signs')} {said(f'key.{state}')}" in shown
    assert said("publishers.opens", what="form") in shown
    assert said("publishers.acts_for", names="COE-CHR") in shown


def test_a_row_that_was_altered_or_put_back_is_said(engine: Engine, app: FastAPI, publishers: None) -> None:
    keys = tables.publisher_keys
    with unit_of_work(engine) as connection:
        connection.execute(keys.update().where(keys.c.key_id == "c-expired").values(valid_to=None))
    assert SAID("publishers.altered", name="c-expired") in read(app, "/publishers")


def test_every_state_of_a_key_has_words_in_every_language() -> None:
    assert [s for language in LANGUAGES for s in KeyState if not words(language).has(f"key.{s.value}")] == []


# --- knowledge -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_state_shows_who_is_competent_on_a_day_and_why(app: FastAPI, language: str) -> None:
    said = words(language)
    shown = read(app, f"/knowledge?state=tgo&on=2025-10-01&lang={language}")
    assert "UN-WGAD" in shown
    assert labels(language)["statuses"]["member"] in shown
    assert all(mechanism in shown for mechanism in load().mechanisms)
    assert said("knowledge.yes") in shown
    assert said("knowledge.no") in shown


def test_every_fact_without_a_checked_source_is_marked_and_listed(app: FastAPI) -> None:
    unverified = checking.unverified(load())
    assert unverified
    shown = read(app, "/knowledge/unverified")
    assert all(" ".join(fact.split()) in shown for fact in unverified)
    marked = [
        state
        for state in ("TGO", "FRA", "TUN", "XKX")
        if SAID("knowledge.unverified") in read(app, f"/knowledge?state={state}")
    ]
    assert marked


@pytest.mark.parametrize("query", ["", "?state=XYZ", "?state=%3Cscript%3E&on=never", "?on=2025-02-30"])
def test_what_is_no_state_or_no_day_is_asked_again(app: FastAPI, query: str) -> None:
    assert SAID("knowledge.mechanisms") not in read(app, f"/knowledge{query}")


# --- nobody told ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_of_which_nobody_is_told_shows_the_rules_that_refused(
    engine: Engine, app: FastAPI, language: str
) -> None:
    rule = "mandate-by-country"
    with unit_of_work(engine) as connection:
        case_id = planted.plant_case(connection, 1)
        planted.plant_decision(connection, case_id, "EU-HRD", "refusal", rule, "no consent")
        planted.plant_decision(connection, case_id, "COE-CHR", "route", "detention", "a member")
        planted.plant_review(connection, case_id)
    shown = read(app, f"/unrouted?lang={language}")
    for expected in (case_reference(case_id), rule, "EU-HRD", labels(language)["rules"][rule]):
        assert expected in shown
    assert "COE-CHR" not in shown


def test_what_was_seen_is_closed_and_gone(engine: Engine, app: FastAPI) -> None:
    with unit_of_work(engine) as connection:
        case_id = planted.plant_case(connection, 1)
        planted.plant_review(connection, case_id)
        (review_id,) = connection.execute(tables.reviews.select()).scalars()
    shown = read(app, post(app, f"/reviews/{review_id}/close"))
    assert SAID("done.closed") in shown
    assert SAID("unrouted.none") in shown


# --- drills --------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(engine: Engine, deployment: Deployment) -> list[str]:
    with unit_of_work(engine) as connection:
        return [
            put_recipient(connection, deployment, an_entry(address, [MANDATE]), NOW - timedelta(days=300))
            for address in ("one@mechanism.example", "two@mechanism.example")
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drill_goes_to_those_told_first_and_says_who_confirmed(
    engine: Engine, app: FastAPI, people: list[str], language: str
) -> None:
    said, led_to = words(language), post(app, "/drills", mandate=MANDATE, hours="3")
    with unit_of_work(engine) as connection:
        (row,) = connection.execute(tables.drills.select())
        answer = {"drill_id": row.drill_id, "recipient_id": people[0], "answered_at": row.started_at}
        connection.execute(tables.drill_answers.insert(), answer)
    shown = read(app, f"{led_to}&lang={language}")
    assert (row.answer_by - row.started_at, row.started_by) == (timedelta(hours=3), OPERATOR)
    for expected in (
        said("done.drill_started"),
        said("drills.sum", answered=1, called=2, unreachable=0),
        people[1][:8],
    ):
        assert expected in shown
    assert MANDATE in read(app, f"/drills?lang={language}")


@pytest.mark.parametrize(
    ("fields", "status"), [({"mandate": "UN-WATER", "hours": "2"}, 409), ({"hours": "0"}, 422), ({}, 422)]
)
def test_a_drill_that_reaches_nobody_or_has_no_end_is_not_started(
    engine: Engine, app: FastAPI, people: list[str], fields: dict[str, str], status: int
) -> None:
    assert ask(app, "/drills", "POST", data=fields).status_code == status
    with unit_of_work(engine) as connection:
        assert connection.execute(tables.drills.select()).all() == []


# --- all -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_the_pages_of_its_navigation_and_no_others(
    engine: Engine, deployment: Deployment, role: Role
) -> None:
    app = an_app(engine, deployment, role)
    answers = {place: ask(app, f"/{place}") for place in MAY}
    reached = {place for place, answer in answers.items() if answer.status_code == 200}
    assert reached == {place for place, roles in MAY.items() if role in roles}
    for place in reached:
        navigation = answers[place].text.partition('<nav class="places"')[2].partition("</nav>")[0]
        assert {other for other in MAY if f'<a href="/{other}"' in navigation} == reached


def test_what_is_not_yours_answers_as_what_is_not_there(engine: Engine, deployment: Deployment) -> None:
    app = an_app(engine, deployment, Role.RECIPIENT)
    nothing = ask(app, "/nothing")
    assert ask(app, "/").headers["location"] == "/account", "the way in is everybody's"
    for place in filter(None, MAY):
        answer = ask(app, f"/{place}")
        assert (answer.status_code, answer.content) == (404, nothing.content), place


def test_the_pages_are_one_router_for_the_console_to_mount(engine: Engine, deployment: Deployment) -> None:
    paths = {getattr(route, "path", "") for route in pages(engine, deployment).routes}
    assert {f"/{place}" for place in MAY} <= paths
