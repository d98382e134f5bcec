"""Answers of States: one that answers closes the letter, any other keeps it open and is asked about again."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from tocsin.dispatcher import sharing
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.naming import locked
from tocsin.domain import asking
from tocsin.domain.following import clocks
from tocsin.domain.following.acting import ActionState
from tocsin.domain.identifiers import Identities
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.auditing import audit
from tocsin.store.following import actions, answers
from tocsin.store.following.actions import Kept
from tocsin.store.following.answers import Reply
from tocsin.store.matching import reviews
from tocsin_schemas.actions import StateReplied
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.events import Event
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import ReplyQuality

UNCONFIRMED = "reply_unconfirmed"
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
        """Keep an answer with the letter that it answers; one whose letter is not known waits for it.

        Only the mechanism that sent the letter, or ourselves, may say that it was answered: else whoever publishes
        could end the following of another's letter. What others say waits for a person.
        """
        reply_id = self._identities.action(event.type, event.speaker.name.encode() + b"\x1f" + event.body())
        reply = Reply(
            reply_id, None, reference_key, case_id, said.country, said.replied_on, said.quality, event.speaker.names
        )
        counts = letter is not None and reply.may_answer(letter.action.mechanism)
        tied = letter.action.action_id if letter is not None and counts else None
        if not answers.add_reply(connection, replace(reply, action_id=tied), now):
            return "repeat"
        self.alerting.deployment.vault.seal(connection, reply_id, "content", event.body(), now)
        detail = {"action": tied, "case": case_id, "quality": said.quality.value}
        audit.append(connection, "dispatcher", "reply-recorded", reply_id, detail, now)
        if letter is None:
            reason = asking.STRAY_REPLY(country=said.country, quality=said.quality)
            reviews.request_of(connection, "action_unmatched", reply_id, reason, now, case_id)
            return "unmatched"
        if not counts:
            self.question(connection, letter, reply, now)
            return "unconfirmed"
        self.answered(connection, letter, reply, now)
        return "recorded"

    def question(self, connection: Connection, letter: Kept, reply: Reply, now: datetime) -> None:
        """Ask a person about an answer of which another mechanism than the letter's has told."""
        reviews.resolve_of(connection, "action_unmatched", reply.reply_id, "dispatcher", now)
        about = {"mechanism": letter.action.mechanism, "action": letter.action.action}
        ids = {"reply": reply.reply_id[:8], "letter": letter.action.action_id[:8]}
        reason = asking.UNCONFIRMED(country=reply.country, quality=reply.quality, **about, **ids)
        reviews.request_of(connection, UNCONFIRMED, reply.reply_id, reason, now, letter.case_id)

    def confirm(self, connection: Connection, reply: Reply, by: str, now: datetime) -> Kept:
        """A person says that an answer came, after asking whoever sent the letter; returns the letter.

        Raises LookupError if it waits for nobody, or no letter has its reference.
        """
        letters = actions.with_reference(connection, reply.reference_key)
        if reply.action_id is not None or not letters:
            raise LookupError(reply.reply_id)
        letter = letters[0]
        if letter.case_id is not None:
            locked(connection, letter.case_id)
        answers.tie(connection, reply.reply_id, letter.action.action_id)
        self.answered(connection, letter, reply, now)
        reviews.resolve_of(connection, UNCONFIRMED, reply.reply_id, by, now)
        detail = {"action": letter.action.action_id, "by": by}
        audit.append(connection, "operators", "reply-confirmed", reply.reply_id, detail, now)
        return letter

    def answered(self, connection: Connection, letter: Kept, reply: Reply, now: datetime) -> None:
        """What an answer of its quality means for its letter. Lock the letter's case before."""
        reviews.resolve_of(connection, "action_unmatched", reply.reply_id, "dispatcher", now)
        action = letter.action
        if reply.quality is ReplyQuality.NONE or action.state is ActionState.ANSWERED:
            return
        due_times.cancel(connection, [action.action_id], [Kind.REPLY_DUE], now)
        if reply.quality is ReplyQuality.SUBSTANTIVE:
            actions.settle(connection, [action.action_id], ActionState.ANSWERED)
        else:
            actions.settle(connection, [action.action_id], ActionState.FOLLOWED_UP)
            due_times.schedule(connection, [self._follow_up(letter, reply.reply_id, reply.replied_on)], now)
        self._note(connection, letter, reply.reply_id, now)

    def _follow_up(self, letter: Kept, reply_id: str, on: date) -> DueTime:
        action, known = letter.action, self.alerting.knowledge
        last_day = clocks.reply_due(action.mechanism, action.action, on, known.mechanisms, known.clocks)
        due_id = self._identities.due_time(Kind.REPLY_DUE, action.action_id, reply_id)
        at = clocks.overdue_at(last_day or on + _FOLLOW_UP)
        return DueTime(due_id, Kind.REPLY_DUE, letter.case_id, action.action_id, action.mechanism, 1, at)

    def _note(self, connection: Connection, letter: Kept, reply_id: str, now: datetime) -> None:
        if letter.case_id is not None:
            file = self.alerting.locked(connection, letter.case_id)
            changes = self.alerting.changes(file, now)
            known = self.alerting.knowledge
            sharing.note(file, letter.action, UpdateCause.STATE_REPLIED, reply_id, known, changes)
            changes.write(connection)

    @property
    def _identities(self) -> Identities:
        return self.alerting.deployment.identities
