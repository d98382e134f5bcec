"""Puts the invented recipients into a new directory, by two invented administrators whose keys lie beside it, and
registers the invented publishers.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from tocsin.devtools.corpus import keys
from tocsin.devtools.corpus.loading import directory, load
from tocsin.domain.canary import CANARY, MANDATE
from tocsin.runtime.key_files import read_public_key, usual_key_id, write_key_pair
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, notices, rows
from tocsin.store.directory.approvals import enter
from tocsin.store.directory.keys import Signer, read_signer
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import RecipientEntry, Role

MAILBOX = RecipientEntry(
    key=CANARY,
    addresses={Channel.EMAIL: "canary@tocsin.example"},
    mandates=[MANDATE],
    role=Role.STAFF,
    title="canary mailbox",
    languages=["en"],
)
ADMINISTRATORS = ("invented-1", "invented-2")


def seed(connection: Connection, deployment: Deployment, folder: Path, now: datetime) -> None:
    """Enter the sample's recipients and publishers, unless there is a directory or somebody who keeps one.

    folder: where the two keys are made. Both in one place is for a demonstration alone.
    """
    if rows.every(connection) or administrators.load(connection, deployment.identities):
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    first, second = (administrator(folder / f"{key_id}.pem", key_id) for key_id in ADMINISTRATORS)
    for signer in (first, second):
        administrators.add_first(connection, deployment.identities, signer.key_id, signer.public_key, now)
    for entry in directory():
        enter(connection, deployment, (first, second), entry, now)
    notices.cancel_waiting(connection, now)
    keys.register(connection, deployment.identities, [letter.publisher for letter in load()])


def seed_canary(connection: Connection, deployment: Deployment, home: Path, now: datetime) -> None:
    """Enter the canary mailbox and register the canary with a key of its own, unless that was done before.

    home: where the key is made, beside the administrators of ``seed``.
    """
    if (home / "canary.key").exists():
        return
    public_key = read_public_key(write_key_pair(home / "canary.key"))
    publishers.add(connection, deployment.identities, Publisher(CANARY, (), now, ADMINISTRATORS[0]))
    key_id = usual_key_id(CANARY, public_key)
    key = PublisherKey(key_id, CANARY, public_key, now, None, ADMINISTRATORS[0])
    publishers.add_key(connection, deployment.identities, key, now)
    first, second = (administrator(home / "administrators" / f"{key_id}.pem", key_id) for key_id in ADMINISTRATORS)
    enter(connection, deployment, (first, second), MAILBOX, now)
    notices.cancel_waiting(connection, now)


def administrator(file: Path, key_id: str) -> Signer:
    """An invented administrator; the key is made if it is not there."""
    if not file.exists():
        write_key_pair(file)
    return read_signer(key_id, file)
