"""Why the reports of a case are one, and why its nearest other case is not: by the judgements that stand, and by what
the matcher says of the sealed profiles now. It opens names: who asks must be on record (see ``audit``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tocsin.domain.claims import claim_from
from tocsin.domain.matching.account import Account, account_of
from tocsin.domain.matching.explanation import Explanation, explain, unquoted
from tocsin.domain.matching.graph import log_odds, pair_of
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Verdict
from tocsin.domain.routing.disclosure import fields_of
from tocsin.resolver import finding
from tocsin.resolver.comparing import MATCHING_ERRORS, Comparing
from tocsin.resolver.profiles import Profiles
from tocsin.store.casework import cases, notes, reports
from tocsin.store.casework.reports import Member
from tocsin.store.deployment import Deployment
from tocsin.store.vault import Erased
from tocsin.store.views import evidence
from tocsin.store.views.evidence import Edge
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.reports import Report

ASKED = 12
"""Reports of a case whose candidates are looked for."""


@dataclass(frozen=True, slots=True)
class Told:
    """A report. account: absent if its content was erased."""

    member: Member
    account: Account | None


@dataclass(frozen=True, slots=True)
class Between:
    """Two reports. edges: what stands judged of them, and by people of others of their cases; what holds comes first.

    explained: absent if one cannot be compared. notes: what people noted on their judgements, by judgement.
    """

    ours: Told
    theirs: Told
    edges: Sequence[Edge]
    explained: Explanation | None
    notes: Mapping[int, str]

    @property
    def opened(self) -> set[str]:
        """Reports whose content was shown."""
        return {told.member.report_id for told in (self.ours, self.theirs) if told.account is not None}


@dataclass(frozen=True, slots=True)
class CaseExplained:
    """reports: the oldest first. ties: by report, with the earlier member that it is tied to most surely; the founder
    has none. nearest: the nearest report of another case, if any report is near.
    """

    case: cases.Case
    reports: Sequence[Told]
    ties: Mapping[str, Between]
    nearest: Between | None

    @property
    def opened(self) -> set[str]:
        """Reports whose content was shown."""
        both = [*self.reports, *([self.nearest.theirs] if self.nearest else [])]
        return {told.member.report_id for told in both if told.account is not None}


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains within one transaction."""

    connection: Connection
    deployment: Deployment
    matcher: Matcher
    _profiles: Profiles = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_profiles", Profiles(self.deployment.vault))

    def case(self, case_id: str) -> CaseExplained:
        """A case that stands; one without live reports has nothing to explain."""
        members = reports.members(self.connection, [case_id]).get(case_id, [])
        edges = evidence.touching(self.connection, [case_id])
        inside = [edge for edge in edges if len(edge.cases) == 1]
        ties = {}
        for place, member in enumerate(members):
            if (edge := _surest(inside, member, members[:place])) is not None:
                other = next(m for m in members if m.report_id == edge.other(member.report_id))
                ties[member.report_id] = self.between(member, other, [e for e in inside if e.pair == edge.pair])
        told = [self.told(member) for member in members]
        return CaseExplained(cases.get(self.connection, case_id), told, ties, self._nearest(case_id, members, edges))

    def across(self, case_id: str, other_case_id: str) -> Between | None:
        """The pair of reports by which two cases come nearest; None if one has no live report."""
        pair = {case_id, other_case_id}
        members = reports.members(self.connection, pair)
        if len(members) < len(pair) or len(pair) < 2:
            return None
        edges = [edge for edge in evidence.touching(self.connection, pair) if edge.cases == pair]
        ours, theirs = (_by_id(members[case]) for case in (case_id, other_case_id))
        ends = _ends(edges[0], ours, theirs) if (edges := _nearest_first(edges)) else None
        one, other = ends or (members[case_id][0], members[other_case_id][0])
        return self.between(one, other, edges)

    def between(self, ours: Member, theirs: Member, edges: Iterable[Edge]) -> Between:
        pair, ends = pair_of(ours.report_id, theirs.report_id), {ours.case_id, theirs.case_id}
        telling = (e for e in edges if e.pair == pair or (e.by_person and e.cases == ends))
        standing, vault = sorted(telling, key=_authority, reverse=True), self.deployment.vault
        decided = [e for e in standing if e.by_person]
        noted = {e.judgement_id: notes.read(self.connection, vault, e.judgement_id, e.pair) for e in decided}
        told, explained = (self.told(ours), self.told(theirs)), self._explained(ours, theirs)
        if explained is not None and any(each.account and "victims" in each.account.withheld for each in told):
            explained = unquoted(explained)
        return Between(*told, standing, explained, noted)

    def told(self, member: Member) -> Told:
        """Open the report, and what of it its publisher lets anybody see."""
        known = reports.find(self.connection, member.report_id)
        assert known is not None, "a member of a case is a known report"
        try:
            body = self.deployment.vault.open(self.connection, member.report_id, f"revision-{known.revision}")
        except Erased:
            return Told(member, None)
        report = decode_as(body, Report)
        shown = fields_of(claim_from(report, member.report_id), DisclosureLevel.L2)
        return Told(member, account_of(report, shown))

    def _explained(self, ours: Member, theirs: Member) -> Explanation | None:
        found = self._profiles.of(self.connection, [ours, theirs])
        a, b = found.get(ours.report_id), found.get(theirs.report_id)
        if a is None or b is None:
            return None
        try:
            return explain(self.matcher, a, b)
        except MATCHING_ERRORS:
            return None

    def _nearest(self, case_id: str, members: Sequence[Member], edges: Sequence[Edge]) -> Between | None:
        """By what was judged; if nothing was, by looking for candidates again."""
        across = _nearest_first(edge for edge in edges if len(edge.cases) > 1)
        if across:
            other_case = next(iter(across[0].cases - {case_id}))
            others = reports.members(self.connection, [other_case])[other_case]
            return self.between(*_ends(across[0], _by_id(members), _by_id(others)), across)
        if (found := self._searched(case_id, members)) is None:
            return None
        return self.between(*found, ())

    def _searched(self, case_id: str, members: Sequence[Member]) -> tuple[Member, Member] | None:
        known = self._profiles.of(self.connection, members)
        best: tuple[float, str, Member] | None = None
        for member in members[:ASKED]:
            profile = known.get(member.report_id)
            for other, score in self._candidates(case_id, profile) if profile is not None else ():
                if best is None or (score, other) > best[:2]:
                    best = score, other, member
        if best is None:
            return None
        _, other, member = best
        other_case = reports.located(self.connection, [other])[other].case_id
        return member, _by_id(reports.members(self.connection, [other_case])[other_case])[other]

    def _candidates(self, case_id: str, profile: Profile) -> Iterable[tuple[str, float]]:
        sought = finding.sought(self.deployment.identities, self.matcher.keys_of(profile))
        where = reports.located(self.connection, finding.find(self.connection, sought, profile.report_id))
        others = [located for located in where.values() if located.case_id != case_id]
        comparing = Comparing(self.matcher, profile)
        comparing.with_each([each.report_id for each in others], self._profiles.of(self.connection, others))
        for report_id, found in comparing.results.items():
            yield report_id, log_odds(found)


def _by_id(members: Iterable[Member]) -> dict[str, Member]:
    return {member.report_id: member for member in members}


def _ends(edge: Edge, ours: Mapping[str, Member], theirs: Mapping[str, Member]) -> tuple[Member, Member]:
    here = edge.left if edge.left in ours else edge.right
    return ours[here], theirs[edge.other(here)]


def _surest(edges: Iterable[Edge], member: Member, earlier: Collection[Member]) -> Edge | None:
    """What ties a report to one that was there before it."""
    ids = {each.report_id for each in earlier}
    own = [e for e in edges if member.report_id in e.pair and e.other(member.report_id) in ids]
    return max(own, key=lambda e: (e.verdict == Verdict.DUPLICATE, not e.vetoed, e.score, e.judgement_id), default=None)


def _nearest_first(edges: Iterable[Edge]) -> list[Edge]:
    """By what the matcher said: a person's "different" does not make two cases less alike."""
    return sorted(edges, key=lambda e: (not e.by_person, e.score, e.judgement_id), reverse=True)


def _authority(edge: Edge) -> tuple[bool, int]:
    """A person's latest, then the matcher's newest."""
    return edge.by_person, edge.judgement_id
