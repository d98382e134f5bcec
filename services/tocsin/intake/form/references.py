"""Which revision a report of this publisher has by now, and what somebody wrote who wants to write it anew."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.identifiers import report_id
from tocsin.intake.form.answers.values import boxes_of
from tocsin.store.casework import reports
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.publishing import drafts
from tocsin.store.publishing.drafts import Answers, Draft
from tocsin.store.receiving import parking
from tocsin.store.vault import Erased, Vault

CORRECTS = "corrects"
"""Under which a draft keeps the reference of the report that it corrects."""
REVISION, CONTENT = "sent_revision", "sent_content"
"""Under which it keeps the number that it went out under, and a digest of what it said."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(now: datetime) -> str:
    """For who has no numbers of their own: ``F-2026-7K3M9QZX``."""
    return f"F-{now.year}-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def revision(connection: Connection, vault: Vault, publisher_id: str, reference: str, now: datetime) -> int | None:
    """The last that is known, whether it has arrived, waits its turn, or may just have been sent from here.

    None: there is no such report.
    """
    identity = report_id(publisher_id, reference)
    known, waiting = reports.find(connection, identity), parking.highest(connection, identity)
    here = drafts.under(connection, vault, publisher_id, reference, now)
    found = [int(answers[REVISION][0]) for answers in here if REVISION in answers]
    found += ([known.revision] if known is not None else []) + ([waiting] if waiting else [])
    return max(found, default=None)


def is_taken(connection: Connection, publisher_id: str, answers: Answers) -> bool:
    """Whether another report has the reference that was given to a new one."""
    if CORRECTS in answers or REVISION in answers:
        return False
    identity = report_id(publisher_id, answers.get("publisher_reference", [""])[0])
    return reports.find(connection, identity) is not None or parking.highest(connection, identity) > 0


def number(
    connection: Connection, deployment: Deployment, publisher_id: str, answers: Answers, content: bytes, now: datetime
) -> int:
    """The revision under which a draft goes out: the same for the same content, which may have arrived already; else
    above all that may have.

    content: of the report, without its revision.
    """
    if answers.get(CONTENT) == [deployment.identities.digest(content)]:
        return int(answers[REVISION][0])
    if CORRECTS not in answers and REVISION not in answers:
        return 1
    reference = answers["publisher_reference"][0]
    return (revision(connection, deployment.vault, publisher_id, reference, now) or 1) + 1


def reserve(
    connection: Connection, deployment: Deployment, draft: Draft, reference: str, content: bytes, now: datetime
) -> int | None:
    """As ``number``, kept in the draft, so that nobody else sends under it. None: it was sent or erased meanwhile."""
    identity = report_id(draft.publisher_id, reference)
    lock_keys(connection, [deployment.identities.blocking_key("form-report", identity)])
    try:
        answers = drafts.read(connection, deployment.vault, draft.draft_id)
    except Erased:
        return None
    found = number(connection, deployment, draft.publisher_id, answers, content, now)
    more = {REVISION: [str(found)], CONTENT: [deployment.identities.digest(content)]}
    return found if drafts.note_trying(connection, deployment.vault, draft.draft_id, more, now) else None


def is_withdrawn(connection: Connection, publisher_id: str, reference: str) -> bool:
    known = reports.find(connection, report_id(publisher_id, reference))
    return known is not None and known.withdrawn_at is not None


def first_answers(language: str, now: datetime) -> Answers:
    """What a new report starts with."""
    first = {"publisher_reference": [new_reference(now)], "language": [language]}
    return first | boxes_of("received_at", now.date())


def correcting(answers: Answers, reference: str) -> Answers:
    """A draft that corrects the report of this reference, which it keeps."""
    kept = {name: values for name, values in answers.items() if name not in (REVISION, CONTENT)}
    return kept | {"publisher_reference": [reference], CORRECTS: [reference]}
