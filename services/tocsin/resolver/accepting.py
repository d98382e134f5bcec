"""What happens to one report, in one transaction: keep it, resolve it, say what changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.matching.keys import keys_of
from tocsin.domain.matching.resolution import MODEL_VERSION, Resolution, resolve
from tocsin.resolver.announcing import Announcements
from tocsin.runtime.stream import Message
from tocsin.store import audit, cases, judgements, reports, reviews
from tocsin.store.database import lock_keys
from tocsin.store.deployment import Deployment
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.reports import Report, Withdrawal

CONFLICT = Problem(
    "revision-conflict", "/revision", "this revision was published before with other content; raise the revision"
)
UNKNOWN_REPORT = Problem("report-unknown", "/publisher_reference", "no report with this reference was published before")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Takes reports in for one deployment; an instance is the ``work`` of the resolver's consumer."""

    deployment: Deployment

    def __call__(self, connection: Connection, event: Event[Model], message: Message, now: datetime) -> str:
        content = event.data
        if isinstance(content, Withdrawal):
            return self._withdraw(connection, content, message.value or b"", now)
        assert isinstance(content, Report)
        return self._accept(connection, content, message.value or b"", now)

    def _accept(self, connection: Connection, report: Report, body: bytes, now: datetime) -> str:
        identity = report_id(report.publisher, report.publisher_reference)
        digest = self.deployment.identities.digest(report.model_dump_json().encode())
        lock_keys(connection, [self.deployment.identities.blocking_key("report", identity)])
        known = reports.find(connection, identity)
        claim = claim_from(report, identity)
        if known is None:
            return self._add(connection, report, claim, digest, body, now)
        if known.revision == report.revision:
            if known.content_digest == digest:
                return "repeat"
            raise InvalidEvent(CONFLICT)
        if known.revision > report.revision:
            reports.seal_content(connection, self.deployment.vault, claim, body, now)
            return "superseded"
        return self._correct(connection, known.case_id, report, claim, digest, body, now)

    def _add(
        self, connection: Connection, report: Report, claim: Claim, digest: str, body: bytes, now: datetime
    ) -> str:
        keys = self._hashed_keys(report)
        lock_keys(connection, [k.key for k in keys])
        resolution = resolve(claim.date, reports.candidates(connection, keys, claim.report_id))
        case_id = resolution.joins or self.deployment.identities.case(claim.report_id)
        lock_keys(connection, [case_id])
        reports.add(connection, claim, digest, case_id, keys, now)
        reports.seal_content(connection, self.deployment.vault, claim, body, now)
        for edge in resolution.edges:
            judgements.record(connection, claim.report_id, edge, MODEL_VERSION, now)
        case = self._grow(connection, case_id, claim, resolution, now)
        announce = Announcements(connection, self.deployment.identities, case, claim.report_id, resolution.rule, now)
        duplicates = [c for c, kind in resolution.links().items() if kind is LinkKind.POSSIBLE_DUPLICATE]
        if resolution.joins:
            announce.corroborated(claim.publisher)
        else:
            announce.opened(duplicates)
        self._link(connection, case_id, resolution, announce, now)
        detail = {"case": case_id, "rule": resolution.rule, "revision": claim.revision}
        audit.append(connection, "resolver", "report-accepted", claim.report_id, detail, now)
        return "joined" if resolution.joins else "opened"

    def _grow(
        self, connection: Connection, case_id: str, claim: Claim, resolution: Resolution, now: datetime
    ) -> cases.Case:
        if resolution.joins is None:
            return cases.open_case(connection, case_id, claim, now)
        return cases.revise(connection, case_id, reports.claims_of(connection, case_id), now)

    def _link(
        self,
        connection: Connection,
        case_id: str,
        resolution: Resolution,
        announce: Announcements,
        now: datetime,
    ) -> None:
        for other, kind in sorted(resolution.links().items()):
            if not cases.link(connection, case_id, other, kind, now):
                continue
            announce.linked(other, kind)
            if kind is LinkKind.POSSIBLE_DUPLICATE:
                reviews.request(connection, "possible_duplicate", resolution.rule, now, case_id, other)
                announce.review_requested(other)

    def _correct(
        self,
        connection: Connection,
        case_id: str,
        report: Report,
        claim: Claim,
        digest: str,
        body: bytes,
        now: datetime,
    ) -> str:
        lock_keys(connection, [case_id])
        reports.correct(connection, claim, digest, self._hashed_keys(report))
        reports.seal_content(connection, self.deployment.vault, claim, body, now)
        case = cases.revise(connection, case_id, reports.claims_of(connection, case_id), now)
        Announcements(connection, self.deployment.identities, case, claim.report_id, "report-corrected", now).updated(
            "report_corrected"
        )
        detail = {"case": case_id, "revision": claim.revision}
        audit.append(connection, "resolver", "report-corrected", claim.report_id, detail, now)
        return "corrected"

    def _withdraw(self, connection: Connection, withdrawal: Withdrawal, body: bytes, now: datetime) -> str:
        identity = report_id(withdrawal.publisher, withdrawal.publisher_reference)
        lock_keys(connection, [self.deployment.identities.blocking_key("report", identity)])
        known = reports.find(connection, identity)
        if known is None:
            raise InvalidEvent(UNKNOWN_REPORT)
        digest = self.deployment.identities.digest(body)
        if withdrawal.revision <= known.revision:
            if known.withdrawn_at is not None and known.content_digest == digest:
                return "repeat"
            raise InvalidEvent(CONFLICT)
        lock_keys(connection, [known.case_id])
        reports.withdraw(connection, identity, withdrawal.revision, digest, now)
        remaining = reports.claims_of(connection, known.case_id)
        case = cases.revise(connection, known.case_id, remaining, now)
        announce = Announcements(connection, self.deployment.identities, case, identity, "report-withdrawn", now)
        if remaining:
            announce.updated("report_withdrawn")
        else:
            announce.closed("all_reports_withdrawn")
        detail = {"case": known.case_id, "reason": withdrawal.reason}
        audit.append(connection, "resolver", "report-withdrawn", identity, detail, now)
        return "withdrawn"

    def _hashed_keys(self, report: Report) -> list[reports.HashedKey]:
        make = self.deployment.identities.blocking_key
        return [reports.HashedKey(k.kind, make(k.kind, k.value)) for k in keys_of(report)]
