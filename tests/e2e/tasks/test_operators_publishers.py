"""Operators say who may publish, and by which keys: registered, changed, and ended at once in wrong hands."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from operating import House
from operations import rows
from tocsin.store import tables
from visitor import Visitor
from ways import EVERY_WAY

pytestmark = EVERY_WAY
NAME = "NGO-RIVER"


def public_key(seed: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def registers(officer: Visitor) -> None:
    """NAME, with a first key; its page is open."""
    said = officer.said
    officer.open("/publishers")
    officer.follow(said("publishers.new"))
    officer.write(said("publishers.name"), NAME)
    gives_a_key(officer, "first")
    officer.push(said("publishers.register"))
    assert officer.sees(said("done.publisher_added"))
    officer.follow(said("publishers.to"))


def gives_a_key(officer: Visitor, key_id: str) -> None:
    officer.write(officer.said("propose.public_key"), public_key(key_id))
    officer.write(officer.said("publishers.key_id"), key_id)


def standing(house: House) -> dict[str, tuple[bool, bool]]:
    """Of each key: whether it ends earlier than it was given for, and whether it was revoked."""
    keys = {row.key_id: row for row in rows(house, tables.publisher_keys) if row.publisher_id == NAME}
    last = max(row.valid_to for row in keys.values())
    return {key_id: ((last - row.valid_to).days > 1, row.revoked_at is not None) for key_id, row in keys.items()}


def test_a_publisher_is_registered_with_its_key(officer: Visitor, house: House) -> None:
    registers(officer)
    assert officer.heading.startswith(NAME)
    assert officer.there_is("rowheader", "first")
    assert standing(house) == {"first": (False, False)}


@pytest.mark.slow
def test_a_key_is_followed_by_another_and_the_earlier_one_signs_for_some_days(officer: Visitor, house: House) -> None:
    registers(officer)
    gives_a_key(officer, "second")
    officer.push(officer.said("publishers.rotate"))
    assert officer.sees(officer.said("done.key_added"))
    assert standing(house) == {"first": (True, False), "second": (False, False)}


def test_a_key_in_wrong_hands_is_revoked(officer: Visitor, house: House) -> None:
    registers(officer)
    officer.push(f"{officer.said('publishers.revoke')} first")
    assert officer.sees(officer.said("done.key_revoked"))
    assert standing(house) == {"first": (False, True)}


@pytest.mark.slow
def test_a_publisher_ends_only_when_its_name_is_typed_again(officer: Visitor, house: House) -> None:
    registers(officer)
    for typed, ends in (("ANHRI", False), (NAME, True)):
        officer.write(officer.said("publishers.confirmed"), typed)
        officer.push(officer.said("publishers.end"))
        assert officer.sees(officer.said("done.publisher_ended")) is ends
    (row,) = [row for row in rows(house, tables.publishers) if row.publisher_id == NAME]
    assert row.ended_at is not None
