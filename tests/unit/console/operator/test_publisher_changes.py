"""Publishers and their keys are changed by page, what is secret is shown once, and a key in wrong hands ends at once."""

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from sqlalchemy import Engine, select

from databases import a_database, a_deployment
from operator_pages import OPERATOR, an_app, read, text_of
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.runtime import clock
from tocsin.runtime.key_files import public_hex
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import KeyRefused
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin.store.tables.columns import metadata
from web_client import ask

SAID = words("en")
NAME = "NGO-OBS"
PAGE = f"/publishers/registered/{NAME}"
NOWHERE = "127.0.0.1:9"
"""No broker answers there."""


def a_pair(seed: str) -> tuple[str, str]:
    """(PEM, hexadecimal) of a public key."""
    key = Ed25519PrivateKey.from_private_bytes(seed.encode().ljust(32, b".")).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), public_hex(key)


FIRST, NEXT = a_pair("first"), a_pair("next")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def deployment(tmp_path: Path, engine: Engine) -> Deployment:
    made, now = a_deployment(tmp_path), clock.now()
    with unit_of_work(engine) as connection:
        publishers.add(connection, made.identities, Publisher(NAME, (), now, "op-1"))
        publishers.add_key(connection, made.identities, PublisherKey("obs.1", NAME, FIRST[1], now, None, "op-1"), now)
    return made


@pytest.fixture
def app(engine: Engine, deployment: Deployment) -> FastAPI:
    return an_app(engine, deployment, Role.DIRECTORY_ADMIN)


def send(app: FastAPI, path: str, **fields: Any) -> str:
    answer = ask(app, path, "POST", data=fields)
    assert answer.status_code == 200, text_of(answer)
    return text_of(answer)


def keys(engine: Engine, deployment: Deployment, name: str = NAME) -> dict[str, PublisherKey]:
    with reading(engine) as connection:
        return {key.public_key: key for key in publishers.keys_of(connection, deployment.identities, name)}


def opens(engine: Engine, deployment: Deployment, whole: str) -> bool:
    with reading(engine) as connection:
        try:
            api_keys.check(connection, deployment.identities, whole, "192.0.2.1", clock.now())
        except KeyRefused:
            return False
    return True


def deeds(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        query = select(tables.audit.c.action, tables.audit.c.detail).where(tables.audit.c.chain == publishers.CHAIN)
        return [(row.action, row.detail["by"]) for row in connection.execute(query.order_by(tables.audit.c.seq))][2:]


def everything(engine: Engine) -> str:
    with reading(engine) as connection:
        return repr([list(connection.execute(select(table))) for table in metadata.sorted_tables])


def test_a_publisher_is_registered_with_the_key_that_it_made(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    shown = send(app, "/publishers/new", name="ACHPR-SRHRD", acts_for="UN-WGAD UN-SRHRD", public_key=NEXT[0])
    assert "tocsin publishers password ACHPR-SRHRD" in shown, "this console has no way to the broker"
    with reading(engine) as connection:
        found = publishers.find(connection, deployment.identities, "ACHPR-SRHRD")
    assert found is not None
    assert (found.acts_for, found.added_by, found.kafka_user) == (("UN-WGAD", "UN-SRHRD"), OPERATOR, None)
    assert list(keys(engine, deployment, "ACHPR-SRHRD")) == [NEXT[1]]
    assert deeds(engine) == [("publisher-added", OPERATOR), ("key-added", OPERATOR)]


def test_a_publisher_who_came_by_the_form_can_be_looked_at(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    with unit_of_work(engine) as connection:
        audit.append(connection, publishers.CHAIN, "form-entered", "obs.1", {"publisher": NAME}, clock.now())
    assert SAID("deed.form-entered") in read(app, PAGE)


def test_a_new_key_signs_and_the_earlier_ones_close(engine: Engine, deployment: Deployment, app: FastAPI) -> None:
    send(app, f"{PAGE}/keys", public_key=NEXT[0], overlap_days="3", key_days="30")
    found = keys(engine, deployment)
    old, new = found[FIRST[1]], found[NEXT[1]]
    assert old.valid_to is not None
    assert new.valid_to is not None
    assert ((old.valid_to - clock.now()).days, (new.valid_to - clock.now()).days) == (2, 29)
    assert new.valid_from <= clock.now()


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.DIRECTORY_ADMIN])
def test_a_key_in_wrong_hands_is_revoked_at_once(engine: Engine, deployment: Deployment, role: Role) -> None:
    app = an_app(engine, deployment, role)
    for _ in range(2):
        assert SAID("done.key_revoked") in send(app, "/publishers/keys/obs.1/revocation")
    assert keys(engine, deployment)[FIRST[1]].revoked_at is not None
    assert deeds(engine) == [("key-revoked", OPERATOR)]


def test_an_api_key_is_shown_once_kept_nowhere_and_revoked(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    shown = send(app, f"{PAGE}/api-keys", scopes=["reports", "form"], api_days="30")
    [whole] = re.findall(r"tcn_[a-z0-9]{12}_[\w-]{43}", shown)
    assert opens(engine, deployment, whole)
    secret = whole.split("_", 2)[2]
    assert secret not in everything(engine) + read(app, PAGE) + read(app, "/publishers")
    duty = an_app(engine, deployment, Role.DUTY_OFFICER)
    answer = ask(duty, f"/publishers/api-keys/{whole.split('_')[1]}/revocation", "POST", data={})
    assert SAID("done.api_key_revoked") in read(duty, answer.headers["location"])
    assert not opens(engine, deployment, whole)


def test_a_publisher_ends_with_all_its_keys_when_its_name_is_typed_again(
    engine: Engine, deployment: Deployment, app: FastAPI
) -> None:
    [whole] = re.findall(r"tcn_\S+", send(app, f"{PAGE}/api-keys", scopes="reports"))
    assert ask(app, f"{PAGE}/end", "POST", data={"confirmed": "another"}).status_code == 422
    assert opens(engine, deployment, whole)
    assert SAID("done.publisher_ended") in send(app, f"{PAGE}/end", confirmed=NAME)
    assert not opens(engine, deployment, whole)
    assert "/end" not in ask(app, PAGE).text


WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a name that was given": ("/publishers/new", {"name": NAME}, "name", "publisher-exists"),
    "a name of ours": ("/publishers/new", {"name": "tocsin-x"}, "name", "name-reserved"),
    "no name": ("/publishers/new", {"name": "a b"}, "name", "name-invalid"),
    "no key": (f"{PAGE}/keys", {"public_key": "hello"}, "public_key", "key-unusable"),
    "no key at all": (f"{PAGE}/keys", {}, "public_key", "key-unusable"),
    "a key that is there": (f"{PAGE}/keys", {"public_key": FIRST[0]}, "public_key", "key-exists"),
    "it opens nothing": (f"{PAGE}/api-keys", {}, "scopes", "scope-none"),
    "no network": (f"{PAGE}/api-keys", {"scopes": "form", "networks": "here"}, "networks", "network-invalid"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_changes_nothing(engine: Engine, app: FastAPI, name: str) -> None:
    path, fields, field, code = WRONG[name]
    before = everything(engine)
    answer = ask(app, path, "POST", data=fields)
    assert (answer.status_code, f'id="{field}-fault"' in answer.text) == (422, True)
    for language in LANGUAGES:
        assert words(language).has(f"fault.{code.replace('-', '_')}")
    assert SAID(f"fault.{code.replace('-', '_')}") in text_of(answer)
    assert everything(engine) == before


def test_what_the_broker_does_not_do_is_said_with_the_command_that_does_it(
    engine: Engine, deployment: Deployment
) -> None:
    with unit_of_work(engine) as connection:
        publishers.name_kafka_user(connection, deployment.identities, NAME, NAME, "op-1", clock.now())
    app = an_app(engine, deployment, broker=NOWHERE)
    shown = send(app, "/publishers/keys/obs.1/revocation")
    assert SAID("broker.unreachable") in shown
    assert "tocsin publishers revoke obs.1" in shown
    assert keys(engine, deployment)[FIRST[1]].revoked_at is not None, "what the database knows holds already"


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.AUDITOR])
def test_who_only_looks_or_revokes_has_no_other_form(engine: Engine, deployment: Deployment, role: Role) -> None:
    app = an_app(engine, deployment, role)
    shown = ask(app, PAGE).text
    assert ("/publishers/keys/obs.1/revocation" in shown) == (role is Role.DUTY_OFFICER)
    assert f"{PAGE}/" not in shown
    assert ask(app, f"{PAGE}/keys", "POST", data={"public_key": NEXT[0]}).status_code == 404
