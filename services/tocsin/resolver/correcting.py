"""A report that is known, and now says something else or nothing: its part of the graph is solved again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tocsin.domain import asking
from tocsin.domain.matching.graph import Judged, Node, after
from tocsin.domain.matching.resolution import Compared, edges_of, verdict_of
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver import components, regrouping
from tocsin.resolver.announcing import Announcements
from tocsin.resolver.components import Component
from tocsin.resolver.outcome import Outcome
from tocsin.resolver.placing import INCOMPLETE, Incoming, Placing
from tocsin.resolver.regrouping import Occasion, Regrouped
from tocsin.resolver.surveying import Survey
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, links, reports
from tocsin.store.casework.locks import lock_found
from tocsin.store.casework.reports import KnownReport
from tocsin.store.database import lock_keys
from tocsin.store.matching import candidates, judgements, reviews
from tocsin_schemas.reports import Withdrawal

Explained = tuple[Judged, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Correcting:
    """Takes corrections and withdrawals in."""

    placing: Placing

    def correct(self, connection: Connection, case_id: str, incoming: Incoming, now: datetime) -> Outcome:
        """Replace what the report said, forget what the matcher thought of it, and find its place again."""
        report_id, keys = incoming.claim.report_id, incoming.profiled.keys
        lock_keys(connection, {*candidates.keys_of(connection, report_id), *keys.hashed})
        survey = self._survey(connection, incoming, case_id, now)
        standing = _standing(connection, report_id, case_id)
        self._replace(connection, case_id, standing, incoming, now)
        component, edges = self._tie(connection, incoming, standing, survey, now)
        judgements.record(connection, edges, self.placing.surveyor.matcher.version, now)
        incomplete = incoming.profiled.failure or any(c.comparison is None for c in survey.compared)
        rule = INCOMPLETE if incomplete else "report-corrected"
        occasion = Occasion(rule, "report_corrected", now, report_id, corrected=True)
        regrouped = regrouping.regroup(connection, self.placing.deployment.identities, component, occasion)
        now_in = regrouped.moved.get(report_id, standing)
        if failure := incoming.profiled.failure:
            reviews.request(connection, "matching_incomplete", asking.INCOMPLETE(failure=failure), now, now_in)
        detail = {"case": now_in, "revision": incoming.claim.revision}
        audit.append(connection, "resolver", "report-corrected", report_id, detail, now)
        return _outcome(connection, report_id, now_in, survey, regrouped)

    def withdraw(
        self, connection: Connection, known: KnownReport, withdrawal: Withdrawal, digest: str, now: datetime
    ) -> Outcome:
        """Take the report out of the graph; a case without any other is closed."""
        report_id, case_id = known.report_id, known.case_id
        lock_keys(connection, candidates.keys_of(connection, report_id))
        profiles = self.placing.surveyor.profiles
        component = components.locked(connection, profiles, lambda: [_standing(connection, report_id, case_id)])
        standing = component.home.get(report_id, case_id)
        reports.withdraw(connection, report_id, withdrawal.revision, digest, now)
        judgements.retract(connection, report_id, now)
        regrouped = Regrouped()
        if report_id in component.home:
            regrouped = self._without(connection, component.without(report_id), report_id, standing, now)
        detail = {"case": standing, "reason": withdrawal.reason}
        audit.append(connection, "resolver", "report-withdrawn", report_id, detail, now)
        return Outcome("withdrawn", report_id, standing, changed=tuple(sorted(regrouped.moved)))

    def _replace(self, connection: Connection, case_id: str, standing: str, incoming: Incoming, now: datetime) -> None:
        report_id = incoming.claim.report_id
        reports.correct(connection, incoming.claim, incoming.digest, incoming.profiled.keys.keys)
        if standing != case_id:
            reports.move(connection, {report_id: standing})  # it had been withdrawn when its case was merged
        self.placing.seal(connection, incoming, now)
        judgements.retract(connection, report_id, now)

    def _survey(self, connection: Connection, incoming: Incoming, case_id: str, now: datetime) -> Survey:
        """Before anything is written: rows must not be held while locks of cases are waited for."""

        def own() -> set[str]:
            return {_standing(connection, incoming.claim.report_id, case_id)}

        def reach(found: set[str]) -> set[str]:
            return components.reach(connection, found)

        profile, keys = incoming.profiled.profile, incoming.profiled.keys
        if profile is None:
            lock_found(connection, lambda: reach(own()))
            return Survey()
        return self.placing.surveyor.survey(connection, profile, keys, now, own, reach)

    def _tie(
        self, connection: Connection, incoming: Incoming, case_id: str, survey: Survey, now: datetime
    ) -> tuple[Component, list[Explained]]:
        """The component with the report as it is now, and the new judgements.

        A correction that ties the report to another case counts from now on, as if the report had just come: so a
        source cannot unite two established cases by correcting an old report.
        """
        profiles = self.placing.surveyor.profiles
        component = components.locked(connection, profiles, lambda: {case_id, *survey.cases})
        standing = {node.report_id: node for node in component.nodes}
        node = standing[incoming.claim.report_id]
        if any(_ties(compared, case_id) for compared in survey.compared):
            node = replace(node, since=after(now, standing.values()))
            reports.place(connection, node.report_id, node.since)
            standing[node.report_id] = node
        edges = [_counting(edge, explanation, standing) for edge, explanation in edges_of(node, survey.compared)]
        renewed = {case: [standing[n.report_id] for n in nodes] for case, nodes in component.cases.items()}
        return Component(renewed), edges

    def _without(
        self, connection: Connection, component: Component, report_id: str, case_id: str, now: datetime
    ) -> Regrouped:
        identities = self.placing.deployment.identities
        if case_id not in component.cases:
            case = cases.revise(connection, case_id, ([], []), now)
            announce = Announcements(connection, identities, case, report_id, "report-withdrawn", now)
            announce.closed("all_reports_withdrawn")
            return Regrouped(cases=frozenset({case_id}))
        occasion = Occasion("report-withdrawn", "report_withdrawn", now, report_id, dwindled=case_id)
        return regrouping.regroup(connection, identities, component, occasion)


def _standing(connection: Connection, report_id: str, case_id: str) -> str:
    """Where the report stands; if it was withdrawn, the case that its last one became part of."""
    home = reports.cases_of(connection, [report_id])
    return home[report_id] if home else cases.current(connection, case_id)


def _ties(compared: Compared, own: str) -> bool:
    comparison = compared.comparison
    return compared.case_id != own and comparison is not None and comparison.verdict is Verdict.DUPLICATE


def _counting(edge: Judged, explanation: dict[str, Any], standing: dict[str, Node]) -> Explained:
    """A judgement of two reports counts from when the later of them was there."""
    since = [standing[end].since for end in edge.pair if end in standing]
    return replace(edge, at=max(since)), explanation


def _outcome(connection: Connection, report_id: str, case_id: str, survey: Survey, regrouped: Regrouped) -> Outcome:
    peers = [m for m in reports.members(connection, [case_id])[case_id] if m.report_id != report_id]
    linked = {
        other: kind
        for ends, kind in links.of_cases(connection, [case_id]).items()
        for other in ends
        if other != case_id
    }
    changed = tuple(sorted(regrouped.moved.keys() - {report_id}))
    verdict = verdict_of(bool(peers), linked)
    return Outcome("corrected", report_id, case_id, verdict, survey.candidates, tuple(sorted(linked)), changed)
