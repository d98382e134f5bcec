"""Drafts: sealed on disk, opened by a code that nobody is shown twice, and erased when their time is over."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from forming import LEAST, NAME, Person, a_form
from intaking import PUBLISHER, Intake
from tocsin.intake.form import erasing
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import drafts as drafts_store
from tocsin.store.publishing.drafts import KEPT, KEPT_AFTER_SENDING, Draft
from tocsin.store.tables import drafts, sealed_contents, sealing_keys

CANARY = "Quillfeather"


@pytest.fixture
def form(tmp_path: Path) -> Intake:
    return a_form(tmp_path)


@pytest.fixture
def person(form: Intake) -> Person:
    person = Person(form).sign_in()
    person.begin()
    return person


def rows(form: Intake) -> dict[str, int]:
    with reading(form.engine) as connection:
        tables = (drafts, sealed_contents, sealing_keys)
        return {table.name: len(connection.execute(table.select()).all()) for table in tables}


def test_nothing_that_was_typed_stands_in_the_database_in_clear(form: Intake, person: Person, tmp_path: Path) -> None:
    pages = LEAST | {
        "persons": {"alleged_victims.0.names.0.value": f"Ansel {CANARY}"},
        "source": LEAST["source"] | {"source.contact": CANARY, "publisher_reference": f"ref-{CANARY}"},
    }
    assert CANARY in person.fill(pages).read
    form.engine.dispose()
    files = [file for file in tmp_path.iterdir() if file.name.startswith("tocsin.db")]
    assert files
    for file in files:
        assert CANARY.encode() not in file.read_bytes()


def test_the_code_opens_the_draft_where_it_was_left_in_any_session_of_the_publisher(form: Intake) -> None:
    person = Person(form).sign_in()
    code = person.begin()
    draft = person.draft
    person.fill({step: LEAST[step] for step in ("source", "persons")})
    person.get(f"{draft}/events")
    assert person.save({"violation.place.name": "Port Saltmarsh"}, do="later").path == "/form"
    assert "Your draft is kept" in person.page.read
    other = Person(form).sign_in("colleague")
    page = other.submit("/form/resume", code=code.lower().replace("-", " "))
    assert page.path == f"{draft}/events"
    assert "Port Saltmarsh" in page.text
    assert NAME in other.get(f"{draft}/persons").text


@pytest.mark.parametrize(
    "spelling",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: f" {code}\n",
    ],
)
def test_a_code_may_be_typed_as_people_read_it(form: Intake, person: Person, spelling: Callable[[str], str]) -> None:
    desk = form.app.state.form
    draft = Draft("d" * 32, PUBLISHER, "en", "source", form.now, form.now + KEPT, None, None)
    with unit_of_work(form.engine) as connection:
        code = drafts_store.begin(connection, desk.deployment.vault, desk.identities, draft, {})
        assert code is not None
        found = drafts_store.resume(connection, desk.identities, PUBLISHER, spelling(code), form.now)
    assert found == draft


@pytest.mark.parametrize("who", ["other", "form"])
def test_a_code_opens_nothing_for_another_publisher_nor_if_it_is_wrong(form: Intake, who: str) -> None:
    person = Person(form).sign_in()
    code = person.begin()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    stranger = Person(form).sign_in(who)
    page = stranger.submit("/form/resume", code=code if who == "other" else wrong)
    assert page.status == 422
    assert "No draft has this code" in page.problems["code"]
    assert code not in page.text


def test_the_code_is_shown_once_and_kept_nowhere(form: Intake, tmp_path: Path) -> None:
    person = Person(form).sign_in()
    key = person.get("/form").forms["/form/drafts"]
    first = person.ask("POST", "/form/drafts", data=key)
    code = re.search(r"<code>([0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2})</code>", first.text)
    assert code is not None
    again = person.ask("POST", "/form/drafts", data=key)
    assert again.path.endswith("/source"), "pressed twice, the button begins one draft"
    assert rows(form)["drafts"] == 1
    for page in (again, person.get("/form"), person.get(f"{again.path.rpartition('/')[0]}/check")):
        assert code[1] not in page.text
    form.engine.dispose()
    for file in tmp_path.glob("tocsin.db*"):
        for spelling in (code[1], code[1].replace("-", "")):
            assert spelling.encode() not in file.read_bytes()


def test_a_draft_is_erased_with_its_key_two_weeks_after_it_was_last_touched(form: Intake, person: Person) -> None:
    draft = person.draft
    form.now += KEPT - timedelta(hours=1)
    person.sign_in()
    assert "Saved" in person.page.read
    assert erasing.erase_expired(form.app.state.form) == 0
    form.now += timedelta(hours=1)
    assert "Saved" not in person.get("/form").read
    assert person.get(f"{draft}/source").status == 404, "even before it is swept away"
    assert erasing.erase_expired(form.app.state.form) == 1
    assert rows(form) == {"drafts": 0, "sealed_contents": 0, "sealing_keys": 0}


def test_saving_keeps_a_draft_for_another_two_weeks(form: Intake) -> None:
    person = Person(form).sign_in()
    code = person.begin()
    for _ in range(3):
        form.now += KEPT - timedelta(days=1)
        person.sign_in()
        person.submit("/form/resume", code=code)
        assert person.save(LEAST["source"]).status == 200


def test_a_draft_that_was_sent_is_erased_a_day_later(form: Intake, person: Person) -> None:
    draft = person.draft
    person.fill(LEAST)
    person.submit(f"{draft}/send")
    assert "25 November 2026" in person.page.read
    form.now += KEPT_AFTER_SENDING
    assert erasing.erase_expired(form.app.state.form) == 1
    assert rows(form) == {"drafts": 0, "sealed_contents": 0, "sealing_keys": 0}


def test_a_draft_is_thrown_away_at_once(form: Intake, person: Person) -> None:
    draft = person.draft
    person.get(f"{draft}/check")
    assert "erased for good" in person.submit(f"{draft}/erase").read
    assert rows(form) == {"drafts": 0, "sealed_contents": 0, "sealing_keys": 0}
    assert person.get(f"{draft}/source").status == 404


def test_the_application_erases_by_itself_while_it_runs(form: Intake, person: Person) -> None:
    form.now += KEPT

    async def run() -> None:
        async with form.app.router.lifespan_context(form.app):
            for _ in range(200):
                if rows(form)["drafts"] == 0:
                    return
                await asyncio.sleep(0.02)

    asyncio.run(run())
    assert rows(form) == {"drafts": 0, "sealed_contents": 0, "sealing_keys": 0}
