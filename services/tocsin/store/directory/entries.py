"""The directory of recipients: only what two administrators have approved is read out of it.

Addresses are sealed; the mailer alone opens them, to send. Every read verifies the row's seal and both signatures
(see ``directory_seals``): a row that was altered past Tocsin is not routed to, and nothing is sent by it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from tocsin.domain import asking
from tocsin.domain.routing.preferences import applied, as_wished
from tocsin.store.auditing import audit
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, preferences
from tocsin.store.directory import rows as directory_rows
from tocsin.store.directory.administrators import CHAIN
from tocsin.store.directory.rows import Sound, check
from tocsin.store.directory.seals import Alteration, address_digest
from tocsin.store.directory.seals import Altered as Altered
from tocsin.store.matching import reviews
from tocsin.store.vault import Erased as Erased
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import Recipient, RecipientEntry

CERTIFICATE = "openpgp"
"""Under this name an entry's certificate is kept beside its addresses: sealed, and bound by both signatures."""
ALTERED = "directory_altered"
"""The kind of review that is queued for a row that was altered."""


@dataclass(frozen=True, slots=True)
class Directory:
    """All rows, by whether they may be believed. recipients: the sound ones, as they wish to be told."""

    sound: list[Sound]
    altered: list[Altered]
    recipients: list[Recipient]

    @property
    def approved(self) -> list[Recipient]:
        """The sound ones as two administrators have approved them, whatever they wish."""
        return [found.recipient for found in self.sound]


def read(connection: Connection, deployment: Deployment) -> Directory:
    """Every row, verified; writes nothing."""
    people, sound, altered = administrators.load(connection, deployment.identities), [], []
    for row in directory_rows.every(connection):
        try:
            sound.append(check(row, deployment.identities, people))
        except Altered as error:
            altered.append(error)
    wishes = preferences.read(connection, deployment.identities)
    return Directory(sound, altered, as_wished([found.recipient for found in sound], wishes))


def load_recipients(connection: Connection, deployment: Deployment, now: datetime) -> list[Recipient]:
    """Those who may be told. For each row that was altered, and is left out, operators are asked to look."""
    found = read(connection, deployment)
    for altered in found.altered:
        queue_altered(connection, altered, now)
    return found.recipients


def find(connection: Connection, deployment: Deployment, recipient_id: str) -> Recipient | None:
    """The entry as its person wishes to be told; None if there is none (any more).

    Who stands in is only as they wish: ``read`` alone knows whether that person still may.
    Raises Altered: then call ``queue_altered``.
    """
    found = find_sound(connection, deployment, recipient_id)
    return None if found is None else wished(connection, deployment, found.recipient)


def wished(connection: Connection, deployment: Deployment, person: Recipient) -> Recipient:
    """The person as they wish to be told."""
    return applied(person, preferences.of(connection, deployment.identities, person.recipient_id))


def find_sound(connection: Connection, deployment: Deployment, recipient_id: str) -> Sound | None:
    """As ``find``, with the version. Raises Altered."""
    row = directory_rows.one(connection, recipient_id)
    return (
        None
        if row is None
        else check(row, deployment.identities, administrators.load(connection, deployment.identities))
    )


def address_of(
    connection: Connection, deployment: Deployment, recipient_id: str, channel: Channel = Channel.EMAIL
) -> str:
    """The address that was approved. Raises ``Erased`` if it is gone, ``Altered`` if it is another."""
    found = find_sound(connection, deployment, recipient_id)
    if found is None:
        raise Erased(recipient_id)
    return _open_address(connection, deployment, found, channel)


def entry_of(connection: Connection, deployment: Deployment, found: Sound) -> RecipientEntry:
    """The entry with its addresses, as an administrator writes it. Raises Altered or Erased."""
    opened = {c: _open_address(connection, deployment, found, c) for c in found.address_digests}
    certificate = opened.pop(CERTIFICATE, None)
    seat = found.recipient.model_dump(exclude={"recipient_id"})
    return RecipientEntry(**seat, addresses={Channel(c): a for c, a in opened.items()}, openpgp=certificate)


def entries(connection: Connection, deployment: Deployment) -> list[RecipientEntry]:
    """Every entry that may be believed, with its addresses: to compare with, and to export."""
    opened = []
    for found in read(connection, deployment).sound:
        with suppress(Altered, Erased):
            opened.append(entry_of(connection, deployment, found))
    return opened


def is_absent(connection: Connection, recipient_id: str) -> bool:
    """Whether there is no row, neither sound nor altered."""
    return directory_rows.one(connection, recipient_id) is None


def former(
    connection: Connection, deployment: Deployment, recipient_id: str
) -> tuple[dict[str, str], Recipient | None]:
    """Whom to tell of a change: every address that is kept, believed or not, and the entry if it may be believed."""
    kept = {}
    for channel in Channel:
        with suppress(Erased, InvalidTag, ValueError):
            kept[str(channel)] = deployment.vault.open(connection, recipient_id, part_of(channel)).decode()
    with suppress(Altered):
        return kept, find(connection, deployment, recipient_id)
    return kept, None


def version(connection: Connection) -> str:
    """Changes whenever the directory does, in whatever way: a cheap question before verifying it again."""
    return directory_rows.fingerprint(connection)


def queue_altered(connection: Connection, altered: Altered, now: datetime) -> None:
    """Ask operators to look at a row that was altered, and keep it in the audit log; once for each alteration."""
    told = {"version": altered.version, "altered": altered.reason}
    reason = asking.ALTERED_ENTRY(person=altered.recipient_id, **told)
    if reviews.request(connection, ALTERED, reason, now):
        detail = {"version": altered.version, "reason": altered.reason}
        audit.append(connection, CHAIN, "recipient-altered", altered.recipient_id, detail, now)


def part_of(channel: str) -> str:
    """Under which the vault keeps an address of a recipient."""
    return f"address-{channel}"


def _open_address(connection: Connection, deployment: Deployment, found: Sound, channel: str) -> str:
    recipient_id = found.recipient.recipient_id
    try:
        address = deployment.vault.open(connection, recipient_id, part_of(channel)).decode()
    except (InvalidTag, ValueError):
        address = ""
    if address_digest(deployment.identities, recipient_id, channel, address) != found.address_digests.get(channel):
        raise Altered(recipient_id, found.version, Alteration.ADDRESS_ALTERED)
    return address
