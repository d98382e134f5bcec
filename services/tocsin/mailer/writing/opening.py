"""Whether the full text of a case goes with a mail: only what consent opens, and only encrypted to its reader."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Addressee, Denied, may
from tocsin.domain.routing.excerpts import excerpts
from tocsin.mailer.writing.full_text import Opened
from tocsin.runtime.openpgp import Certificate, UnfitCertificate, read_certificate
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import RecipientEntry
from tocsin_schemas.vocabulary import Purpose

log = logging.getLogger(__name__)


def certificate_of(person: RecipientEntry, now: datetime) -> Certificate | None:
    """The certificate, if something can be encrypted to it now. Without one, coded facts are all that is told."""
    if person.openpgp is None:
        return None
    try:
        found = read_certificate(person.openpgp, now)
    except UnfitCertificate as unfit:
        log.warning("certificate unfit", extra={"code": str(unfit.reason)})
        return None
    return found if found.fingerprint == person.openpgp_fingerprint else None


def opened(
    bodies: Mapping[str, Mapping[str, Any]], claims: Iterable[Claim], towards: Addressee, now: datetime
) -> list[Opened]:
    """Each report that may be shared in full with ``towards``, and the fields that are shown of it.

    bodies: JSON of the reports by id; what is absent cannot be shown.
    """
    found = []
    for claim in sorted(claims, key=lambda claim: (claim.received_at, claim.report_id)):
        shared = may(claim, towards, Purpose.SHARE, now, DisclosureLevel.L2)
        if isinstance(shared, Denied) or claim.report_id not in bodies:
            continue
        body = bodies[claim.report_id]
        if shown := frozenset(excerpt.field for excerpt in excerpts(body, shared.fields)):
            found.append(Opened(claim.report_id, body, shown))
    return found
