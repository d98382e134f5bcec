"""A directory for tests: two administrators with keys that everybody knows, and entries that both have signed."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, notices
from tocsin.store.directory.approvals import enter
from tocsin.store.directory.keys import Signer
from tocsin_schemas.directory import RecipientEntry

FIRST, SECOND, THIRD = (
    Signer(key_id, Ed25519PrivateKey.from_private_bytes(key_id.encode().ljust(32, b".")))
    for key_id in ("registry-1", "registry-2", "registry-3")
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def appoint_two(connection: Connection, deployment: Deployment) -> None:
    """Make FIRST and SECOND the administrators, unless they are."""
    if not administrators.are_complete(connection):
        for signer in (FIRST, SECOND):
            administrators.add_first(connection, deployment.identities, signer.key_id, signer.public_key, LONG_AGO)


def put_recipient(connection: Connection, deployment: Deployment, entry: RecipientEntry, now: datetime) -> str:
    """Enter a recipient as two administrators would, and tell nobody of it; returns the recipient's id."""
    appoint_two(connection, deployment)
    enter(connection, deployment, (FIRST, SECOND), entry, now)
    notices.cancel_waiting(connection, now)
    return deployment.identities.recipient(entry.key)
