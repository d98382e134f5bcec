"""Recall: what somebody was told may no longer be told to them, so they are asked to delete it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Addressee, Denied, may
from tocsin_schemas.vocabulary import Purpose

_NO_WITHDRAWAL = frozenset({"consent-expired", "certainty-unlikely", "under-embargo"})
"""Reasons for telling nothing more, which do not take back what was rightly told."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One person was told of one report by an attempt at a mail. showed: facts of it, not only that there is a case."""

    delivery_id: str
    attempt: int
    report_id: str
    alert_id: str
    recipient_id: str
    showed: bool


def taken_back(
    tellings: Iterable[Telling], claims: Mapping[str, Claim], towards: Mapping[str, Addressee], now: datetime
) -> list[Telling]:
    """Those that would not be allowed now, because a report was withdrawn, or its consent or its mark was changed.

    claims: of the reports that are live. towards: by alert, whom it tells; where that is not known nothing is allowed.
    """
    return [t for t in tellings if _is_taken_back(t, claims.get(t.report_id), towards.get(t.alert_id), now)]


def _is_taken_back(telling: Telling, claim: Claim | None, towards: Addressee | None, now: datetime) -> bool:
    if claim is None or towards is None:
        return True
    purposes = (Purpose.ALERT, Purpose.SHARE) if telling.showed else (Purpose.ALERT,)
    verdicts = (may(claim, towards, purpose, now) for purpose in purposes)
    return any(isinstance(v, Denied) and v.rule not in _NO_WITHDRAWAL for v in verdicts)
