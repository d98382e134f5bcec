"""The decision: does a report join a case, open one, or open one that is linked to others?

Simple and exact for now: a shared reference, or the same normalised full name in the same State on overlapping dates.
Whatever is uncertain is published as new and flagged; nothing is withheld on a score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tocsin.domain.matching.keys import KeyKind
from tocsin_schemas.cases import Judgement, LinkKind
from tocsin_schemas.dates import DateRange, parse_edtf

MODEL_VERSION = "exact-1"
NEARBY = timedelta(days=3)
"""Sources of one arrest often differ by a day or two; further apart it is another event."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known report that shares a key. ``date`` is EDTF; ``shared`` holds the kinds of the shared keys."""

    report_id: str
    case_id: str
    date: str
    shared: frozenset[str]


@dataclass(frozen=True, slots=True)
class Edge:
    """What is thought of the pair (this report, ``report_id``), and why."""

    report_id: str
    case_id: str
    judgement: Judgement
    score: float
    explanation: tuple[str, ...]
    link: LinkKind | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """``joins`` is the case that the report joins, or None if it founds one."""

    joins: str | None
    rule: str
    edges: tuple[Edge, ...]

    def links(self) -> dict[str, LinkKind]:
        """Other cases to link, the surer kind first."""
        found: dict[str, LinkKind] = {}
        for edge in self.edges:
            if edge.case_id == self.joins:
                continue
            kind = LinkKind.POSSIBLE_DUPLICATE if edge.judgement is Judgement.POSITIVE else edge.link
            if kind is not None and found.get(edge.case_id) is not LinkKind.POSSIBLE_DUPLICATE:
                found[edge.case_id] = kind
        return found


def resolve(date: str, candidates: Sequence[Candidate]) -> Resolution:
    """Decide on a report whose event happened on ``date`` (EDTF), given the candidates, oldest first.

    If the candidates that match lie in several cases, the report joins the oldest and the others are flagged as
    possible duplicates of it.
    """
    edges = tuple(_judge(parse_edtf(date), candidate) for candidate in candidates)
    for edge in edges:
        if edge.judgement is Judgement.POSITIVE:
            return Resolution(edge.case_id, edge.explanation[0], edges)
    if any(edge.link is LinkKind.POSSIBLE_DUPLICATE for edge in edges):
        return Resolution(None, "same-person-nearby-date", edges)
    if edges:
        return Resolution(None, "same-person-other-event", edges)
    return Resolution(None, "no-match", edges)


def _judge(date: DateRange, candidate: Candidate) -> Edge:
    def edge(judgement: Judgement, score: float, *why: str, link: LinkKind | None = None) -> Edge:
        return Edge(candidate.report_id, candidate.case_id, judgement, score, why, link)

    if KeyKind.REFERENCE in candidate.shared:
        return edge(Judgement.POSITIVE, 1.0, "same-reference")
    other = parse_edtf(candidate.date)
    if date.overlaps(other):
        return edge(Judgement.POSITIVE, 0.99, "same-person-same-event", "same-name", "same-country", "dates-overlap")
    if max(date.earliest, other.earliest) - min(date.latest, other.latest) <= NEARBY:
        return edge(Judgement.UNSURE, 0.5, "same-person-nearby-date", link=LinkKind.POSSIBLE_DUPLICATE)
    return edge(Judgement.NEGATIVE, 0.0, "same-person-other-event", "dates-apart", link=LinkKind.SAME_PERSON)
