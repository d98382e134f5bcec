"""Which revision a report of this publisher has by now, and what somebody wrote who wants to write it anew."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.identifiers import report_id
from tocsin.intake.form.values import boxes_of
from tocsin.store import drafts, reports
from tocsin.store.drafts import Answers
from tocsin.store.vault import Vault

CORRECTS = "corrects"
"""Under which a draft keeps the reference of the report that it corrects."""
REVISION = "sent_revision"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(now: datetime) -> str:
    """For who has no numbers of their own: ``F-2026-7K3M9QZX``."""
    return f"F-{now.year}-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def revision(connection: Connection, vault: Vault, publisher_id: str, reference: str, now: datetime) -> int | None:
    """The last that is known, whether it has arrived or was only just sent from here. None: there is no such report."""
    known = reports.find(connection, report_id(publisher_id, reference))
    sent = drafts.sent_with(connection, vault, publisher_id, reference, now)
    found = [int(answers[REVISION][0]) for answers in sent if REVISION in answers]
    return max(found + ([known.revision] if known is not None else []), default=None)


def is_withdrawn(connection: Connection, publisher_id: str, reference: str) -> bool:
    known = reports.find(connection, report_id(publisher_id, reference))
    return known is not None and known.withdrawn_at is not None


def first_answers(language: str, now: datetime) -> Answers:
    """What a new report starts with."""
    first = {"publisher_reference": [new_reference(now)], "language": [language]}
    return first | boxes_of("received_at", now.date())


def correcting(answers: Answers, reference: str) -> Answers:
    """A draft that corrects the report of this reference, which it keeps."""
    kept = {name: values for name, values in answers.items() if name != REVISION}
    return kept | {"publisher_reference": [reference], CORRECTS: [reference]}
