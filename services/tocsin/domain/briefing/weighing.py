"""What counts of the claims of one case, short enough to be kept until something of it changes.

A claim counts if its own consent lets some mechanism be told of it, it is credible, and no embargo holds it back; and
of it count the coded facts (level 1) that its publisher did not withhold. A case without such a claim does not count.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tocsin.domain.claims import Claim
from tocsin.domain.routing.consent import Addressee, Granted, may
from tocsin.domain.routing.disclosure import FACTS, Shown, fields_of, redact
from tocsin.domain.routing.severities import DEPRIVING_OF_LIBERTY, UNPUNISHED
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.vocabulary import Purpose, Topic, ViolationType, WgadCategory

UNKNOWN = "others"
"""The State of a case of which none may be told; and the row of whatever has too few to have one of its own."""
REPORTERS = ("one", "two", "more")
REPRISALS = ("reprisal", "broad", "other")
_CHAIN = FACTS["date"] | FACTS["accountability"]
_FUNDING = {ViolationType.FUNDING_RESTRICTION, ViolationType.FOREIGN_AGENT_LAW, ViolationType.ASSET_FREEZE}
_LAND = {ViolationType.LAND_GRABBING, ViolationType.FORCED_EVICTION}
_LAND_TOPICS = {Topic.LAND, Topic.ENVIRONMENT, Topic.INDIGENOUS}
_Test = Callable[[Shown], bool]


def _has_category(category: WgadCategory) -> _Test:
    return lambda facts: category in facts.categories


DETENTION: Mapping[str, _Test] = {
    "detained": lambda facts: bool(facts.incommunicado) or not DEPRIVING_OF_LIBERTY.isdisjoint(facts.violations),
    **{category.value: _has_category(category) for category in WgadCategory},
}
SUBJECTS: Mapping[str, _Test] = {
    "funding": lambda facts: not _FUNDING.isdisjoint(facts.violations),
    "land": lambda facts: not (_LAND.isdisjoint(facts.violations) and _LAND_TOPICS.isdisjoint(facts.topics)),
}
"""Restrictions of funding; land, environment and the rights of indigenous peoples."""
_MARKS = {**DETENTION, **SUBJECTS}


@dataclass(frozen=True, slots=True)
class Weighed:
    """state: None: the case does not count. reporters: how many mechanisms reported it, as ``REPORTERS``. reprisal: as
    ``REPRISALS``. marks: of ``DETENTION`` and ``SUBJECTS``, those that it has.

    attacked: the last day on which an attack began, at the earliest. unpunished: the first day on which one was over,
    at the latest, that has led to nothing. until: from then on it may come out otherwise, though nothing was changed.
    """

    state: str | None
    reporters: str
    reprisal: str
    marks: frozenset[str]
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
    facts = [redact(claim, fields(claim)) for claim in counting]
    unpunished = [claim for claim in chained if claim.accountability in UNPUNISHED]
    return Weighed(
        state=next((shown.country for shown in facts if shown.country), UNKNOWN) if facts else None,
        reporters=REPORTERS[min(max(len({claim.publisher for claim in counting}), 1), len(REPORTERS)) - 1],
        reprisal=_reprisal(facts),
        marks=frozenset(mark for mark, test in _MARKS.items() if any(map(test, facts))),
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


def _reprisal(facts: Sequence[Shown]) -> str:
    strict, broad, other = REPRISALS
    if any(shown.strict_reprisal for shown in facts):
        return strict
    return broad if any(shown.broad_reprisal for shown in facts) else other


def _turns(claim: Claim) -> Iterator[datetime]:
    """When time alone changes what may be told of the claim."""
    if claim.embargo_until is not None:
        yield claim.embargo_until
    for consent in claim.consents:
        if consent.expires_on is not None:
            yield datetime.combine(consent.expires_on + timedelta(days=1), time(), UTC)
