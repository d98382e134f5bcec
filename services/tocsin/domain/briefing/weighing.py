"""What counts of the claims of one case, short enough to be kept until something of it changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Addressee, Granted, may
from tocsin.domain.routing.disclosure import FACTS, Shown, fields_of, redact
from tocsin.domain.routing.severities import UNPUNISHED
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.vocabulary import Purpose

COUNTED = (
    "country",
    "violations",
    "topics",
    "categories",
    "strict_reprisal",
    "broad_reprisal",
    "incommunicado",
)
"""The facts that a brief counts by."""
_CHAIN = FACTS["date"] | FACTS["accountability"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """facts: ``COUNTED`` alone, each once; none: the case does not count. reporters: how many mechanisms reported it.

    attacked: the last day on which an attack began, at the earliest. unpunished: the first day on which one was over,
    at the latest, that has led to nothing. until: from then on it may come out otherwise, though nothing was changed.
    """

    facts: Sequence[Shown]
    reporters: int
    attacked: date | None
    unpunished: date | None
    until: datetime | None

    def follows(self, earlier: "Weighed") -> bool:
        """Whether an attack came after one that had led to nothing (see ``following.impunity``)."""
        return self.attacked is not None and earlier.unpunished is not None and earlier.unpunished < self.attacked


def weigh(claims: Iterable[Claim], mechanisms: Sequence[Addressee], now: datetime) -> Weighed:
    """What counts of these claims. mechanisms: all that may be told of cases."""
    every = list(claims)
    counting = [claim for claim in every if counts(claim, mechanisms, now)]
    chained = [claim for claim in counting if fields(claim) >= _CHAIN]
    facts = {_key(shown): shown for claim in counting for shown in [_facts(claim)]}
    unpunished = [claim for claim in chained if claim.accountability in UNPUNISHED]
    return Weighed(
        facts=list(facts.values()),
        reporters=len({claim.publisher for claim in counting}),
        attacked=max((parse_edtf(claim.date).earliest for claim in chained), default=None),
        unpunished=min((parse_edtf(claim.date).latest for claim in unpunished), default=None),
        until=min((at for claim in every for at in _turns(claim) if at > now), default=None),
    )


def counts(claim: Claim, mechanisms: Iterable[Addressee], now: datetime) -> bool:
    """Whether some mechanism may now be shown something of the claim, so that it may be counted with others."""
    return any(isinstance(may(claim, towards, Purpose.SHARE, now), Granted) for towards in mechanisms)


def fields(claim: Claim) -> frozenset[str]:
    """What of a claim may count."""
    return fields_of(claim, DisclosureLevel.L1)


def _facts(claim: Claim) -> Shown:
    shown = redact(claim, fields(claim))
    return Shown(**{name: getattr(shown, name) for name in COUNTED})


def _key(shown: Shown) -> tuple[object, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in _values(shown))


def _values(shown: Shown) -> Iterator[object]:
    return (getattr(shown, name) for name in COUNTED)


def _turns(claim: Claim) -> Iterator[datetime]:
    """When time alone changes what may be told of the claim."""
    if claim.embargo_until is not None:
        yield claim.embargo_until
    for consent in claim.consents:
        if consent.expires_on is not None:
            yield datetime.combine(consent.expires_on + timedelta(days=1), time(), UTC)
