"""The events of a case, written to the outbox with ids that a replay makes again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities
from tocsin.store.casework.cases import Case
from tocsin.store.streams import outbox
from tocsin_schemas import cases as events
from tocsin_schemas.topics import CASES
from tocsin_schemas.vocabulary import ViolationType

Cause = Literal["report_corrected", "report_withdrawn", "report_moved"]
"""Why the facts of a case changed."""


@dataclass(frozen=True, slots=True)
class Announcements:
    """Says what one change did to one case. report_id: the report that brought it, if it was one."""

    connection: Connection
    identities: Identities
    case: Case
    report_id: str | None
    rule: str
    now: datetime

    def opened(self, duplicates: list[str]) -> None:
        self._enqueue("case.opened", events.CaseOpened, possible_duplicate_of=sorted(duplicates))

    def corroborated(self, publisher: str) -> None:
        self._enqueue("case.corroborated", events.CaseCorroborated, self.report_id or "", publisher=publisher)

    def updated(self, cause: Cause) -> None:
        self._enqueue("case.updated", events.CaseUpdated, cause=cause)

    def linked(self, other: str, kind: events.LinkKind) -> None:
        self._enqueue("case.linked", events.CaseLinked, other, other_case_id=other, kind=kind)

    def merged(self, merged: str) -> None:
        self._enqueue("case.merged", events.CaseMerged, merged, merged_case_id=merged)

    def split(self, split: str) -> None:
        self._enqueue("case.split", events.CaseSplit, split, split_case_id=split)

    def review_requested(self, other: str) -> None:
        unsure = events.Judgement.UNSURE
        self._enqueue("review.requested", events.ReviewRequested, other, other_case_id=other, judgement=unsure)

    def closed(self, reason: Literal["all_reports_withdrawn", "resolved"]) -> None:
        self._enqueue("case.closed", events.CaseClosed, reason=reason)

    def _enqueue(self, event_type: str, model: type[events.CaseChange], *parts: str, **facts: Any) -> None:
        change = model(
            case_id=self.case.case_id,
            reference=self.case.reference,
            revision=self.case.revision,
            report_id=self.report_id,
            countries=self.case.countries,
            violations=[ViolationType(v) for v in self.case.violations],
            rule=self.rule,
            decided_at=self.now,
            **facts,
        )
        event_id = self.identities.event(event_type, self.case.case_id, str(self.case.revision), *parts)
        event = outbox.new_event(event_id, event_type, change, self.now, subject=self.case.case_id)
        outbox.enqueue(self.connection, CASES, self.case.case_id, event, self.now)
