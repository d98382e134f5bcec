"""The directory of recipients. Addresses are sealed; only the mailer opens them, to send."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from tocsin.store.database import insert_if_absent
from tocsin.store.deployment import Deployment
from tocsin.store.tables import recipients
from tocsin.store.vault import Vault
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import Recipient, RecipientEntry

_PART = "address"
_FIND = select(recipients.c.entry).where(recipients.c.recipient_id == bindparam("r"))


def put(connection: Connection, deployment: Deployment, entry: RecipientEntry, now: datetime) -> str:
    """Add a recipient, or bring one up to date; returns the recipient's id. A key is one recipient."""
    recipient_id = deployment.identities.recipient(entry.key)
    facts = Recipient(recipient_id=recipient_id, **entry.model_dump(exclude={"addresses"}))
    row = {"entry": facts.model_dump(mode="json", exclude_none=True), "updated_at": now}
    if not insert_if_absent(connection, recipients, recipient_id=recipient_id, **row):
        connection.execute(recipients.update().where(recipients.c.recipient_id == recipient_id).values(**row))
    deployment.vault.seal(connection, recipient_id, _PART, entry.addresses[Channel.EMAIL].encode(), now)
    return recipient_id


def load_recipients(connection: Connection) -> list[Recipient]:
    query = select(recipients.c.entry).order_by(recipients.c.recipient_id)
    return [Recipient.model_validate(entry, strict=False) for entry in connection.execute(query).scalars()]


def find(connection: Connection, recipient_id: str) -> Recipient | None:
    entry = connection.execute(_FIND, {"r": recipient_id}).scalar()
    return None if entry is None else Recipient.model_validate(entry, strict=False)


def version(connection: Connection) -> tuple[int, datetime | None]:
    """Changes whenever the directory does: a cheap question before reading it again."""
    count, latest = connection.execute(select(func.count(), func.max(recipients.c.updated_at))).one()
    return count, latest


def address_of(connection: Connection, vault: Vault, recipient_id: str) -> str:
    """The e-mail address; raises ``vault.Erased`` if it is gone."""
    return vault.open(connection, recipient_id, _PART).decode()
