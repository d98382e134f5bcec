"""Makes the canary known: as a publisher in the database, and as a user of the broker who may write what they may."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from tocsin.cli.connection import deployment_of
from tocsin.cli.publishers.kafka import telling_refusals
from tocsin.cli.publishers.keys import registering
from tocsin.domain.canary import CANARY
from tocsin.domain.identifiers import Identities
from tocsin.runtime.jws import SigningKey, UnusableSigningKey, read_signing_key
from tocsin.runtime.kafka_access import read_password
from tocsin.runtime.kafka_principals import Quota, administering
from tocsin.runtime.key_files import usual_key_id
from tocsin.runtime.settings import Settings
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher, PublisherKey

BY = "set-up"
"""Who is on record for it: nobody decides anything here."""


def enrol(settings: Settings, key_file: Path, password_file: Path, now: datetime) -> Iterator[str]:
    """Do what is missing, and tell each thing that was done. Raises ClickException."""
    identities = deployment_of(settings).identities
    try:
        key = read_signing_key(CANARY, key_file)
    except UnusableSigningKey as error:
        raise click.ClickException(str(error)) from None
    yield from _register(settings, identities, key, now)
    with telling_refusals(), administering(settings.kafka) as principals:
        if not principals.are_checked() or CANARY in principals.users():
            return
        principals.add_publisher(CANARY, read_password(password_file), Quota())
    with registering(settings) as connection:
        publishers.name_kafka_user(connection, identities, CANARY, CANARY, BY, now)
    yield f"{CANARY} may write to the broker."


def _register(settings: Settings, identities: Identities, key: SigningKey, now: datetime) -> Iterator[str]:
    key_id = usual_key_id(CANARY, key.public_key)
    with registering(settings) as connection:
        if publishers.find(connection, identities, CANARY) is None:
            publishers.add(connection, identities, Publisher(CANARY, (), now, BY))
            yield f"{CANARY} is registered."
        if publishers.find_key(connection, identities, key_id) is None:
            entry = PublisherKey(key_id, CANARY, key.public_key, now, None, BY)
            publishers.add_key(connection, identities, entry, now)
            yield f"It signs by {key_id}."
