"""The decision: does a report join a case, open one that is linked to others, or open one and wait for a person?

Nothing is withheld on a score: whatever is not surely one case is published as new (DESIGN §6).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.domain.matching.clusters import Alarm, arrive
from tocsin.domain.matching.graph import Judged, Node, log_odds
from tocsin.domain.matching.verdicts import Comparison, Verdict
from tocsin_schemas.cases import LinkKind

MOST_FLAGGED = 8
"""Cases that one event can name as possible duplicates."""
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Compared:
    """A known report beside the incoming one.

    comparison: absent if they could not be compared; ``failure`` says why, in a code.
    """

    report_id: str
    case_id: str
    comparison: Comparison | None
    failure: str = ""

    @property
    def related(self) -> bool:
        return self.comparison is None or self.comparison.verdict is not Verdict.UNRELATED

    def explanation(self) -> dict[str, Any]:
        """What may be stored in clear: codes and figures, never words of a report."""
        if self.comparison is None:
            return {"failure": self.failure}
        return explained(self.comparison)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What becomes of an incoming report.

    together: the cases that are one with it; none if it opens a case, several if it shows young cases to be one.
    edges: what to keep of the comparisons. links: other cases, and how they relate.
    """

    together: tuple[str, ...]
    verdict: Verdict
    rule: str
    edges: tuple[tuple[Judged, dict[str, Any]], ...]
    links: Mapping[str, LinkKind]
    alarms: tuple[Alarm, ...] = ()

    @property
    def duplicates(self) -> list[str]:
        """Cases that a person must compare with this one."""
        return sorted(case for case, kind in self.links.items() if kind is LinkKind.POSSIBLE_DUPLICATE)


def resolve(
    node: Node, compared: Sequence[Compared], cases: Mapping[str, Sequence[Node]], standing: Iterable[Judged] = ()
) -> Resolution:
    """Decide on ``node``, the newest report.

    compared: with the candidates and with the members of their cases; where one failed, nothing is joined. cases: every
    live report of each case of which a report was compared. standing: what was judged before between these cases.
    """
    kept = edges_of(node, compared)
    before, edges = list(standing), [edge for edge, _ in kept]
    solution = arrive(cases.values(), node, [*before, *edges])
    own = set(next(cluster for cluster in solution.clusters if node.report_id in cluster))
    together = tuple(case for case, members in cases.items() if any(n.report_id in own for n in members))
    links = _links({*own, node.report_id}, cases, together, [*before, *edges])
    verdict = verdict_of(bool(together), links)
    return Resolution(
        together, verdict, _rule(verdict, compared, together, solution.alarms), kept, links, solution.alarms
    )


def edges_of(node: Node, compared: Sequence[Compared]) -> tuple[tuple[Judged, dict[str, Any]], ...]:
    """The judgements to keep, with their explanations: of every pair in a case in which the report is near to one.

    If a comparison failed, none of the others is enough to join.
    """
    near = {c.case_id for c in compared if c.related}
    doubtful = any(c.comparison is None for c in compared)
    return tuple((_edge(node, c, doubtful), c.explanation()) for c in compared if c.case_id in near)


def explained(comparison: Comparison) -> dict[str, Any]:
    """A comparison without its words."""
    return {
        "person": round(comparison.person, 6),
        "event": round(comparison.event, 6),
        "vetoes": list(comparison.vetoes),
        "evidence": [[e.code, round(e.bits, 3)] for e in comparison.evidence],
    }


def relation(edges: Iterable[Judged]) -> LinkKind | None:
    """How two cases relate that are not one, by what was judged across them; a person's latest word decides."""
    across = list(edges)
    said = max((e for e in across if e.by_person), key=lambda e: (e.serial, e.at), default=None)
    found = {said.verdict} if said is not None else {e.verdict for e in across}
    if found & {Verdict.DUPLICATE, Verdict.POSSIBLE}:
        return LinkKind.POSSIBLE_DUPLICATE
    return LinkKind.SAME_PERSON if Verdict.SAME_PERSON in found else None


def verdict_of(joined: bool, links: Mapping[str, LinkKind]) -> Verdict:
    """The decision in one word: of a report that has or has not joined others, and whose case is linked so."""
    if joined:
        return Verdict.DUPLICATE
    if LinkKind.POSSIBLE_DUPLICATE in links.values():
        return Verdict.POSSIBLE
    return Verdict.SAME_PERSON if links else Verdict.UNRELATED


def _edge(node: Node, compared: Compared, doubtful: bool) -> Judged:
    comparison = compared.comparison
    if comparison is None:
        return Judged(node.report_id, compared.report_id, Verdict.POSSIBLE, 0.0, node.since)
    doubted = doubtful and comparison.verdict is Verdict.DUPLICATE
    verdict = Verdict.POSSIBLE if doubted else comparison.verdict
    weight, vetoed = log_odds(comparison), bool(comparison.vetoes)
    return Judged(node.report_id, compared.report_id, verdict, weight, node.since, vetoed=vetoed)


def _links(
    own: set[str], cases: Mapping[str, Sequence[Node]], together: Sequence[str], edges: Iterable[Judged]
) -> dict[str, LinkKind]:
    home = {n.report_id: case for case, members in cases.items() if case not in together for n in members}
    across: dict[str, list[Judged]] = defaultdict(list)
    for edge in edges:
        for here, there in (edge.pair, edge.pair[::-1]):
            if here in own and there in home:
                across[home[there]].append(edge)
    found = {case: kind for case, between in across.items() if (kind := relation(between)) is not None}
    strongest = sorted(found, key=lambda case: (-max(e.log_odds for e in across[case]), case))
    return {case: found[case] for case in strongest[:MOST_FLAGGED]}


def _rule(verdict: Verdict, compared: Sequence[Compared], together: Sequence[str], alarms: Sequence[Alarm]) -> str:
    if any(c.comparison is None for c in compared):
        return "matching-incomplete"
    if verdict is Verdict.DUPLICATE:
        return _shared(c.comparison for c in compared if c.case_id in together)
    if alarms:
        return "component-alarm"
    if verdict is Verdict.POSSIBLE:
        return _doubt([c.comparison for c in compared if c.comparison is not None])
    return "same-person-other-event" if verdict is Verdict.SAME_PERSON else "no-match"


def _shared(comparisons: Iterable[Comparison | None]) -> str:
    evidence = (e for c in comparisons if c is not None and c.verdict is Verdict.DUPLICATE for e in c.evidence)
    return "same-reference" if any(e.code == "same-reference" for e in evidence) else "same-person-same-event"


def _doubt(comparisons: Sequence[Comparison]) -> str:
    if any(c.verdict is Verdict.DUPLICATE for c in comparisons):
        return "match-kept-apart"
    sure = any(c.verdict is Verdict.POSSIBLE and c.person >= LIKELY for c in comparisons)
    return "same-person-nearby-date" if sure else "possible-duplicate"
