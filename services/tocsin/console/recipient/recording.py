"""My record: what I and the others of my mandates have answered and done, on which case, and whether a State replied.

What one has answered oneself stays to be seen. Of others it is shown only while something of the case may be told to
this reader, and what kind of action was taken only where coded facts may be.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import merge
from itertools import islice
from zoneinfo import ZoneInfo

from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.recipient import entitlement, facts
from tocsin.console.recipient.entitlement import Told
from tocsin.console.recipient.pages import draw
from tocsin.console.recipient.people import Everybody
from tocsin.console.recipient.turning import NEWEST, Mark, Span, after, spans
from tocsin.console.recipient.visits import Visit
from tocsin.console.recipient.words import label, words
from tocsin.domain.following.acting import LETTERS, acted
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said, bare
from tocsin.store.alerting import viewings
from tocsin.store.alerting.alerts import Alert
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work
from tocsin.store.following import actions
from tocsin.store.following.actions import Asking, Kept
from tocsin.store.recipients import given_answers, own_record
from tocsin.store.recipients.own_record import ActOn, SaidOf
from tocsin.store.views import own_alerts
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Recipient

OF_A_PAGE = 25
COLUMNS = ("when", "case", "mandate", "who", "what", "detail", "reply")
_AT_ONCE = 1_000
"""Of what is noted as shown: a statement takes no more than so many values."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With which a spreadsheet takes a text for something to reckon."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer, or one action. at: by which it is ordered."""

    at: datetime
    alert_id: str
    when: str
    case: str
    mandate: str
    who: str
    what: str
    detail: str
    reply: str


def page(visit: Visit, person: Recipient, begun: Mark) -> Response:
    lines, is_full = _read(visit, person, "page", spans(begun, visit.desk.clock()), begun.passed, OF_A_PAGE)
    older = after(lines, begun) if is_full else None
    this_year = visit.desk.clock().astimezone(ZoneInfo(person.timezone)).year
    return draw(visit, "record", lines=lines, is_newest=begun == NEWEST, older=older, this_year=this_year)


def download(visit: Visit, person: Recipient, year: int) -> Response:
    """A year of the person's clock, as CSV (RFC 4180), in UTF-8 with the mark by which spreadsheets know it."""
    said, written = words(visit.language), io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow([_cell(said(f"record.{name}")) for name in COLUMNS])
    first, after_last = (datetime(each, 1, 1, tzinfo=ZoneInfo(person.timezone)) for each in (year, year + 1))
    lines, _ = _read(visit, person, "csv", [(first, after_last)])
    for line in lines:
        table.writerow([_cell(getattr(line, name)) for name in COLUMNS])
    kept = {"content-disposition": f'attachment; filename="tocsin-record-{year}.csv"'}
    return Response(written.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=kept)


def _cell(text: str) -> str:
    """No spreadsheet may take it for a formula."""
    plain = bare(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def _read(
    visit: Visit, person: Recipient, form: str, when: Iterable[Span], passed: int = 0, most: int | None = None
) -> tuple[list[Line], bool]:
    """The newest first, and whether there are more; on record, with what it discloses.

    when: from the newest on. passed: so many lines of them are left out. most: None: all.
    """
    desk, now = visit.desk, visit.desk.clock()
    with unit_of_work(desk.engine) as connection:
        record = _record_of(connection, visit, person, now)
        lines = islice(record.lines(when), passed, None)
        shown = list(islice(lines, most))
        is_full = next(lines, None) is not None
        of_cases = [record.told[alert_id] for alert_id in {line.alert_id for line in shown} & record.told.keys()]
        seen = [replace(view, level="L0", fields=[]) for view in facts.viewings(of_cases, person)]
        for begin in range(0, len(seen), _AT_ONCE):
            viewings.record(connection, desk.identities, seen[begin : begin + _AT_ONCE], now)
        audit.append(connection, given_answers.CHAIN, "record-read", person.recipient_id, {"form": form}, now)
    return shown, is_full


def _record_of(connection: Connection, visit: Visit, person: Recipient, now: datetime) -> "_Record":
    everybody = visit.desk.people.now(connection)
    mandates = everybody.mandates_in_line(person.recipient_id, now)
    return _Record(connection, visit, person, now, everybody, mandates, words(visit.language))


@dataclass(frozen=True, slots=True)
class _Record:
    """mandates: the person's. known: alerts that were looked at. told: those of them of which consent was asked."""

    connection: Connection
    visit: Visit
    person: Recipient
    now: datetime
    everybody: Everybody
    mandates: Collection[str]
    words: Words
    known: dict[str, Alert] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    _acts: dict[str, dict[str, Kept]] = field(default_factory=dict)
    _references: dict[str, str] = field(default_factory=dict)

    def lines(self, when: Iterable[Span]) -> Iterator[Line]:
        """The newest first. Consent is asked as they are taken."""
        drawn: set[str] = set()
        happened = self._happened(when)
        while some := list(islice(happened, OF_A_PAGE + 1)):
            self._look_at(some)
            for one in some:
                if isinstance(one, SaidOf):
                    if self._is_own(one) or self._may_tell(one.alert_id):
                        yield self._answer(one)
                elif one.action_id not in drawn and (kept := self._acts.get(one.alert_id, {}).get(one.action_id)):
                    drawn.add(one.action_id)
                    yield self._act(kept, self.told[one.alert_id])

    def _happened(self, when: Iterable[Span]) -> Iterator[SaidOf | ActOn]:
        """What may be a line, the newest first: whether it may be told is not asked yet."""
        whose = own_record.whose(self.connection, self.person.recipient_id, self.mandates)
        for span in when:
            answers: list[SaidOf | ActOn] = [*own_record.said(self.connection, whose, *span)]
            acts = own_record.acts(self.connection, whose, *span)
            yield from merge(answers, acts, key=lambda one: one.at, reverse=True)

    def _look_at(self, some: Sequence[SaidOf | ActOn]) -> None:
        """Read the alerts of some lines, and ask at once what may be told of those that are the person's now."""
        new = {one.alert_id for one in some} - self.known.keys()
        self.known.update(own_record.known(self.connection, new))
        asked = {one.alert_id for one in some if isinstance(one, ActOn) or not self._is_own(one)} - self.told.keys()
        cases = {self.known[one.alert_id].case_id for one in some} - self._references.keys()
        self._references.update(own_alerts.references(self.connection, cases))
        own = [alert for alert_id in sorted(asked) if self._concerns(alert := self.known[alert_id])]
        told = entitlement.told(self.connection, self.visit.desk, self.person, own, self.now)
        self.told.update((one.alert.alert_id, one) for one in told)
        self._read_acts([one.alert for one in told if one.may_be_told])

    def _is_own(self, said: SaidOf) -> bool:
        return said.recipient_id == self.person.recipient_id

    def _concerns(self, alert: Alert) -> bool:
        return alert.mandate in self.mandates or self.person.recipient_id in alert.recipients

    def _read_acts(self, told: Iterable[Alert]) -> None:
        """Of each alert: the actions of its mandate itself that may be shown."""
        asking = {alert.alert_id: Asking(alert.case_id, alert.mechanism, alert.mandate) for alert in told}
        shown = actions.shown(self.connection, set(asking.values()), self.now)
        for alert_id, one in asking.items():
            own = [kept for kept in shown[one] if kept.action.is_by(one.mechanism, one.mandate)]
            self._acts[alert_id] = {kept.action.action_id: kept for kept in own}

    def _may_tell(self, alert_id: str) -> bool:
        return alert_id in self.told and self.told[alert_id].may_be_told

    def _answer(self, said: SaidOf) -> Line:
        alert = self.known[said.alert_id]
        is_own = self._is_own(said)
        return Line(
            at=said.at,
            alert_id=said.alert_id,
            when=self.words.instant(said.at, self.person.timezone),
            case=self._references[alert.case_id],
            mandate=self._name(alert.mandate),
            who=facts.person_name(said.recipient_id, self.everybody, self.person, self.words),
            what=self.words(f"did.{said.answer}"),
            detail=self._detail(said) if is_own else "",
            reply="",
        )

    def _detail(self, said: SaidOf) -> str:
        """Why, or to whom: of one's own answers alone."""
        if said.reason is not None:
            return self.words(f"reason.{said.reason}")
        taker = self.everybody.by_id.get(said.to_recipient or "")
        return facts.seat_name(taker, self.words) if taker else ""

    def _act(self, kept: Kept, one: Told) -> Line:
        action, is_open = kept.action, one.level is not DisclosureLevel.L0
        days = [self.words(f"action.{'planned' if action.is_plan else 'taken'}")]
        if action.on is not None:
            days.append(Said(self.words.day(action.on)))
        return Line(
            at=action.recorded_at,
            alert_id=one.alert.alert_id,
            when=self.words.instant(action.recorded_at, self.person.timezone),
            case=self._references[one.alert.case_id],
            mandate=self._name(one.alert.mandate),
            who=self._name(action.mechanism),
            what=label(self.words, "actions", action.action) if is_open else self.words("did.something"),
            detail=self.words.listed(days) if is_open else "",
            reply=self._reply(kept) if is_open else "",
        )

    def _reply(self, kept: Kept) -> str:
        if acted(kept.action).replied:
            return self.words("record.replied")
        if kept.action.is_plan or kept.action.action not in LETTERS:
            return ""
        return self.words("record.unreplied")

    def _name(self, key: str) -> Said:
        return facts.mandate_name(self.visit.desk, key, self.words)
