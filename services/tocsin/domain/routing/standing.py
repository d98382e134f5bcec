"""What is known of a case besides its claims, and what speaks for calling it emblematic."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tocsin.domain.claims import Claim
from tocsin.domain.routing.severities import LARGE_GROUP, LONG_DETENTION, is_detained
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.vocabulary import Priority, ViolationType

_LAWS = frozenset({ViolationType.RESTRICTIVE_LAW, ViolationType.FOREIGN_AGENT_LAW})


@dataclass(frozen=True, slots=True)
class Lowered:
    """A person has lowered the priority of a case, and said why; the reason is sealed."""

    priority: Priority
    by: str
    judged: Priority
    """What the facts gave when it was lowered; the lowering lapses as soon as they give more."""

    def applied_to(self, judged: Priority) -> Priority:
        """The priority that holds, where the facts give ``judged``."""
        return judged if judged < self.judged else max(judged, self.priority)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a case besides its claims."""

    emblematic: bool = False
    """A person has labelled it so."""
    impunity_by_link: bool = False
    """An earlier attack on the same person or group, in a linked case, has stalled accountability."""
    lowered: Lowered | None = None
    mechanisms_acted: frozenset[str] = frozenset()
    """Keys of the mechanisms that have taken an action on it."""


UNKNOWN = Standing()
"""Nothing is known of the case besides its claims."""


def suggests_emblematic(claims: Sequence[Claim], standing: Standing, now: datetime) -> tuple[str, ...]:
    """Codes of what speaks for a person's labelling the case emblematic. A suggestion: it changes nothing by itself.

    The working rule: two mechanisms acted, long or repeated detention, a precedent for law or practice, or the case
    stands for a group.
    """
    return tuple(_emblematic(claims, standing, now))


def _emblematic(claims: Sequence[Claim], standing: Standing, now: datetime) -> Iterator[str]:
    detentions = [c for c in claims if is_detained(c)]
    if len(standing.mechanisms_acted) >= 2:
        yield "two-mechanisms-acted"
    if any(c.ongoing and parse_edtf(c.date).latest + LONG_DETENTION < now.date() for c in detentions):
        yield "long-detention"
    if _is_repeated(detentions):
        yield "repeated-detention"
    if any(c.victims and not _LAWS.isdisjoint(c.violations) for c in claims):
        yield "law-precedent"
    if any(c.victims and (c.group_size or 0) >= LARGE_GROUP for c in claims):
        yield "stands-for-a-group"


def _is_repeated(detentions: Iterable[Claim]) -> bool:
    """On days that cannot be the same, or after attacks that the report names."""
    found = list(detentions)
    days = sorted((parse_edtf(c.date) for c in found), key=lambda d: (d.latest, d.earliest))
    return any(c.prior_attacks for c in found) or any(not earlier.overlaps(later) for earlier, later in pairwise(days))
