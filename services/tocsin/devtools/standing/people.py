"""Who is there: holders of mandates, administrators, publishers with their keys, and accounts of the console."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from tocsin.devtools.corpus import keys, seeding
from tocsin.devtools.standing.cases import PUBLISHERS
from tocsin.devtools.standing.scale import Scale
from tocsin.knowledge.load import load
from tocsin.store.access import operators
from tocsin.store.deployment import Deployment
from tocsin.store.directory import administrators, notices
from tocsin.store.directory.approvals import enter
from tocsin.store.publishing import api_keys
from tocsin.store.publishing.api_keys import Scope
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import RecipientEntry, Role

_ROLES = (Role.STAFF, Role.FOCAL_POINT, Role.MANDATE_HOLDER, Role.DEPUTY, Role.DUTY_OFFICER)
_LANGUAGES = ("en", "fr", "es", "ru", "ar")
ACCOUNTS = {
    "reviewer-1": ("reviewer",),
    "duty-officer-1": ("duty_officer", "reviewer"),
    "auditor-1": ("auditor",),
    "administrator-1": ("directory_admin",),
    "everything-1": ("reviewer", "duty_officer", "directory_admin", "auditor"),
}


def settle(connection: Connection, deployment: Deployment, home: Path, scale: Scale, now: datetime) -> None:
    """Through the store's own doors, so that every seal and signature is genuine."""
    folder = home / "administrators"
    folder.mkdir(mode=0o700, exist_ok=True)
    signers = tuple(seeding.administrator(folder / f"{key_id}.pem", key_id) for key_id in seeding.ADMINISTRATORS)
    for signer in signers:
        administrators.add_first(connection, deployment.identities, signer.key_id, signer.public_key, now)
    for number in range(scale.holders):
        enter(connection, deployment, (signers[0], signers[1]), _holder(number), now)
    notices.cancel_waiting(connection, now)
    _publishers(connection, deployment, scale, now)
    for account, roles in ACCOUNTS.items():
        operators.add(connection, deployment.identities, account, roles, "invented-1+invented-2", now)


def _holder(number: int) -> RecipientEntry:
    mandates = [mandate.key for mandate in load().mandates]
    mandate, seat = mandates[number % len(mandates)], number // len(mandates)
    return RecipientEntry(
        key=f"{mandate.lower()}-{seat}",
        addresses={Channel.EMAIL: f"{mandate.lower()}-{seat}@standing.example"},
        mandates=[mandate] if number % 9 else [mandate, mandates[(number + 1) % len(mandates)]],
        role=_ROLES[seat % len(_ROLES)],
        title=f"seat {seat}",
        languages=[_LANGUAGES[number % len(_LANGUAGES)]],
    )


def _publishers(connection: Connection, deployment: Deployment, scale: Scale, now: datetime) -> None:
    names = [*PUBLISHERS, *(f"NGO-{number:03d}" for number in range(scale.publishers - len(PUBLISHERS)))]
    keys.register(connection, deployment.identities, names)
    ends = now + timedelta(days=300)
    for name in names:
        api_keys.create(connection, deployment.identities, name, list(Scope), (), ends, "invented-1", now)
