"""Answers of States: one that answers closes the letter, any other keeps it open and is asked about again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from tocsin.dispatcher import sharing
from tocsin.dispatcher.alerting import Alerting
from tocsin.domain.following import clocks
from tocsin.domain.following.acting import ActionState
from tocsin.store import actions, answers, audit, due_times, reviews
from tocsin.store.actions import Kept
from tocsin.store.answers import Reply
from tocsin.store.due_times import DueTime, Kind
from tocsin_schemas.actions import StateReplied
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import ReplyQuality

_FOLLOW_UP = timedelta(days=60)
"""Where no clock says how long the State has to complete an answer."""


@dataclass(frozen=True, slots=True)
class Replying:
    """Takes answers in."""

    alerting: Alerting

    def record(
        self,
        connection: Connection,
        event: Event[Model],
        said: StateReplied,
        reference_key: str,
        letter: Kept | None,
        case_id: str | None,
        now: datetime,
    ) -> str:
        """Keep an answer with the letter that it answers; one whose letter is not known waits for it."""
        reply_id = self.alerting.deployment.identities.action(event.type, event.body())
        tied = letter.action.action_id if letter else None
        reply = Reply(reply_id, tied, reference_key, case_id, said.country, said.replied_on, said.quality)
        if not answers.add_reply(connection, reply, now):
            return "repeat"
        self.alerting.deployment.vault.seal(connection, reply_id, "content", event.body(), now)
        if letter is None:
            reviews.request_of(
                connection, "action_unmatched", reply_id, f"reply: {said.country}, {said.quality}", now, case_id
            )
        else:
            self.answered(connection, letter, reply_id, said.quality, said.replied_on, now)
        detail = {"action": tied, "case": case_id, "quality": said.quality.value}
        audit.append(connection, "dispatcher", "reply-recorded", reply_id, detail, now)
        return "unmatched" if letter is None else "recorded"

    def answered(
        self, connection: Connection, letter: Kept, reply_id: str, quality: ReplyQuality, on: date, now: datetime
    ) -> None:
        """What an answer of this quality means for its letter. Lock the letter's case before."""
        reviews.resolve_of(connection, "action_unmatched", reply_id, "dispatcher", now)
        action = letter.action
        if quality is ReplyQuality.NONE or action.state is ActionState.ANSWERED:
            return
        due_times.cancel(connection, [action.action_id], [Kind.REPLY_DUE], now)
        if quality is ReplyQuality.SUBSTANTIVE:
            actions.settle(connection, [action.action_id], ActionState.ANSWERED)
        else:
            actions.settle(connection, [action.action_id], ActionState.FOLLOWED_UP)
            due_times.schedule(connection, [self._follow_up(letter, reply_id, on)], now)
        self._note(connection, letter, reply_id, now)

    def _follow_up(self, letter: Kept, reply_id: str, on: date) -> DueTime:
        action, known = letter.action, self.alerting.knowledge
        last_day = clocks.reply_due(action.mechanism, action.action, on, known.mechanisms, known.clocks)
        due_id = self.alerting.deployment.identities.due_time(Kind.REPLY_DUE, action.action_id, reply_id)
        at = clocks.overdue_at(last_day or on + _FOLLOW_UP)
        return DueTime(due_id, Kind.REPLY_DUE, letter.case_id, action.action_id, action.mechanism, 1, at)

    def _note(self, connection: Connection, letter: Kept, reply_id: str, now: datetime) -> None:
        if letter.case_id is not None:
            file = self.alerting.locked(connection, letter.case_id)
            changes = self.alerting.changes(file, now)
            sharing.note(file, letter.action, UpdateCause.STATE_REPLIED, reply_id, changes)
            changes.write(connection)
