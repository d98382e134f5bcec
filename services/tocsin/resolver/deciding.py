"""What a person decides of two cases: a judgement like the matcher's, which outranks it and can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from tocsin.domain.matching.graph import CERTAIN, Judged, after
from tocsin.domain.matching.resolution import explained
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver import components, regrouping
from tocsin.resolver.comparing import Comparer, Comparing
from tocsin.resolver.components import Component
from tocsin.resolver.profiles import Profiles
from tocsin.resolver.regrouping import Occasion
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, reports
from tocsin.store.deployment import Deployment
from tocsin.store.matching import judgements, reviews


class Decision(StrEnum):
    """SAME_PERSON: one person, two events."""

    SAME = "same"
    DIFFERENT = "different"
    SAME_PERSON = "same_person"


_VERDICTS = {
    Decision.SAME: (Verdict.DUPLICATE, CERTAIN),
    Decision.DIFFERENT: (Verdict.UNRELATED, -CERTAIN),
    Decision.SAME_PERSON: (Verdict.SAME_PERSON, -CERTAIN),
}


class Undecidable(ValueError):
    """The decision cannot be recorded; the text says why, in words for the person."""


@dataclass(frozen=True, slots=True)
class Decided:
    """judgement_id: to take it back by. moved: for each report that changed its case, the new one."""

    judgement_id: int
    moved: Mapping[str, str] = field(default_factory=dict)
    cases: frozenset[str] = frozenset()


def decide(
    connection: Connection,
    deployment: Deployment,
    matcher: Comparer,
    case_id: str,
    other_case_id: str,
    decision: str,
    by: str,
    now: datetime,
) -> Decided:
    """Record what ``by`` says of two cases, and make it so at once: merge them, split them, link them.

    A case that was merged into the other may be named too: ``different`` takes it out again.
    decision: a word of ``Decision``. by: an operator's short name, at most 64 characters; it is kept.
    Raises Undecidable if a case is unknown or has no live report, or if both are represented by one report.
    """
    component = _component(connection, deployment, case_id, other_case_id)
    ends = tuple(_representative(connection, component, case) for case in (case_id, other_case_id))
    reviews.resolve_pairs(connection, [(case_id, other_case_id)], by, now)
    return _judge(connection, deployment, matcher, component, ends, decision, by, now)


def decide_reports(
    connection: Connection,
    deployment: Deployment,
    matcher: Comparer,
    report_id: str,
    other_report_id: str,
    decision: str,
    by: str,
    now: datetime,
) -> Decided:
    """As ``decide``, of two reports: ``different`` takes a report out of a case that it should not have joined."""
    ends = (report_id, other_report_id)
    component = _around(connection, deployment, ends)
    if not component.home.keys() >= set(ends):
        raise Undecidable("One of the reports is unknown or withdrawn.")
    return _judge(connection, deployment, matcher, component, ends, decision, by, now)


def undo(connection: Connection, deployment: Deployment, judgement_id: int, by: str, now: datetime) -> Decided:
    """Take a judgement back, and make the cases what the others say: what it had merged stands apart again.

    Raises Undecidable if there is no such judgement, or if it was taken back before.
    """
    known = judgements.find(connection, judgement_id)
    if known is None or known.deleted_at is not None:
        raise Undecidable("There is no such judgement, or it was taken back before.")
    ends = (known.left, known.right)
    component = _around(connection, deployment, ends)
    judgements.take_back(connection, judgement_id, now)
    return _make_so(connection, deployment, component, judgement_id, ends, "judgement-undone", by, now)


def _judge(
    connection: Connection,
    deployment: Deployment,
    matcher: Comparer,
    component: Component,
    ends: tuple[str, ...],
    decision: str,
    by: str,
    now: datetime,
) -> Decided:
    left, right = ends
    (verdict, bits), home = _VERDICTS[_word(decision)], component.home
    if not 0 < len(by) <= 64 or by == judgements.MATCHER:
        raise Undecidable("Say who decides, in at most 64 characters.")
    if left == right:
        raise Undecidable("Both are represented by one report.")
    edge = Judged(left, right, verdict, bits, after(now, component.nodes), by_person=True)
    explanation = {"decision": str(decision)} | _evidence(connection, deployment, matcher, left, right)
    judgement_id = judgements.decide(connection, edge, explanation, matcher.version, by, now)
    reviews.resolve_pairs(connection, [(home[left], home[right])], by, now)
    rule = f"person-{_word(decision).replace('_', '-')}"
    return _make_so(connection, deployment, component, judgement_id, ends, rule, by, now)


def _word(decision: str) -> Decision:
    try:
        return Decision(decision)
    except ValueError:
        raise Undecidable(f"Decide one of {', '.join(Decision)}.") from None


def _component(connection: Connection, deployment: Deployment, *case_ids: str) -> Component:
    if not all(cases.exists(connection, case) for case in case_ids):
        raise Undecidable("There is no such case.")
    return components.locked(
        connection, Profiles(deployment.vault), lambda: {cases.current(connection, case) for case in case_ids}
    )


def _around(connection: Connection, deployment: Deployment, report_ids: tuple[str, ...]) -> Component:
    profiles = Profiles(deployment.vault)
    return components.locked(connection, profiles, lambda: set(reports.cases_of(connection, report_ids).values()))


def _representative(connection: Connection, component: Component, case_id: str) -> str:
    """The report that founded the case, wherever it is now; else the oldest of the case."""
    standing = cases.standings(connection, [case_id])[case_id]
    if standing.founder in component.home:
        return standing.founder
    members = component.cases.get(case_id)
    if not members:
        raise Undecidable("Every report of one of the cases was withdrawn.")
    return members[0].report_id


def _evidence(
    connection: Connection, deployment: Deployment, matcher: Comparer, left: str, right: str
) -> dict[str, object]:
    """What the matcher saw of the pair, so that the decision can teach it."""
    where = reports.located(connection, [left, right])
    known = Profiles(deployment.vault).of(connection, where.values())
    if (ours := known.get(left)) is None or known.get(right) is None:
        return {}
    comparing = Comparing(matcher, ours)
    comparing.with_each([right], known)
    return explained(comparing.results[right]) if right in comparing.results else {}


def _make_so(
    connection: Connection,
    deployment: Deployment,
    component: Component,
    judgement_id: int,
    ends: tuple[str, ...],
    rule: str,
    by: str,
    now: datetime,
) -> Decided:
    home = component.home
    judged = frozenset(home[end] for end in ends if end in home)
    occasion = Occasion(rule, "report_moved", now, judged=judged)
    done = regrouping.regroup(connection, deployment.identities, component, occasion)
    detail = {"judgement": judgement_id, "rule": rule, "by": by, "moved": len(done.moved)}
    audit.append(connection, "resolver", "judgement", min(judged, default=ends[0]), detail, now)
    return Decided(judgement_id, done.moved, done.cases)
