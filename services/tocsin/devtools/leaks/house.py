"""Who takes part: a publisher with every way in, and a recipient who alone may have full text."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pysequoia

from tocsin.devtools.corpus import keys, seeding
from tocsin.devtools.leaks.browsing import Seen
from tocsin.devtools.leaks.values import Hand
from tocsin.devtools.stack import Stack
from tocsin.publisher import Publisher
from tocsin.runtime import clock
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment, load_deployment
from tocsin.store.directory import notices
from tocsin.store.directory.approvals import enter
from tocsin.store.directory.keys import Signer, read_signer
from tocsin.store.publishing import api_keys
from tocsin.store.publishing.api_keys import Scope
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import RecipientEntry, Role

PUBLISHER, NEIGHBOUR = "NGO-OBS", "UN-SRHRD"
READER, PLAIN = "reader@un.example", "wgad@un.example"
"""Who may have full text, encrypted; and who may sign in to the pages for what a mail without it says."""


@dataclass(slots=True)
class House:
    """hand: gives out the values. key: of the reader. seen: by every browser."""

    stack: Stack
    hand: Hand
    key: pysequoia.Tsk
    api_key: str
    seen: Seen

    @property
    def deployment(self) -> Deployment:
        return load_deployment(self.stack.settings.key_file)

    @property
    def public(self) -> Mapping[str, str]:
        """To which publishers seal."""
        return self.deployment.keys.opening.public()

    @contextmanager
    def publishing(self, name: str = PUBLISHER, sealed: bool = True) -> Iterator[Publisher]:
        access = self.stack.settings.kafka
        with Publisher(
            access.bootstrap,
            name,
            keys.key_of(name),
            user=access.user,
            password=access.password,
            sealed_to=self.public if sealed else None,
            patience=20,
        ) as publisher:
            yield publisher


def open_house(stack: Stack, hand: Hand) -> House:
    """The stack runs. Registers the publishers, gives out an API key, and enters the reader."""
    deployment, now = load_deployment(stack.settings.key_file), clock.now()
    key = pysequoia.Tsk.generate(f"reader <{READER}>")
    with unit_of_work(stack.engine) as connection:
        keys.register(connection, deployment.identities, (PUBLISHER, NEIGHBOUR))
        ends = now + timedelta(days=1)
        api_key = api_keys.create(connection, deployment.identities, PUBLISHER, [*Scope], (), ends, "invented-1", now)
        enter(connection, deployment, _administrators(stack.home), _reader(key), now)
        notices.cancel_waiting(connection, now)
    return House(stack, hand, key, api_key, Seen())


def _administrators(home: Path) -> tuple[Signer, Signer]:
    first, second = (read_signer(name, home / "administrators" / f"{name}.pem") for name in seeding.ADMINISTRATORS)
    return first, second


def _reader(key: pysequoia.Tsk) -> RecipientEntry:
    return RecipientEntry(
        key="un-reader",
        addresses={Channel.EMAIL: READER},
        mandates=["UN-WGAD"],
        role=Role.STAFF,
        title="reader of full text",
        languages=["en"],
        level=DisclosureLevel.L2,
        openpgp=str(key.extract_certificate()),
    )
