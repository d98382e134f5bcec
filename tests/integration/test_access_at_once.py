"""What is given once to somebody who signs in to the console is given once to many who ask at the same instant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine

from databases import NOW, a_deployment
from tocsin.store.access import operators, passkeys, sign_ins
from tocsin.store.access.operators import Unacceptable
from tocsin.store.access.passkeys import Passkey
from tocsin.store.database import open_database, reading, unit_of_work

MANY = range(24)
pytestmark = pytest.mark.postgresql


@pytest.fixture
def engine(migrated: Callable[[], str]) -> Engine:
    return open_database(migrated())


def test_a_subject_has_one_account_however_often_it_signs_in_at_once(engine: Engine, tmp_path: Path) -> None:
    identities = a_deployment(tmp_path).identities

    def sign_in(_: int) -> str:
        with unit_of_work(engine) as connection:
            found = operators.of_subject(connection, identities, "https://sso.example", "s", ["auditor"], NOW)
        assert found is not None
        return found.operator_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(sign_in, MANY))) == 1
    with reading(engine) as connection:
        assert len(operators.listed(connection, identities)) == 1
    engine.dispose()


def test_a_challenge_is_taken_by_one_and_asked_anew_without_a_clash(engine: Engine, tmp_path: Path) -> None:
    identities = a_deployment(tmp_path).identities

    def begin(number: int) -> None:
        with unit_of_work(engine) as connection:
            asked = "passkey", "browser", "192.0.2.1", {"challenge": str(number)}
            sign_ins.begin(connection, identities, *asked, NOW)

    def take(_: int) -> bool:
        with unit_of_work(engine) as connection:
            return sign_ins.take(connection, identities, "passkey", "browser", NOW) is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, MANY))
        assert sum(pool.map(take, MANY)) == 1
    engine.dispose()


def test_an_invitation_registers_one_passkey(engine: Engine, tmp_path: Path) -> None:
    identities = a_deployment(tmp_path).identities
    with unit_of_work(engine) as connection:
        operators.add(connection, identities, "desk-1", ["auditor"], "registry-1+registry-2", NOW)
        code = passkeys.invite(connection, identities, "desk-1", NOW)

    def register(number: int) -> bool:
        passkey = Passkey("desk-1", b"key", 0)
        try:
            with unit_of_work(engine) as connection:
                passkeys.register(connection, identities, code, b"c%d" % number, passkey, NOW)
        except Unacceptable:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        registered = list(pool.map(register, MANY))
    with reading(engine) as connection:
        known = [passkeys.find(connection, identities, b"c%d" % number) for number in MANY]
    assert sum(registered) == sum(found is not None for found in known) == 1
    engine.dispose()
