"""On which reports a mail rests, and what it may show of each: consent, marks and level, asked at the last moment."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Denied, addressee, may
from tocsin.domain.routing.disclosure import FACTS, redact
from tocsin.mailer.letters import Basis
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.knowledge import Mechanism
from tocsin_schemas.vocabulary import Purpose

MAILED = ("country", "further_states", "violations", "date", "expected_on", "next_hearing")
"""The facts of a claim that a mail tells."""


def bases(
    claims: Iterable[Claim], mechanism: Mechanism, mandate: str, level: DisclosureLevel, now: datetime
) -> list[Basis]:
    """The reports on which a mail to this mandate may rest, the first received first.

    level: the most that the mail may say. None unless one of them lets the mechanism be alerted.
    """
    towards, found, alerts = addressee(mechanism, mandate), [], False
    for claim in sorted(claims, key=lambda claim: (claim.received_at, claim.report_id)):
        alerted = may(claim, towards, Purpose.ALERT, now, level)
        shared = may(claim, towards, Purpose.SHARE, now, level)
        fields = frozenset() if isinstance(shared, Denied) else _mailed(claim, shared.fields)
        if fields or not isinstance(alerted, Denied):
            found.append(Basis(claim.report_id, claim.publisher, fields, redact(claim, fields)))
        alerts = alerts or not isinstance(alerted, Denied)
    return found if alerts else []


def _mailed(claim: Claim, allowed: frozenset[str]) -> frozenset[str]:
    """Those of the allowed fields that the mail does show."""
    told = (FACTS[fact] for fact in MAILED if FACTS[fact] <= allowed and getattr(claim, fact))
    return frozenset(source for sources in told for source in sources)
