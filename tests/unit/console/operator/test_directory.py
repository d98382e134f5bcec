"""A change of the directory is applied when a second administrator has signed it, with a key that never came here."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select

from builders import an_entry
from databases import a_database, a_deployment
from directories import FIRST, SECOND, THIRD, appoint_two, put_recipient
from directory_pages import send
from operator_pages import an_app, read, text_of
from tocsin.console.access.viewer import Role
from tocsin.console.operator.directory import entries as entry_pages
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.runtime import clock
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries as directory
from tocsin.store.directory import proposals
from tocsin.store.directory.changes import State
from tocsin.store.directory.keys import Signer
from tocsin.store.directory.seals import Kind
from tocsin_schemas.directory import Role as Seat
from web_client import ask

SAID = words("en")
DESK = "desk@mechanism.example"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return a_deployment(tmp_path)


@pytest.fixture
def app(engine: Engine, deployment: Deployment) -> FastAPI:
    return an_app(engine, deployment)


@pytest.fixture
def change(engine: Engine, deployment: Deployment) -> str:
    """The path of a new entry that FIRST has proposed."""
    now = clock.now() - timedelta(minutes=5)
    with unit_of_work(engine) as connection:
        appoint_two(connection, deployment)
        made = proposals.propose_entry(connection, deployment, FIRST, an_entry(DESK, ["UN-WGAD"]), now)
    assert made is not None
    return f"/directory/changes/{made.change_id}"


def entries(engine: Engine, deployment: Deployment) -> list[str]:
    with reading(engine) as connection:
        return [person.key for person in directory.read(connection, deployment).recipients]


def state(engine: Engine) -> str:
    with reading(engine) as connection:
        return str(connection.execute(select(tables.directory_changes.c.state)).scalar_one())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_waits_is_shown_without_an_address(app: FastAPI, change: str, language: str) -> None:
    said = words(language)
    shown = read(app, f"/directory?lang={language}") + read(app, f"{change}?lang={language}")
    for expected in (
        said("directory.waiting"),
        FIRST.key_id,
        "desk-mechanism-example",
        "UN-WGAD",
        said("directory.two"),
    ):
        assert expected in shown
    assert DESK not in shown


def test_a_second_administrator_approves_and_the_entry_is_there(
    engine: Engine, deployment: Deployment, app: FastAPI, change: str
) -> None:
    assert entries(engine, deployment) == []
    answer = send(app, change, SECOND)
    assert answer.status_code == 303
    assert SAID("done.change_approved") in read(app, answer.headers["location"])
    assert entries(engine, deployment) == ["desk-mechanism-example"]
    with reading(engine) as connection:
        entry = connection.execute(select(tables.audit).where(tables.audit.c.action == "directory-changed")).one()
    assert (entry.detail["proposer"], entry.detail["approver"]) == (FIRST.key_id, SECOND.key_id)


@pytest.mark.parametrize(
    ("signer", "decision", "left"), [(SECOND, "rejected", "rejected"), (FIRST, "withdrawn", "withdrawn")]
)
def test_a_change_is_rejected_or_withdrawn_by_signature_too(
    engine: Engine, deployment: Deployment, app: FastAPI, change: str, signer: Signer, decision: str, left: str
) -> None:
    assert send(app, change, signer, decision).status_code == 303
    assert (state(engine), entries(engine, deployment)) == (left, [])


REFUSED = {
    "the proposer approves it": (FIRST, "approved", {}, "second_person_required"),
    "a stranger signs": (THIRD, "approved", {}, "administrator_not_in_force"),
    "another than the proposer withdraws it": (SECOND, "withdrawn", {}, "not_the_proposer"),
    "the signature is of another decision": (SECOND, "rejected", {"decision": "approved"}, "signature_false"),
    "the signature is another's": (THIRD, "approved", {"key_id": SECOND.key_id}, "signature_false"),
    "it is no signature": (SECOND, "approved", {"signature": "zz"}, "signature_false"),
    "it is empty space": (SECOND, "rejected", {"signature": " "}, "signature_false"),
    "the words are of yesterday": (SECOND, "approved", {"at": "2020-01-01T00:00:00+00:00"}, "decision_stale"),
    "the words are of no zone": (SECOND, "approved", {"at": "2026-01-01T00:00:00"}, "decision_stale"),
    "the words are of tomorrow": (SECOND, "approved", {"at": "2199-01-01T00:00:00+00:00"}, "decision_stale"),
    "it is no decision": (SECOND, "approved", {"decision": "expired"}, "decision_stale"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_whatever_is_not_two_persons_words_changes_nothing(
    engine: Engine, deployment: Deployment, app: FastAPI, change: str, name: str
) -> None:
    signer, decision, over, why = REFUSED[name]
    answer = send(app, change, signer, decision, **over)
    assert answer.status_code == 409
    assert SAID(f"refused.{why}.title") in text_of(answer)
    assert (state(engine), entries(engine, deployment)) == ("pending", [])


def test_what_is_decided_is_not_decided_again(app: FastAPI, change: str) -> None:
    at = clock.now().replace(microsecond=0).isoformat()
    assert send(app, change, SECOND, "rejected").status_code == 303
    fields = {"decision": "approved", "key_id": SECOND.key_id, "at": at, "signature": "00" * 64}
    assert SAID("refused.change_not_pending.title") in text_of(ask(app, f"{change}/decision", "POST", data=fields))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_gives_the_words_the_command_and_the_form(app: FastAPI, change: str, language: str) -> None:
    shown = read(app, f"{change}/decision?decision=approved&as={SECOND.key_id}&lang={language}")
    assert "openssl pkeyutl -sign -rawin" in shown
    assert '"mandates":["UN-WGAD"]' in shown
    assert words(language)("directory.bring") in shown


@pytest.mark.parametrize("name", ["the proposer approves it", "another than the proposer withdraws it"])
def test_whose_turn_it_is_not_is_told_so_before_signing(app: FastAPI, change: str, name: str) -> None:
    signer, decision, _, why = REFUSED[name]
    asked = f"{change}/decision?decision={decision}&as={signer.key_id}"
    assert SAID(f"refused.{why}.title") in read(app, asked, 409)


def test_a_row_that_was_altered_is_said(engine: Engine, deployment: Deployment, app: FastAPI) -> None:
    with unit_of_work(engine) as connection:
        put_recipient(
            connection, deployment, an_entry(DESK, ["UN-WGAD"]), datetime.fromisoformat("2026-01-01T00:00:00Z")
        )
        connection.execute(tables.recipients.update().values(version=7))
    assert SAID.many("directory.altered", 1) in read(app, "/directory")


def test_an_auditor_looks_and_decides_nothing(engine: Engine, deployment: Deployment, change: str) -> None:
    app = an_app(engine, deployment, Role.AUDITOR)
    assert SAID("directory.two") not in read(app, change)
    for path in ("decision?decision=approved&as=registry-2", "words?decision=approved&as=registry-2&at=x"):
        assert ask(app, f"{change}/{path}").status_code == 404
    assert ask(app, f"{change}/decision", "POST", data={}).status_code == 404
    assert ask(an_app(engine, deployment, Role.REVIEWER), "/directory").status_code == 404


def test_every_code_of_a_change_has_words_in_every_language() -> None:
    wanted = [f"change.{kind.value}" for kind in Kind] + [f"standing.{each.value}" for each in State]
    wanted += [f"seat.{seat.value}" for seat in Seat]
    assert [key for language in LANGUAGES for key in wanted if not words(language).has(key)] == []


def test_entries_are_read_page_by_page_and_one_that_was_altered_meanwhile_is_told_at_once(
    engine: Engine, deployment: Deployment, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_pages, "PAGE_SIZE", 2)
    with unit_of_work(engine) as connection:
        for number in range(3):
            put_recipient(connection, deployment, an_entry(f"{number}-{DESK}", ["UN-WGAD"]), clock.now())
    shown = [set(re.findall(r"<bdi>(\d-desk[\w-]*)</bdi>", ask(app, f"/directory?page={n}").text)) for n in (1, 2)]
    assert [len(names) for names in shown] == [2, 1]
    assert len(shown[0] | shown[1]) == 3
    with unit_of_work(engine) as connection:
        changed = tables.recipients.update().where(tables.recipients.c.entry.is_not(None))
        connection.execute(changed.values(approver="somebody-else"))
    assert SAID.many("directory.altered", 3) in read(app, "/directory")
