"""An import from its first row to its last: what is new, what changed, what was sent before; each sent once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice

from tocsin.importing.cells.dates import now_written
from tocsin.importing.faults import Fault
from tocsin.importing.mapping.building import Builder, Built
from tocsin.importing.mapping.file import NOW, Mapping
from tocsin.importing.reading.sheets import Row
from tocsin.importing.sending.doors import Door, Refused, fault_of
from tocsin.importing.sending.kept import Kept, Sending
from tocsin_schemas.reports import Report

BATCH = 50
"""Rows whose intention is written down together."""


class Act(StrEnum):
    """What is done with a row."""

    NEW = "new"
    CORRECTION = "correction"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that can be sent. sending: as it is written down."""

    report: Report
    act: Act
    sending: Sending


@dataclass(slots=True)
class Told:
    """What an import came to. vanished: reference, revision and row at the time, of reports no longer in the source."""

    rows: int = 0
    counts: dict[Act, int] = field(default_factory=lambda: dict.fromkeys(Act, 0))
    unpublished: int = 0
    faults: list[Fault] = field(default_factory=list)
    vanished: list[tuple[str, Sending]] = field(default_factory=list)

    @property
    def faulty_rows(self) -> int:
        return len({fault.row for fault in self.faults})


class Plan:
    """Reads rows and says what to do with each. One for each run: it remembers which references it has seen."""

    def __init__(self, builder: Builder, mapping: Mapping, kept: Kept, now: datetime) -> None:
        self._builder, self._kept, self._now = builder, kept, now
        self._undated = mapping.constants.get("received_at") == NOW
        self.seen: set[str] = set()
        self.told = Told()

    def rows(self, rows: Iterable[Row]) -> Iterator[Planned]:
        """Those without fault; what is wrong with the others is in ``told``."""
        for row in rows:
            self.told.rows += 1
            built = self._builder.build(row, self._now)
            if built.reference:
                built = self._once(built)
            self.told.faults += built.faults
            self.told.unpublished += built.unpublished
            if built.report is not None:
                planned = self._planned(built, built.report)
                self.told.counts[planned.act] += 1
                yield planned

    def vanished(self) -> list[tuple[str, Sending]]:
        """What was sent by earlier imports and was not in the rows; it is never withdrawn by itself."""
        return list(self._kept.vanished(self.seen))

    def column(self, path: str) -> str:
        return self._builder.column(path)

    def _once(self, built: Built) -> Built:
        reference_hash = self._kept.hash_of(built.reference)
        if reference_hash in self.seen:
            fault = Fault(built.row, self._builder.column("/publisher_reference"), "reference-repeated")
            return replace(built, report=None, faults=(fault, *built.faults))
        self.seen.add(reference_hash)
        return built

    def _planned(self, built: Built, report: Report) -> Planned:
        """A revision that may not have arrived is sent again as it was; one with other content counts as arrived."""
        excluded = {"revision", "received_at"} if self._undated else {"revision"}
        digest = self._kept.digest_of(report.model_dump_json(exclude=excluded, exclude_none=True))
        reference_hash = self._kept.hash_of(built.reference)
        last = self._kept.last(reference_hash)
        if last is not None and last.digest == digest:
            again = _as_sent(report, last.revision, last.received_at)
            act = Act.UNCHANGED if last.receipt is not None else _act(last.revision)
            return Planned(again, act, replace(last, row=built.row))
        revision = max(report.revision, last.revision + 1 if last is not None else 1)
        received = now_written(report.received_at)
        sending = Sending(reference_hash, digest, revision, received, built.row)
        return Planned(_as_sent(report, revision, received), _act(revision), sending)


def look(plan: Plan, rows: Iterable[Row]) -> Iterator[Planned]:
    """A dry run: everything that would be done, nothing done."""
    yield from plan.rows(rows)
    plan.told.vanished = plan.vanished()


def run(plan: Plan, rows: Iterable[Row], door: Door, kept: Kept, after: Callable[[Planned], None]) -> Told:
    """Send what is new or changed; ``after`` each row that is done with, or needs nothing.

    Raises Forbidden or Unavailable, and KeyboardInterrupt: what had arrived by then is known to ``kept``.
    """
    planned = plan.rows(rows)
    while batch := list(islice(planned, BATCH)):
        before = {each.sending.hash: kept.last(each.sending.hash) for each in batch}
        batch = [_sealed(each, kept) for each in batch]
        kept.intend([each.sending for each in batch if each.act is not Act.UNCHANGED])
        for each in batch:
            if each.act is not Act.UNCHANGED:
                _send(each, plan, door, kept, before[each.sending.hash])
            after(each)
    plan.told.vanished = plan.vanished()
    return plan.told


def _sealed(each: Planned, kept: Kept) -> Planned:
    """With the reference as it is written down, for what is sent for the first time."""
    if each.sending.sealed:
        return each
    return replace(each, sending=replace(each.sending, sealed=kept.seal(each.report.publisher_reference)))


def _send(each: Planned, plan: Plan, door: Door, kept: Kept, before: Sending | None) -> None:
    try:
        receipt = door.send(each.report, each.act is Act.CORRECTION, kept.once(each.sending))
    except Refused as refused:
        kept.not_taken(each.sending, before)
        plan.told.counts[each.act] -= 1
        row = each.sending.row
        plan.told.faults += [fault_of(problem, row, plan.column(problem.path)) for problem in refused.problems]
        return
    kept.sent(each.sending, receipt)


def _as_sent(report: Report, revision: int, received_at: str) -> Report:
    return report.model_copy(update={"revision": revision, "received_at": datetime.fromisoformat(received_at)})


def _act(revision: int) -> Act:
    return Act.NEW if revision == 1 else Act.CORRECTION
