"""What happens to one report, in one transaction: keep it, resolve it, say what changed."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain import asking, canary
from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import report_id
from tocsin.resolver import rehearsing
from tocsin.resolver.comparing import BUDGET, Comparer
from tocsin.resolver.correcting import Correcting
from tocsin.resolver.matching import load_matcher
from tocsin.resolver.outcome import Outcome
from tocsin.resolver.placing import Incoming, Placing
from tocsin.resolver.profiles import Profiles
from tocsin.resolver.profiling import profiled
from tocsin.resolver.surveying import Surveyor
from tocsin.runtime import metrics
from tocsin.runtime.messages import Message
from tocsin.store.casework import reports
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin.store.matching import reviews
from tocsin.store.receiving import early_withdrawals
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.reports import Report, Withdrawal

CONFLICT = Problem(
    "revision-conflict", "/revision", "this revision was published before with other content; raise the revision"
)
UNKNOWN_REPORT = Problem("report-unknown", "/publisher_reference", "no report with this reference was published before")
_PLACED = ("opened", "joined")
"""What became of reports that nobody knew yet."""
WITHDRAWN = Problem("report-withdrawn", "/revision", "this report was withdrawn before it arrived")


@dataclass(slots=True)
class Acceptance:
    """Takes reports in for one deployment; an instance is the ``work`` of the resolver's consumer.

    matcher: the shipped one by default. budget: comparisons for one report; one for which it does not suffice opens a
    case of its own, flagged for a person.
    """

    deployment: Deployment
    matcher: Comparer | None = None
    budget: int = BUDGET
    _placing: Placing = field(init=False)

    def __post_init__(self) -> None:
        matcher = self.matcher if self.matcher is not None else load_matcher()
        surveyor = Surveyor(matcher, Profiles(self.deployment.vault), self.budget)
        self._placing = Placing(self.deployment, surveyor)

    def __call__(self, connection: Connection, event: Event[Model], message: Message, now: datetime) -> str:
        outcome = self.accept(connection, event, message, now)
        if outcome.word in _PLACED:
            metrics.dedup_decision(outcome.verdict.value)
        return outcome.word

    def accept(self, connection: Connection, event: Event[Model], message: Message, now: datetime) -> Outcome:
        """Take one event in; raises InvalidEvent if it contradicts what was published before.

        Then nothing has changed, but that a withdrawal leaves a trace: a report that nobody knows yet is not told when
        it comes, and of one that stands a person is asked, for somebody may have taken back their consent.
        """
        content, body = event.data, message.value or b""
        if isinstance(content, Report) and canary.is_drill(content):
            return self._rehearse(connection, content, body, event.time, now)
        if isinstance(content, Withdrawal):
            return self._withdraw(connection, content, body, now)
        assert isinstance(content, Report)
        return self._take(connection, content, body, now)

    def _take(self, connection: Connection, report: Report, body: bytes, now: datetime) -> Outcome:
        identity = report_id(report.publisher, report.publisher_reference)
        digest = self.deployment.identities.digest(report.model_dump_json().encode())
        lock_keys(connection, [self.deployment.identities.blocking_key("report", identity)])
        known = reports.find(connection, identity)
        claim = claim_from(report, identity)
        if known is None:
            if report.revision <= early_withdrawals.revision(connection, identity):
                raise InvalidEvent(WITHDRAWN)
            return self._placing.add(connection, self._incoming(report, claim, digest, body), now)
        if known.revision == report.revision:
            if known.content_digest == digest:
                return Outcome("repeat", identity, known.case_id)
            raise InvalidEvent(CONFLICT)
        if known.revision > report.revision:
            if not reports.is_erased(connection, identity):
                reports.seal_content(connection, self.deployment.vault, claim, body, now)
            return Outcome("superseded", identity, known.case_id)
        incoming = self._incoming(report, claim, digest, body)
        return Correcting(self._placing).correct(connection, known.case_id, incoming, now)

    def _rehearse(
        self, connection: Connection, report: Report, body: bytes, published_at: datetime, now: datetime
    ) -> Outcome:
        """Nothing is kept of a drill."""
        claim = claim_from(report, report_id(report.publisher, report.publisher_reference))
        keys = self._incoming(report, claim, "", body).profiled.keys
        return rehearsing.pass_on(connection, self.deployment, report, keys, published_at, now)

    def _withdraw(self, connection: Connection, withdrawal: Withdrawal, body: bytes, now: datetime) -> Outcome:
        identity = report_id(withdrawal.publisher, withdrawal.publisher_reference)
        lock_keys(connection, [self.deployment.identities.blocking_key("report", identity)])
        known = reports.find(connection, identity)
        if known is None:
            early_withdrawals.note(connection, identity, withdrawal.revision, now)
            raise InvalidEvent(UNKNOWN_REPORT)
        digest = self.deployment.identities.digest(body)
        if withdrawal.revision <= known.revision:
            if known.withdrawn_at is not None and known.content_digest == digest:
                return Outcome("repeat", identity, known.case_id)
            if known.withdrawn_at is None:
                stands = {"withdrawn": withdrawal.revision, "stands": known.revision}
                reason = asking.WITHDRAWN_LATE(report=identity, **stands)
                reviews.request_of(connection, "withdrawal_refused", identity, reason, now, known.case_id)
            raise InvalidEvent(CONFLICT)
        reviews.resolve_of(connection, "withdrawal_refused", identity, "resolver", now)
        return Correcting(self._placing).withdraw(connection, known, withdrawal, digest, now)

    def _incoming(self, report: Report, claim: Claim, digest: str, body: bytes) -> Incoming:
        matcher, identities = self._placing.surveyor.matcher, self.deployment.identities
        return Incoming(claim, digest, body, profiled(matcher, identities, report, claim.report_id))
