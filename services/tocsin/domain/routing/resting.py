"""On which reports rests what somebody is told, by mail or on a page, and what may be shown of each.

Consent, marks and level are asked at the moment of telling; a page shows no more than the mail that led to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Denied, addressee, may
from tocsin.domain.routing.disclosure import FACTS, Shown, redact
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.knowledge import Mechanism
from tocsin_schemas.vocabulary import Purpose

TOLD = ("country", "further_states", "violations", "date", "expected_on", "next_hearing")
"""The facts of a claim that are told."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A report on which what is told rests, without whatever may not be shown of it.

    publisher: counted, never named. fields: of the report, that are shown; none where it only lets us say that there
    is a case. facts: what can be told from these fields.
    """

    report_id: str
    publisher: str
    fields: frozenset[str] = frozenset()
    facts: Shown = field(default_factory=Shown)


def bases(
    claims: Iterable[Claim], mechanism: Mechanism, mandate: str, level: DisclosureLevel, now: datetime
) -> list[Basis]:
    """The reports on which something told to this mandate may rest, the first received first.

    level: the most that may be told. None unless one of them lets the mechanism be alerted.
    """
    towards, found, alerts = addressee(mechanism, mandate), [], False
    for claim in sorted(claims, key=lambda claim: (claim.received_at, claim.report_id)):
        alerted = may(claim, towards, Purpose.ALERT, now, level)
        shared = may(claim, towards, Purpose.SHARE, now, level)
        fields = frozenset() if isinstance(shared, Denied) else _told(claim, shared.fields)
        if fields or not isinstance(alerted, Denied):
            found.append(Basis(claim.report_id, claim.publisher, fields, redact(claim, fields)))
        alerts = alerts or not isinstance(alerted, Denied)
    return found if alerts else []


def _told(claim: Claim, allowed: frozenset[str]) -> frozenset[str]:
    """Those of the allowed fields that are told."""
    told = (FACTS[fact] for fact in TOLD if FACTS[fact] <= allowed and getattr(claim, fact))
    return frozenset(source for sources in told for source in sources)
