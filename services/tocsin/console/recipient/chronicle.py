"""What falls due in a case, and what has happened in it, as far as this reader may know of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection

from tocsin.console.recipient import facts
from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.entitlement import Told
from tocsin.console.recipient.people import Everybody
from tocsin.console.recipient.words import label
from tocsin.domain.following.acting import acted
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said
from tocsin.store.alerting import alerts
from tocsin.store.following import answers
from tocsin.store.following.actions import Kept
from tocsin.store.recipients import own_record
from tocsin.store.recipients.own_record import SaidOf
from tocsin.store.views.own_alerts import InHand
from tocsin_schemas.answers import Answer
from tocsin_schemas.directory import Recipient

_SETTLED = (Answer.HANDED_OVER, Answer.NOT_MINE, Answer.REVOKED)
"""Answers that no line of who has it in hand shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """when: a moment, or a day where nothing more exact is known. is_over: a deadline that has passed."""

    when: Said | str
    what: Said | str
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Of one case, for one reader. told: their alerts of which something may be told now.

    acts: as ``facts.acts_shown`` finds them.
    """

    desk: Desk
    told: Sequence[Told]
    hands: Sequence[InHand]
    acts: Sequence[Kept]
    everybody: Everybody
    person: Recipient
    words: Words

    def deadlines(self, now: datetime) -> list[Line]:
        """By when an answer is asked for, and until when States should reply; the first before."""
        found: list[tuple[datetime, Said | str, Said]] = [
            (one.alert.reply_by, self._instant(one.alert.reply_by), self._of("deadline.answer", one))
            for one in self.told
            if one.alert.reply_by is not None and not self._is_in_hand(one)
        ]
        for kept in self.acts:
            if kept.reply_due is not None and not acted(kept.action).replied:
                what = self.words("deadline.reply", action=self._action(kept), who=self._by(kept.action.mechanism))
                found.append((_end(kept.reply_due, now), self.words.day(kept.reply_due), what))
        return [Line(when, what, at < now) for at, when, what in sorted(found, key=lambda one: one[0])]

    def happened(self, connection: Connection) -> list[Line]:
        """What has happened, the first before."""
        found = [*self._asked(connection), *self._answered(connection), *self._done(connection)]
        return [Line(when, what) for _, when, what in sorted(found, key=lambda one: one[0])]

    def _asked(self, connection: Connection) -> Iterable[tuple[datetime, Said | str, Said]]:
        own = {one.alert.alert_id: one for one in self.told}
        since = alerts.all_raised_at(connection, list(own))
        for alert_id, one in own.items():
            yield since[alert_id], self._instant(since[alert_id]), self._of("happened.raised", one)
        for alert_id, at in own_record.passed_on(connection, list(own)):
            yield at, self._instant(at), self._of("happened.passed_on", own[alert_id])

    def _answered(self, connection: Connection) -> Iterable[tuple[datetime, Said | str, Said]]:
        shown = facts.in_hand(self.desk, self.hands, self.told, self.everybody, self.person, self.words)
        for line in shown:
            yield line.at, line.since, self.words("happened.in_hand", mandate=line.mandate, who=line.who)
        own = {one.alert.alert_id: one for one in self.told}
        for said in own_record.said_to(connection, list(own)):
            if said.answer in _SETTLED:
                yield said.at, self._instant(said.at), self._answer(said, own[said.alert_id])

    def _answer(self, said: SaidOf, one: Told) -> Said:
        who = facts.person_name(said.recipient_id, self.everybody, self.person, self.words)
        mandate = facts.mandate_name(self.desk, one.alert.mandate, self.words)
        return self.words(f"happened.{said.answer}", who=who, mandate=mandate)

    def _done(self, connection: Connection) -> Iterable[tuple[datetime, Said | str, Said | str]]:
        """Of a letter that may not be seen its reply may not either."""
        acts = {kept.action.action_id: kept for kept in self.acts}
        for kept in acts.values():
            action = kept.action
            if not action.is_plan and action.on is not None:
                what = self.words("happened.acted", who=self._by(action.mechanism), action=self._action(kept))
                yield _order(action.on, action.recorded_at), self.words.day(action.on), what
            else:
                what = self.words("happened.planned", who=self._by(action.mechanism), action=self._action(kept))
                yield action.recorded_at, self._instant(action.recorded_at), what
        for reply in answers.to_actions(connection, list(acts)):
            letter = acts[reply.action_id or ""]
            what = self.words("happened.replied", who=self._by(letter.action.mechanism), action=self._action(letter))
            at = _order(reply.replied_on, letter.action.recorded_at)
            yield at, self.words.day(reply.replied_on), what

    def _is_in_hand(self, one: Told) -> bool:
        return any(hand.alert_id == one.alert.alert_id for hand in self.hands)

    def _of(self, key: str, one: Told) -> Said:
        return self.words(key, mandate=facts.mandate_name(self.desk, one.alert.mandate, self.words))

    def _by(self, mechanism: str) -> Said:
        return facts.mandate_name(self.desk, mechanism, self.words)

    def _action(self, kept: Kept) -> str:
        return label(self.words, "actions", kept.action.action)

    def _instant(self, at: datetime | None) -> Said:
        assert at is not None
        return self.words.instant(at, self.person.timezone)


def _order(day: date, recorded_at: datetime) -> datetime:
    """Among the moments of that day where it was recorded, if it was on that day."""
    return recorded_at if recorded_at.date() == day else datetime.combine(day, time(), recorded_at.tzinfo)


def _end(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(23, 59, 59), now.tzinfo)
