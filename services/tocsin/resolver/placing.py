"""A report that is not known yet: it joins a case, or opens one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain import asking
from tocsin.domain.claims import Claim
from tocsin.domain.matching.clusters import Solution
from tocsin.domain.matching.graph import Node, after
from tocsin.domain.matching.resolution import Resolution, resolve
from tocsin.resolver import linking, regrouping
from tocsin.resolver.announcing import Announcements
from tocsin.resolver.components import Component
from tocsin.resolver.outcome import Outcome
from tocsin.resolver.profiling import Profiled
from tocsin.resolver.regrouping import Occasion
from tocsin.resolver.surveying import Survey, Surveyor, born_of
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, reports
from tocsin.store.casework.cases import Case
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.matching import judgements, reviews

INCOMPLETE = "matching-incomplete"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One revision of a report, as it was accepted."""

    claim: Claim
    digest: str
    body: bytes
    profiled: Profiled

    def node(self, accepted_at: datetime, since: datetime) -> Node:
        claim, born = self.claim, born_of(self.profiled.profile)
        return Node(claim.report_id, claim.publisher, accepted_at, since, claim.country, born)


@dataclass(frozen=True, slots=True)
class Placing:
    """Puts new reports in their place."""

    deployment: Deployment
    surveyor: Surveyor

    def add(self, connection: Connection, incoming: Incoming, now: datetime) -> Outcome:
        """Keep the report, and decide by what is near it."""
        keys, profile = incoming.profiled.keys, incoming.profiled.profile
        lock_keys(connection, keys.hashed)
        survey = self.surveyor.survey(connection, profile, keys, now) if profile else Survey()
        near = [node for nodes in survey.cases.values() for node in nodes]
        node = incoming.node(now, after(now, near))
        resolution = resolve(node, survey.compared, survey.cases, survey.standing)
        if incoming.profiled.failure:
            resolution = replace(resolution, rule=INCOMPLETE)
        arrival = _Arrival(connection, self.deployment, incoming, node, survey, resolution, now)
        case_id = arrival.case_id()
        reports.add(connection, incoming.claim, incoming.digest, case_id, keys.keys, now, node.since)
        self.seal(connection, incoming, now)
        judgements.record(connection, resolution.edges, self.surveyor.matcher.version, now)
        return arrival.join(case_id) if resolution.together else arrival.open(case_id)

    def seal(self, connection: Connection, incoming: Incoming, now: datetime) -> None:
        """Keep content and profile, unreadable without the deployment's key."""
        profile = incoming.profiled.profile
        sealed = None if profile is None else profile.dump()
        reports.seal_content(connection, self.deployment.vault, incoming.claim, incoming.body, now, sealed)
        if profile is not None:
            self.surveyor.profiles.remember(incoming.claim.report_id, incoming.digest, profile)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A report, what is near it, and what was decided."""

    connection: Connection
    deployment: Deployment
    incoming: Incoming
    node: Node
    survey: Survey
    resolution: Resolution
    now: datetime

    def case_id(self) -> str:
        """The oldest of the cases that it is one with, else its own."""
        together = self.resolution.together
        if not together:
            return self.deployment.identities.case(self.node.report_id)
        known = cases.standings(self.connection, together) if len(together) > 1 else {}
        return min(together, key=lambda case: (known[case].opened_at, case) if known else case)

    def open(self, case_id: str) -> Outcome:
        case = cases.open_case(self.connection, case_id, self.incoming.claim, self.now)
        announce = self._announcing(case)
        announce.opened(self.resolution.duplicates)
        if failure := self.incoming.profiled.failure:
            reason = asking.INCOMPLETE(failure=failure)
            reviews.request(self.connection, "matching_incomplete", reason, self.now, case_id)
        return self._finish("opened", announce)

    def join(self, case_id: str) -> Outcome:
        moved: Iterable[str] = ()
        if len(self.resolution.together) > 1:
            moved = self._unite(case_id)
            case = cases.get(self.connection, case_id)
        else:
            case = cases.revise(self.connection, case_id, reports.facts_of(self.connection, case_id), self.now)
        announce = self._announcing(case)
        announce.corroborated(self.incoming.claim.publisher)
        return self._finish("joined", announce, tuple(sorted(moved)))

    def _unite(self, case_id: str) -> Iterable[str]:
        """The report has shown several cases to be one."""
        united = {case: list(self.survey.cases[case]) for case in self.resolution.together}
        united[case_id].append(self.node)
        everyone = sorted((n for nodes in united.values() for n in nodes), key=lambda n: (n.accepted_at, n.report_id))
        solution = Solution([tuple(n.report_id for n in everyone)])
        occasion = Occasion(self.resolution.rule, "report_moved", self.now, self.node.report_id)
        return regrouping.apply(
            self.connection, self.deployment.identities, Component(united), solution, occasion
        ).moved

    def _finish(self, word: str, announce: Announcements, moved: tuple[str, ...] = ()) -> Outcome:
        case_id, report_id, resolution = announce.case.case_id, self.node.report_id, self.resolution
        linking.add(self.connection, announce, resolution.links)
        home = {n.report_id: case for case, nodes in self.survey.cases.items() for n in nodes}
        regrouping.raise_alarms(self.connection, resolution.alarms, {**home, report_id: case_id}, self.now)
        detail = {"case": case_id, "rule": resolution.rule, "revision": self.incoming.claim.revision}
        audit.append(self.connection, "resolver", "report-accepted", report_id, detail, self.now)
        links = tuple(resolution.links)
        return Outcome(word, report_id, case_id, resolution.verdict, self.survey.candidates, links, moved)

    def _announcing(self, case: Case) -> Announcements:
        identities, rule = self.deployment.identities, self.resolution.rule
        return Announcements(self.connection, identities, case, self.node.report_id, rule, self.now)
