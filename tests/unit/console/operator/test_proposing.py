"""Whoever proposes a change of the directory by page signs it with a key that never comes here, and cannot approve it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from starlette.datastructures import FormData

from builders import an_entry
from databases import a_database, a_deployment
from directories import FIRST, SECOND, THIRD, appoint_two, put_recipient
from directory_pages import send
from operator_pages import an_app, read, text_of
from tocsin.console.access.viewer import Role
from tocsin.console.operator.directory import forms
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.runtime import clock
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators
from tocsin.store.directory import drafts as directory_drafts
from tocsin.store.directory import entries as directory
from tocsin.store.directory.keys import Signer
from tocsin_schemas.directory import RecipientEntry, Seat
from web_client import ask

SAID = words("en")
DESK, NEW = "desk@mechanism.example", "registry@mechanism.example"
KEY = "desk-mechanism-example"
ENTRY = {
    "key": "un-wgad-desk-1",
    "role": "staff",
    "mandates": ["UN-WGAD"],
    "language": "en",
    "timezone": "Africa/Tunis",
    "level": "L1",
    "email": NEW,
    "as": FIRST.key_id,
}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def deployment(tmp_path: Path, engine: Engine) -> Deployment:
    made = a_deployment(tmp_path)
    with unit_of_work(engine) as connection:
        appoint_two(connection, made)
        put_recipient(connection, made, an_entry(DESK, ["UN-WGAD"]), clock.now() - timedelta(days=1))
    return made


@pytest.fixture
def app(engine: Engine, deployment: Deployment) -> FastAPI:
    return an_app(engine, deployment)


def drafted(app: FastAPI, form: str, **fields: Any) -> str:
    """The path of the page where it is looked at."""
    answer = ask(app, f"/directory/proposal/{form}", "POST", data={"as": FIRST.key_id} | fields)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"])


def sign(app: FastAPI, draft: str, signer: Signer = FIRST) -> Any:
    message = ask(app, f"{draft}/words").content
    return ask(app, f"{draft}/proposal", "POST", data={"signature": signer.sign(message)})


def states(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        query = select(tables.directory_changes.c.state).order_by(tables.directory_changes.c.proposed_at)
        return list(connection.execute(query).scalars())[1:]


def entry_of(engine: Engine, deployment: Deployment, key: str) -> RecipientEntry | None:
    with reading(engine) as connection:
        return next((e for e in directory.entries(connection, deployment) if e.key == key), None)


def test_what_one_administrator_proposes_by_page_another_approves_by_page(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    draft = drafted(app, "entry", **ENTRY)
    shown = read(app, draft)
    assert "UN-WGAD" in shown
    assert NEW not in shown, "addresses are shown on record only"
    assert states(engine) == ["drafted"]
    answer = sign(app, draft)
    change = answer.headers["location"].partition("?")[0]
    assert SAID("done.change_proposed") in read(app, answer.headers["location"])
    assert "UN-WGAD" in read(app, change)
    assert (states(engine), entry_of(engine, deployment, "un-wgad-desk-1")) == (["pending"], None)
    assert send(app, change, FIRST).status_code == 409, "its proposer does not approve it"
    assert send(app, change, SECOND).status_code == 303
    entry = entry_of(engine, deployment, "un-wgad-desk-1")
    assert entry is not None
    assert (entry.addresses["email"], entry.timezone) == (NEW, "Africa/Tunis")


CHANGES: dict[str, tuple[dict[str, Any], str, Any]] = {
    "competence": ({"mandates": ["UN-WGAD", "UN-TORTURE"]}, "mandates", ["UN-WGAD", "UN-TORTURE"]),
    "language": ({"language": "fr", "languages": ["en"]}, "languages", ["fr", "en"]),
    "address": ({"email": NEW}, "addresses", {"email": NEW}),
    "term": ({"valid_to": "2027-01-01"}, "valid_to", Seat.model_validate(
        {"key": "x", "mandates": ["x"], "role": "staff", "languages": ["en"], "valid_to": "2027-01-01"}, strict=False
    ).valid_to),
    "level": ({"level": "L0"}, "level", "L0"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_typed_again_stays(engine: Engine, deployment: Deployment, app: FastAPI, name: str) -> None:
    typed, field, expected = CHANGES[name]
    kept = {"role": "staff", "mandates": ["UN-WGAD"], "language": "en", "timezone": "UTC", "level": "L1", "email": ""}
    before = entry_of(engine, deployment, KEY)
    answer = sign(app, drafted(app, f"entry?key={KEY}", **kept | typed))
    assert send(app, answer.headers["location"].partition("?")[0], SECOND).status_code == 303
    after = entry_of(engine, deployment, KEY)
    assert before is not None
    assert after is not None
    assert getattr(after, field) == expected
    assert after == before.model_copy(update={field: expected})


def test_absences_and_hours_are_read_row_by_row(app: FastAPI) -> None:
    typed = {
        "days": ["monday", "friday"],
        "start": "08:30",
        "end": "17:00",
        "first_day": ["", "2026-12-24"],
        "last_day": ["", "2026-12-31"],
        "delegate": ["", KEY],
    }
    shown = read(app, drafted(app, "entry", **ENTRY | typed))
    for expected in ("Monday", "08:30", "2026-12-24", KEY):
        assert expected in shown


WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "no address": ("entry", {"email": ""}, "email", "address-missing"),
    "two addresses": ("entry", {"email": "a@b.example, c@d.example"}, "email", "address-malformed"),
    "no mandate": ("entry", {"mandates": []}, "mandates", "too-short"),
    "a mandate that there is not": ("entry", {"mandates": ["UN-NOTHING"]}, "mandates", "mandate-unknown"),
    "a zone that there is not": ("entry", {"timezone": "Mars/Olympus"}, "timezone", "timezone-unknown"),
    "the end before the beginning": ("entry", {"valid_from": "2027-01-02", "valid_to": "2027-01-01"}, "valid_to",
                                     "dates-reversed"),
    "hours without days": ("entry", {"start": "08:30", "end": "17:00"}, "days", "too-short"),
    "an entry that is there": ("entry", {"key": KEY}, "key", "key-taken"),
    "an identifier with spaces": ("entry", {"key": "a b"}, "key", "string-pattern-mismatch"),
    "a deputy that there is not": ("entry", {"deputy": "nobody-1"}, "deputy", "deputy-unknown"),
    "no certificate": ("entry", {"openpgp": "hello"}, "openpgp", "certificate-unreadable"),
    "nobody to remove": ("removal", {"key": "nobody-1"}, "key", "recipient-unknown"),
    "no public key": ("administrator", {"id": "registry-9", "public_key": "hello"}, "public_key", "key-unusable"),
    "nobody to revoke": ("revocation", {"id": "registry-9"}, "id", "administrator-unknown"),
    "no day": ("revocation", {"id": FIRST.key_id, "since": "tomorrow"}, "since", "date-malformed"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_drafted(
    engine: Engine, app: FastAPI, name: str, language: str
) -> None:
    form, typed, field, code = WRONG[name]
    fields = (ENTRY if form == "entry" else {"as": FIRST.key_id}) | typed
    answer = ask(app, f"/directory/proposal/{form}?lang={language}", "POST", data=fields)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert f"<code>{code}</code>" in answer.text
    assert words(language)(f"fault.{code.replace('-', '_')}") in text_of(answer)
    assert states(engine) == []


def test_a_stranger_s_name_drafts_nothing(engine: Engine, app: FastAPI) -> None:
    answer = ask(app, "/directory/proposal/entry", "POST", data=ENTRY | {"as": THIRD.key_id})
    assert (answer.status_code, states(engine)) == (422, [])
    assert "administrator-not-in-force" in text_of(answer)


def test_another_s_signature_proposes_nothing(engine: Engine, app: FastAPI) -> None:
    draft = drafted(app, "entry", **ENTRY)
    for signer in (SECOND, THIRD):
        assert sign(app, draft, signer).status_code == 409
    assert states(engine) == ["drafted"]


def test_words_that_are_old_propose_nothing_and_the_next_draft_forgets_them(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    draft = drafted(app, "entry", **ENTRY)
    signature = FIRST.sign(ask(app, f"{draft}/words").content)
    long_ago = clock.now() - directory_drafts.FRESH - timedelta(minutes=1)
    with unit_of_work(engine) as connection:
        changed = tables.directory_changes.update().where(tables.directory_changes.c.state == "drafted")
        connection.execute(changed.values(proposed_at=long_ago))
    answer = ask(app, f"{draft}/proposal", "POST", data={"signature": signature})
    assert SAID("refused.decision_stale.title") in text_of(answer)
    drafted(app, "removal", key=KEY)
    old = draft.rpartition("/")[2]
    with reading(engine) as connection:
        kept = select(func.count()).select_from(tables.sealed_contents).where(tables.sealed_contents.c.subject == old)
        assert connection.execute(kept).scalar_one() == 0
    assert ask(app, draft).status_code == 404


def test_what_is_dropped_leaves_nothing(engine: Engine, app: FastAPI) -> None:
    draft = drafted(app, "removal", key=KEY)
    assert ask(app, f"{draft}/discarding", "POST", data={}).headers["location"] == "/directory?done=draft_discarded"
    assert (states(engine), ask(app, draft).status_code) == ([], 404)


def test_two_drafts_of_one_entry_become_one_proposal(engine: Engine, app: FastAPI) -> None:
    one, other = drafted(app, "removal", key=KEY), drafted(app, "removal", key=KEY)
    assert sign(app, one).status_code == 303
    assert sign(app, other).status_code == 409
    assert sorted(states(engine)) == ["drafted", "pending"]
    again = ask(app, "/directory/proposal/removal", "POST", data={"as": SECOND.key_id, "key": KEY})
    assert "change-pending" in text_of(again)


def test_an_administrator_is_appointed_and_another_revoked_by_page(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(THIRD.key_id.encode().ljust(32, b"."))
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for form, fields in (
        ("administrator", {"id": THIRD.key_id, "public_key": pem}),
        ("revocation", {"id": SECOND.key_id}),
    ):
        answer = sign(app, drafted(app, form, **fields))
        approver = SECOND if form == "administrator" else THIRD
        assert send(app, answer.headers["location"].partition("?")[0], approver).status_code == 303
    with reading(engine) as connection:
        people = administrators.load(connection, deployment.identities).values()
        assert {p.key_id for p in people if p.in_force(clock.now())} == {FIRST.key_id, THIRD.key_id}


def test_addresses_are_shown_to_administrators_alone_and_it_is_on_record(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    path = drafted(app, "entry", **ENTRY).replace("drafts", "changes") + "/addresses"
    auditor = an_app(engine, deployment, Role.AUDITOR)
    assert ask(auditor, path).status_code == 404
    assert NEW in read(app, path)
    with reading(engine) as connection:
        entry = connection.execute(select(tables.audit).where(tables.audit.c.action == "addresses-shown")).one()
    assert entry.detail["changes"] == [path.split("/")[3]]
    assert ask(app, path.replace("/addresses", "")).status_code == 404, "a draft is no change"


def test_the_directory_is_searched_by_mechanism_and_identifier(app: FastAPI) -> None:
    assert KEY in read(app, "/directory?mechanism=UN-WGAD&q=desk")
    for asked in ("mechanism=OIF", "q=torture", "q=desk+fr"):
        assert KEY not in read(app, f"/directory?{asked}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_is_shown_with_its_history_and_without_its_address(app: FastAPI, language: str) -> None:
    shown = read(app, f"/directory/entries/{KEY}?lang={language}")
    said = words(language)
    for expected in (said("standing.approved"), FIRST.key_id, SECOND.key_id, said("step.staff")):
        assert expected in shown
    assert DESK not in shown


def test_an_auditor_reads_entries_and_proposes_nothing(engine: Engine, deployment: Deployment) -> None:
    app = an_app(engine, deployment, Role.AUDITOR)
    assert "/directory/proposal" not in ask(app, f"/directory/entries/{KEY}").text + ask(app, "/directory").text
    assert ask(app, f"/directory/proposal/entry?key={KEY}").status_code == 404
    assert ask(app, "/directory/proposal/entry", "POST", data=ENTRY).status_code == 404


TYPED = st.text(max_size=20)
SOMETHING = st.fixed_dictionaries({}, optional=dict.fromkeys((*ENTRY, "openpgp", "start", "digest_at"), TYPED))


@settings(max_examples=60)
@given(SOMETHING)
def test_whatever_is_typed_is_an_entry_or_has_faults_that_repeat_none_of_it(typed: dict[str, Any]) -> None:
    entry, faults = forms.read(FormData(list(typed.items())), None)
    assert (entry is None) == bool(faults)
    assert all(re.fullmatch("[a-z_-]{3,40}", fault.code) for fault in faults)
