"""The moments at which what may be told of a case, or how urgent it is, changes although nothing is reported."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

from tocsin.domain.claims import Claim
from tocsin.domain.routing.severities import EXPECTED, IMMEDIATE
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.vocabulary import ConsentStatus

_A_DAY = timedelta(days=1)


class Moment(NamedTuple):
    """The case is routed again then."""

    why: Literal["embargo_end", "consent_expiry", "critical_date"]
    at: datetime


def moments(claims: Iterable[Claim], now: datetime) -> list[Moment]:
    """Those to come, each once, the soonest first."""
    found = {moment for claim in claims for moment in _of(claim) if moment.at > now}
    return sorted(found, key=lambda moment: (moment.at, moment.why))


def midnight(day: date) -> datetime:
    """The first moment of a day of UTC."""
    return datetime.combine(day, time(), UTC)


def _of(claim: Claim) -> Iterator[Moment]:
    if claim.embargo_until is not None:
        yield Moment("embargo_end", claim.embargo_until)
    for consent in claim.consents:
        if consent.expires_on is not None and consent.status is ConsentStatus.GRANTED:
            yield Moment("consent_expiry", midnight(consent.expires_on) + _A_DAY)  # the day itself is included
    for announced in (claim.expected_on, claim.next_hearing):
        if announced is not None:
            nearest = midnight(parse_edtf(announced).earliest)
            yield from (Moment("critical_date", nearest - before) for before in (EXPECTED, IMMEDIATE))
