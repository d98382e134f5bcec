"""Tells people that their entry in the directory was changed, and brings codes to sign in: claim, send, record.

A notice whose outcome is not known is looked for in the provider's log. Only what is not there is sent again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from tocsin.domain import asking
from tocsin.mailer.sender import Accepted, LogUnavailable, Mail, Outcome, Rejected, RetryAfter, Sender, SentLog, Stops
from tocsin.mailer.unwritable import Unwritable, written
from tocsin.mailer.writing import code_rendering
from tocsin.mailer.writing.notice_rendering import render
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import notices as directory_notices
from tocsin.store.directory.notices import CODE_LIFE, Notice, NoticeState
from tocsin.store.mail import notice_claims
from tocsin.store.matching import reviews
from tocsin.store.vault import Erased

PATIENCE = timedelta(minutes=10)
"""A claim older than this belongs to a dead sender, or the provider's log knows of it by now."""
_AT_LEAST = timedelta(seconds=1)
_UNWRITTEN = asking.UNWRITTEN_NOTICE()
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Noticing:
    """Sends notices, one after the other: there are few. A code to sign in goes before all others."""

    engine: Engine
    deployment: Deployment
    sender: Sender
    sent_log: SentLog
    mail_domain: str
    clock: Callable[[], datetime]
    _closed_until: datetime | None = None
    _routine_closed_until: datetime | None = None
    _put_off: dict[str, datetime] = field(default_factory=dict)
    """Until when each of those waits that the provider put off, and no other."""

    def tell(self) -> int:
        """Send what waits; returns how many were settled."""
        settled = 0
        while (notice := self._claim()) is not None:
            mail = self._mail(notice)
            state = NoticeState.CANCELLED if mail is None else self._state(notice, self.sender.send(mail))
            settled += self._record(notice, state) and state is not NoticeState.WAITING
        return settled

    def settle(self) -> int:
        """Look for those that may have left; returns how many were settled."""
        with reading(self.engine) as connection:
            doubtful = notice_claims.in_doubt(connection, self.clock() - PATIENCE)
        return sum(self._look(notice) for notice in doubtful)

    def _claim(self) -> Notice | None:
        now = self.clock()
        if _is_before(now, self._closed_until):
            return None
        self._put_off = {notice_id: until for notice_id, until in self._put_off.items() if now < until}
        with reading(self.engine) as connection:
            if not directory_notices.waiting(connection, now, 1):
                return None
        with unit_of_work(self.engine) as connection:
            only_codes = _is_before(now, self._routine_closed_until)
            return notice_claims.claim(connection, now, self._put_off, only_codes)

    def _state(self, notice: Notice, outcome: Outcome) -> NoticeState:
        match outcome:
            case Accepted():
                return NoticeState.SENT
            case Rejected(code):
                log.error("notice rejected", extra={"notice_id": notice.notice_id, "code": code})
                return NoticeState.FAILED
            case RetryAfter(until, _, stops):
                self._wait(notice, until, stops)
                return NoticeState.WAITING
            case _:
                return NoticeState.CLAIMED  # it may have left: see ``settle``

    def _wait(self, notice: Notice, until: datetime, stops: Stops) -> None:
        """A code goes the second way while what can wait waits for the first."""
        until = max(until, self.clock() + _AT_LEAST)
        if stops is Stops.ALL:
            self._closed_until = until
        elif stops is Stops.ROUTINE:
            self._routine_closed_until = until
        self._put_off[notice.notice_id] = until

    def _look(self, notice: Notice) -> bool:
        mail = self._mail(notice)
        if mail is None:
            return self._record(notice, NoticeState.CANCELLED)
        try:
            sent = self.sent_log.find(notice.notice_id, mail.to, mail.subject, notice.changed_at)
        except LogUnavailable:
            return False
        return self._record(notice, NoticeState.WAITING if sent is None else NoticeState.SENT)

    def _mail(self, notice: Notice) -> Mail | None:
        """None if there is nobody to tell, or it cannot be written: that holds up no other."""
        try:
            return written(lambda: self._written(notice), "a notice cannot be written", notice_id=notice.notice_id)
        except Unwritable:
            with unit_of_work(self.engine) as connection:
                reviews.request_of(connection, "mail_stopped", notice.notice_id, _UNWRITTEN, self.clock(), None)
            return None

    def _written(self, notice: Notice) -> Mail | None:
        vault = self.deployment.vault
        with reading(self.engine) as connection:
            try:
                address = directory_notices.address_of(connection, vault, notice)
                code = directory_notices.code_of(connection, vault, notice)
            except Erased:
                return None
        if code is None:
            return render(notice, address, self.mail_domain)
        if not address or self.clock() >= notice.changed_at + CODE_LIFE:
            return None  # nobody has the address, or the code would come too late
        return code_rendering.render(notice, address, code, self.mail_domain)

    def _record(self, notice: Notice, state: NoticeState) -> bool:
        if state is NoticeState.CLAIMED:
            return False
        with unit_of_work(self.engine) as connection:
            return directory_notices.mark(connection, notice.notice_id, state, self.clock())


def _is_before(now: datetime, until: datetime | None) -> bool:
    return until is not None and now < until
