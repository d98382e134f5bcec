"""API keys: what they open, from where, until when; and that nothing of a secret is kept."""

import hmac
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from databases import NOW
from intaking import OTHER, PUBLISHER, Intake, an_intake
from tocsin.runtime.addresses import is_within
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import ApiKey, KeyRefused, Scope
from tocsin.store.publishing.publishers import Unregistrable
from tocsin.store.tables import api_keys as table


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return an_intake(tmp_path)


def check(intake: Intake, presented: str, address: str = "192.0.2.7", later: timedelta = timedelta(0)) -> ApiKey:
    with reading(intake.engine) as connection:
        return api_keys.check(connection, intake.deployment.identities, presented, address, NOW + later)


def refusal(intake: Intake, presented: str, **over: Any) -> str:
    with pytest.raises(KeyRefused) as refused:
        check(intake, presented, **over)
    return refused.value.code


def key_id(key: str) -> str:
    return key.split("_")[1]


def test_a_key_has_256_bits_of_secret_of_which_the_database_keeps_only_a_keyed_digest(intake: Intake) -> None:
    key = intake.new_key()
    prefix, named, secret = key.split("_", 2)
    assert (prefix, len(named), len(secret)) == ("tcn", 12, 43)
    with reading(intake.engine) as connection:
        assert secret not in str(connection.execute(text("SELECT * FROM api_keys")).all())
        assert secret not in str(connection.execute(text("SELECT * FROM audit")).all())
    assert check(intake, key).publisher_id == PUBLISHER


def test_a_revoked_key_is_refused_and_its_successor_is_not(intake: Intake) -> None:
    """Rotation: for a while both are good."""
    old, new = intake.new_key(), intake.new_key()
    assert {check(intake, key).publisher_id for key in (old, new)} == {PUBLISHER}
    with unit_of_work(intake.engine) as connection:
        api_keys.revoke(connection, intake.deployment.identities, key_id(old), "officer-1", NOW)
        with pytest.raises(Unregistrable, match="key-unknown"):
            api_keys.revoke(connection, intake.deployment.identities, key_id(old), "officer-1", NOW)
    assert refusal(intake, old) == "api-key-revoked"
    assert check(intake, new)


def test_a_key_ends_at_its_hour_and_with_its_publisher(intake: Intake) -> None:
    key = intake.new_key(expires_at=NOW + timedelta(hours=1))
    assert check(intake, key, later=timedelta(minutes=59))
    assert refusal(intake, key, later=timedelta(hours=1)) == "api-key-expired"
    with unit_of_work(intake.engine) as connection:
        publishers.end(connection, intake.deployment.identities, PUBLISHER, "officer-1", NOW)
    assert refusal(intake, key) == "publisher-ended"


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_key_without_an_end_within_a_year_is_not_made(intake: Intake, days: int) -> None:
    with pytest.raises(Unregistrable, match="expiry-invalid"):
        intake.new_key(expires_at=NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"publisher": "NOBODY"}, "publisher-unknown"),
        ({"scopes": ()}, "scope-none"),
        ({"networks": ["10.0.0.1/8"]}, "network-invalid"),
        ({"networks": ["Tamsin"]}, "network-invalid"),
    ],
)
def test_what_makes_no_sense_is_not_made(intake: Intake, over: dict[str, Any], code: str) -> None:
    with pytest.raises(Unregistrable, match=code):
        intake.new_key(**over)


NETWORKS = [
    (["192.0.2.0/24"], "192.0.2.7", True),
    (["192.0.2.0/24"], "192.0.3.7", False),
    (["192.0.2.7"], "192.0.2.7", True),
    (["2001:db8::/32"], "2001:db8:1::5", True),
    (["2001:db8::/32"], "2001:db9::5", False),
    (["192.0.2.0/24"], "::ffff:192.0.2.7", True),
    (["192.0.2.0/24"], "2001:db8::5", False),
    (["0.0.0.0/0"], "2001:db8::5", False),
    (["192.0.2.0/24", "2001:db8::/32"], "2001:db8::5", True),
    (["fe80::/10"], "fe80::1%eth0", True),
    (["192.0.2.0/24"], "", False),
    ([], "203.0.113.1", True),
]


@pytest.mark.parametrize(("networks", "address", "is_let_in"), NETWORKS)
def test_a_key_for_some_networks_opens_from_nowhere_else(
    intake: Intake, networks: list[str], address: str, is_let_in: bool
) -> None:
    key = intake.new_key(networks=networks)
    if is_let_in:
        assert check(intake, key, address=address)
    else:
        assert refusal(intake, key, address=address) == "network-not-allowed"


@given(st.ip_addresses(), st.ip_addresses(v=4))
def test_where_only_one_network_is_allowed_whatever_is_outside_it_is_not(address: Any, other: Any) -> None:
    same = getattr(address, "ipv4_mapped", None) or address
    assert is_within(str(address), [f"{other}/32"]) == (same == other)


@pytest.mark.parametrize("forwarded", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_what_a_client_says_of_its_address_is_not_believed(intake: Intake, forwarded: str) -> None:
    key = intake.new_key(networks=["192.0.2.0/24"])
    claimed = {forwarded: "for=192.0.2.7" if forwarded == "forwarded" else "192.0.2.7"}
    assert intake.submit(key=key, headers=claimed, address="203.0.113.5").status_code == 403
    assert intake.submit(key=key, address="192.0.2.7").status_code == 202


def test_until_the_secret_is_right_nothing_is_told_of_a_key(intake: Intake) -> None:
    """Of an expired, revoked and narrow key a stranger hears what they would hear of none."""
    key = intake.new_key(networks=["192.0.2.0/24"], expires_at=NOW + timedelta(hours=1))
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert refusal(intake, wrong, later=timedelta(days=1)) == "api-key-unknown"
    assert refusal(intake, "tcx" + key[3:]) == "api-key-unknown"


def test_an_unknown_key_takes_the_same_steps_as_a_wrong_secret(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []
    in_constant_time = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return in_constant_time(one, other)

    monkeypatch.setattr(api_keys.hmac, "compare_digest", compare)
    known = intake.new_key()
    for presented in (known[:-1], "tcn_unknown_x", "", "tcn", "tcn__", "ü_ü_ü", "\udcff"):
        assert refusal(intake, presented) == "api-key-unknown"
    assert compared == [(64, 64)] * 7, "one digest, one comparison in constant time, whatever was presented"


@pytest.mark.parametrize(
    ("column", "value"),
    [("networks", []), ("scopes", ["reports", "actions"]), ("publisher_id", OTHER), ("expires_at", NOW + timedelta(300)), ("secret_digest", "0" * 64)],
)  # fmt: skip
def test_a_key_that_was_changed_past_tocsin_opens_nothing(intake: Intake, column: str, value: Any) -> None:
    key = intake.new_key(networks=["192.0.2.0/24"], expires_at=NOW + timedelta(hours=1))
    with unit_of_work(intake.engine) as connection:
        connection.execute(update(table).where(table.c.key_id == key_id(key)).values({column: value}))
    assert refusal(intake, key) == "api-key-unknown"
    with reading(intake.engine) as connection:
        assert api_keys.altered(connection, intake.deployment.identities) == [key_id(key)]


def test_its_use_is_noted_to_the_hour_and_written_once_an_hour(intake: Intake) -> None:
    intake.now = NOW + timedelta(minutes=42)
    for minutes in (0, 10, 20, 50):
        intake.now += timedelta(minutes=minutes)
        intake.submit(key="reports")
    with reading(intake.engine) as connection:
        named = key_id(intake.keys["reports"])
        used = connection.execute(select(table.c.last_used_at).where(table.c.key_id == named)).scalar_one()
        assert used == NOW + timedelta(hours=2)
        found = api_keys.of_publisher(connection, intake.deployment.identities, PUBLISHER)
    assert [key.last_used_at for key in found if key.key_id == named] == [used]
    assert len(found) == 3


def test_scopes_are_told_apart(intake: Intake) -> None:
    key = check(intake, intake.new_key(scopes=[Scope.FORM]))
    assert [scope for scope in Scope if key.opens(scope)] == [Scope.FORM]
