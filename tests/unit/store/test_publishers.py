"""The registry of publishers: who and which key may be entered, how they end, and what was put back past Tocsin."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from databases import NOW, a_database, a_deployment
from tocsin.domain.identifiers import Identities
from tocsin.runtime.jws import signing_key
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import CHAIN, Publisher, PublisherKey, Unregistrable
from tocsin.store.streams import refusals
from tocsin.store.views.publisher_standings import SOON, KeyState, signs, standings, state_of, undone
from tocsin_schemas.problems import Problem

UNTIL = NOW + timedelta(days=365)
PUBLIC = signing_key("k", b"1" * 32).public_key


def a_publisher(name: str = "NGO-OBS", *acts_for: str) -> Publisher:
    return Publisher(name, acts_for, NOW, "op-1")


def a_key(key_id: str = "NGO-OBS.1", name: str = "NGO-OBS", seed: bytes = b"1") -> PublisherKey:
    return PublisherKey(key_id, name, signing_key(key_id, seed * 32).public_key, NOW, UNTIL, "op-1")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def identities(tmp_path: Path, engine: Engine) -> Identities:
    found = a_deployment(tmp_path).identities
    with unit_of_work(engine) as connection:
        publishers.add(connection, found, a_publisher())
        publishers.add_key(connection, found, a_key(), NOW)
    return found


Step = Callable[[Connection, Identities], object]
NOT_ENTERED: dict[str, tuple[Step, str]] = {
    "a name that is taken": (lambda c, i: publishers.add(c, i, a_publisher()), "publisher-exists"),
    "our own name": (lambda c, i: publishers.add(c, i, a_publisher("tocsin")), "name-reserved"),
    "a name like ours": (lambda c, i: publishers.add(c, i, a_publisher("Tocsin-2")), "name-reserved"),
    "ours among those that it acts for": (lambda c, i: publishers.add(c, i, a_publisher("NGO-2", "tocsin")), "name-reserved"),
    "a name with a comma": (lambda c, i: publishers.add(c, i, a_publisher("NGO-2", "A,B")), "name-invalid"),
    "a name with a space": (lambda c, i: publishers.add(c, i, a_publisher("NGO 2")), "name-invalid"),
    "a name in other letters": (lambda c, i: publishers.add(c, i, a_publisher("NGО-OBS")), "name-invalid"),
    "no name": (lambda c, i: publishers.add(c, i, a_publisher("")), "name-invalid"),
    "the id of a key that is there": (lambda c, i: publishers.add_key(c, i, a_key(seed=b"2"), NOW), "key-exists"),
    "a key that is there": (lambda c, i: publishers.add_key(c, i, a_key("NGO-OBS.2"), NOW), "key-exists"),
    "the id of our own key": (lambda c, i: publishers.add_key(c, i, a_key("tocsin", seed=b"2"), NOW), "name-reserved"),
    "the id of the intake's": (lambda c, i: publishers.add_key(c, i, a_key("tocsin-intake", seed=b"2"), NOW), "name-reserved"),
    "a key for nobody": (lambda c, i: publishers.add_key(c, i, a_key("N.1", "NOBODY", b"2"), NOW), "publisher-unknown"),
    "the end of nobody": (lambda c, i: publishers.end(c, i, "NOBODY", "op-1", NOW), "publisher-unknown"),
    "the end of a key that is not there": (lambda c, i: publishers.revoke_key(c, i, "N.1", "op-1", NOW), "key-unknown"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_ENTERED)
def test_what_may_not_be_entered_is_refused_and_leaves_nothing(
    engine: Engine, identities: Identities, case: str
) -> None:
    step, code = NOT_ENTERED[case]
    with reading(engine) as connection:
        before = audit.heads(connection)
    with pytest.raises(Unregistrable) as refused, unit_of_work(engine) as connection:
        step(connection, identities)
    assert refused.value.code == code
    with reading(engine) as connection:
        assert audit.heads(connection) == before


@pytest.mark.parametrize("first", ["00", "01", "26", "c7", "ec", "ed", "ee"])
@pytest.mark.parametrize("sign", [0, 0x80])
def test_a_key_of_small_order_with_which_anybody_could_sign_is_refused(
    engine: Engine, identities: Identities, first: str, sign: int
) -> None:
    known = next(key for key in publishers._SMALL_ORDER if key.startswith(first))
    encoded = bytes.fromhex(known)
    weak = encoded[:31] + bytes([encoded[31] | sign])
    with pytest.raises(Unregistrable, match="key-weak"), unit_of_work(engine) as connection:
        publishers.add_key(
            connection, identities, PublisherKey("NGO-OBS.9", "NGO-OBS", weak.hex(), NOW, None, "op-1"), NOW
        )


def test_after_its_end_a_publisher_gets_no_key_and_its_name_is_not_given_again(
    engine: Engine, identities: Identities
) -> None:
    with unit_of_work(engine) as connection:
        publishers.end(connection, identities, "NGO-OBS", "op-1", NOW)
    for step in (
        lambda c: publishers.add_key(c, identities, a_key("NGO-OBS.2", seed=b"2"), NOW),
        lambda c: publishers.end(c, identities, "NGO-OBS", "op-1", NOW),
        lambda c: publishers.add(c, identities, a_publisher()),
    ):
        with pytest.raises(Unregistrable), unit_of_work(engine) as connection:
            step(connection)


def test_closing_a_key_never_makes_it_last_longer(engine: Engine, identities: Identities) -> None:
    with unit_of_work(engine) as connection:
        publishers.close_key(connection, identities, "NGO-OBS.1", UNTIL + timedelta(days=1), "op-1", NOW)
        assert publishers.find_key(connection, identities, "NGO-OBS.1") == a_key()
        publishers.close_key(connection, identities, "NGO-OBS.1", NOW + timedelta(days=7), "op-1", NOW)
        found = publishers.find_key(connection, identities, "NGO-OBS.1")
    assert found is not None
    assert found.valid_to == NOW + timedelta(days=7)


def test_every_step_is_in_the_audit_log_with_who_took_it(engine: Engine, identities: Identities) -> None:
    with unit_of_work(engine) as connection:
        publishers.name_kafka_user(connection, identities, "NGO-OBS", "obs", "op-2", NOW)
        publishers.close_key(connection, identities, "NGO-OBS.1", NOW, "op-3", NOW)
        publishers.revoke_key(connection, identities, "NGO-OBS.1", "op-4", NOW)
        publishers.end(connection, identities, "NGO-OBS", "op-5", NOW)
        query = select(tables.audit).where(tables.audit.c.chain == CHAIN).order_by(tables.audit.c.seq)
        logged = [(row.action, row.detail["by"]) for row in connection.execute(query)]
        assert audit.verify(connection, CHAIN) == []
        assert undone(connection, identities) == []
    assert logged == [
        ("publisher-added", "op-1"),
        ("key-added", "op-1"),
        ("kafka-user-named", "op-2"),
        ("key-closes", "op-3"),
        ("key-revoked", "op-4"),
        ("publisher-ended", "op-5"),
    ]


ENDS: dict[str, Step] = {
    "a revoked key": lambda c, i: publishers.revoke_key(c, i, "NGO-OBS.1", "op-1", NOW),
    "a closed key": lambda c, i: publishers.close_key(c, i, "NGO-OBS.1", NOW + timedelta(days=7), "op-1", NOW),
    "an ended publisher": lambda c, i: publishers.end(c, i, "NGO-OBS", "op-1", NOW),
}


@pytest.mark.parametrize("case", ENDS)
def test_an_old_row_that_was_put_back_with_its_true_seal_is_found(
    engine: Engine, identities: Identities, case: str
) -> None:
    with unit_of_work(engine) as connection:
        old = [dict(row._mapping) for row in connection.execute(select(tables.publishers))]
        old_keys = [dict(row._mapping) for row in connection.execute(select(tables.publisher_keys))]
        ENDS[case](connection, identities)
        assert undone(connection, identities) == []
    with unit_of_work(engine) as connection:
        connection.execute(update(tables.publishers).values(**old[0]))
        connection.execute(update(tables.publisher_keys).values(**old_keys[0]))
        assert publishers.altered(connection, identities) == []
        assert undone(connection, identities) == ["NGO-OBS" if "publisher" in case else "NGO-OBS.1"]


STATES = [
    (timedelta(seconds=-1), KeyState.NOT_YET, False),
    (timedelta(0), KeyState.VALID, True),
    (UNTIL - NOW - SOON, KeyState.CLOSING, True),
    (UNTIL - NOW, KeyState.EXPIRED, False),
]


@pytest.mark.parametrize(("later", "state", "is_signing"), STATES)
def test_a_key_stands_as_its_times_say(later: timedelta, state: KeyState, is_signing: bool) -> None:
    assert (state_of(a_key(), NOW + later), signs(a_key(), NOW + later)) == (state, is_signing)


def test_standings_tell_of_each_publisher_its_keys_last_numbers_and_refusals(
    engine: Engine, identities: Identities
) -> None:
    with unit_of_work(engine) as connection:
        publishers.add(connection, identities, a_publisher("ACHPR-SRHRD"))
        for sequence in (3, 2**53 - 1):
            row = {"key_id": "NGO-OBS.1", "sequence": sequence, "digest": "0" * 64}
            connection.execute(insert(tables.signature_sequences).values(**row))
        for offset in range(2):
            problem = Problem("missing", "/x", "this field is required")
            refusals.add(connection, ("tocsin.reports.v1", 0, offset), "NGO-OBS", [problem], NOW)
        found = standings(connection, identities, NOW)
    told = [(s.publisher.publisher_id, s.refused, [(k.key.key_id, k.last_sequence) for k in s.keys]) for s in found]
    assert told == [("ACHPR-SRHRD", 0, []), ("NGO-OBS", 2, [("NGO-OBS.1", 2**53 - 1)])]
