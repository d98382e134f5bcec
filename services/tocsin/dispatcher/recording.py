"""Actions of mechanisms, answers of States and recommendations, as they come from the topic."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from tocsin.dispatcher import joining
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.naming import case_named, locked, reference_keys
from tocsin.dispatcher.replying import Replying
from tocsin.domain import asking
from tocsin.domain.following import clocks
from tocsin.domain.following.acting import Action, ActionState
from tocsin.domain.identifiers import Identities
from tocsin.runtime.messages import Message
from tocsin.store.alerting import due_times
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.auditing import audit
from tocsin.store.following import actions, answers
from tocsin.store.following.actions import Kept
from tocsin.store.following.answers import Recommendation
from tocsin.store.matching import reviews
from tocsin_schemas.actions import ActionPlanned, ActionTaken, RecommendationMade, StateReplied
from tocsin_schemas.events import Event, Speaker
from tocsin_schemas.knowledge import ClockKind
from tocsin_schemas.model import Model

_CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Recording:
    """The ``work`` of the dispatcher's consumer of actions. What has the same content is the same, whatever its id."""

    alerting: Alerting

    def __call__(self, connection: Connection, event: Event[Model], _message: Message, now: datetime) -> str:
        said = event.data
        if isinstance(said, ActionPlanned | ActionTaken):
            return self._act(connection, event, said, now)
        if isinstance(said, StateReplied):
            return self._reply(connection, event, said, now)
        if isinstance(said, RecommendationMade):
            return self._recommend(connection, event, said, now)
        return "noted"  # follow-up.due is our own

    def attach(self, connection: Connection, action_id: str, case_id: str, by: str, now: datetime) -> str:
        """A person says which case an action is on. Raises LookupError if there is no such action."""
        kept = actions.find(connection, action_id)
        if kept is None:
            raise LookupError(action_id)
        outcome = self._join(connection, kept, case_id, now)
        detail = {"case": case_id, "by": by}
        audit.append(connection, "operators", "action-attached", action_id, detail, now)
        return outcome

    def _act(
        self, connection: Connection, event: Event[Model], said: ActionPlanned | ActionTaken, now: datetime
    ) -> str:
        action_id = self._identities.action(event.type, event.body())
        case_id, report = case_named(connection, said.mechanism, said.case)
        kept = self._kept(action_id, said, case_id, report, event.speaker)
        if not actions.add(connection, kept, now):
            return "repeat"
        self.alerting.deployment.vault.seal(connection, action_id, _CONTENT, event.body(), now)
        if isinstance(said, ActionTaken):
            self._follow(connection, kept, said, now)
        outcome = "recorded"
        if case_id is None:
            reason = asking.STRAY_ACTION(mechanism=said.mechanism, action=said.action)
            reviews.request_of(connection, "action_unmatched", action_id, reason, now, None)
            outcome = "unmatched"
        else:
            self._join(connection, kept, case_id, now)
        detail = {"case": case_id, "mechanism": said.mechanism, "action": said.action.value, "kind": event.type}
        audit.append(connection, "dispatcher", "action-recorded", action_id, detail, now)
        return outcome

    def _kept(
        self,
        action_id: str,
        said: ActionPlanned | ActionTaken,
        case_id: str | None,
        report: str | None,
        speaker: Speaker,
    ) -> Kept:
        """Nobody has acted because somebody else says so: such a party is kept as named."""
        parties = said.joint_with if isinstance(said, ActionPlanned) else said.signatories
        planned = isinstance(said, ActionPlanned)
        due, embargo = (None, None) if isinstance(said, ActionPlanned) else self._times(said)
        action = Action(
            action_id,
            ActionState.PLANNED if planned else ActionState.TAKEN,
            said.mechanism,
            said.action,
            tuple(party for party in parties if speaker.may_speak_as(party)),
            () if isinstance(said, ActionPlanned) else tuple(said.states),
            said.planned_for if isinstance(said, ActionPlanned) else said.taken_on,
            embargo,
            said.recorded_at,
            tuple(party for party in parties if not speaker.may_speak_as(party)),
        )
        return Kept(action, case_id, report, due)

    def _times(self, said: ActionTaken) -> tuple[date | None, datetime | None]:
        """Until when the State should answer, and until when the act is confidential: as said, or by the clocks."""
        known = self.alerting.knowledge
        due = said.reply_due or clocks.reply_due(
            said.mechanism, said.action, said.taken_on, known.mechanisms, known.clocks
        )
        ends = said.embargo_until or clocks.embargo_until(said.mechanism, said.action, said.taken_on, known.clocks)
        return due, ends

    def _follow(self, connection: Connection, kept: Kept, said: ActionTaken, now: datetime) -> None:
        """Its references, its due times, and the answers that came before it."""
        keys = {
            key for state in (None, *said.states) for key in reference_keys(self._identities, said.references, state)
        }
        actions.refer(connection, kept.action.action_id, keys)
        wanted = []
        if kept.reply_due is not None:
            wanted.append(self._due(Kind.REPLY_DUE, kept, clocks.overdue_at(kept.reply_due)))
        if kept.action.embargo_until is not None:
            wanted.append(self._due(Kind.ACTION_EMBARGO_END, kept, kept.action.embargo_until))
        due_times.schedule(connection, wanted, now)
        for reply in answers.untied(connection, sorted(keys)):
            if reply.may_answer(kept.action.mechanism):
                answers.tie(connection, reply.reply_id, kept.action.action_id)
                self._replying.answered(connection, kept, reply, now)
            else:
                self._replying.question(connection, kept, reply, now)

    def _join(self, connection: Connection, kept: Kept, case_id: str, now: datetime) -> str:
        """The case is routed again: that several mechanisms have acted may speak for calling it emblematic."""
        file = self.alerting.locked(connection, case_id)
        changes = self.alerting.changes(file, now)
        joining.join(connection, self.alerting.deployment, self.alerting.knowledge, file, [kept], changes)
        changes.write(connection)
        return self.alerting.evaluate(connection, case_id, now)

    def _reply(self, connection: Connection, event: Event[Model], said: StateReplied, now: datetime) -> str:
        keys = [
            key for state in (said.country, None) for key in reference_keys(self._identities, [said.in_reply_to], state)
        ]
        letters = [(key, kept) for key in keys for kept in actions.with_reference(connection, key)]
        own = (found for found in letters if event.speaker.may_speak_as(found[1].action.mechanism))
        reference_key, letter = next(own, letters[0] if letters else (keys[0], None))
        case_id, _ = case_named(connection, None, said.case)
        if letter is not None and letter.case_id is not None:
            case_id = locked(connection, letter.case_id)
        return self._replying.record(connection, event, said, reference_key, letter, case_id, now)

    def _recommend(self, connection: Connection, event: Event[Model], said: RecommendationMade, now: datetime) -> str:
        identity = self._identities.action(event.type, event.body())
        case_id, report = (None, None)
        if said.case is not None:
            case_id, report = case_named(connection, said.mechanism, said.case)
        within = clocks.of_kind(ClockKind.RECOMMENDATION, self.alerting.knowledge.clocks.values())
        due_on = said.due_on or (said.made_on + within if within is not None else None)
        made = Recommendation(
            identity,
            said.mechanism,
            said.country,
            case_id,
            report,
            [t.value for t in said.themes],
            said.made_on,
            due_on,
        )
        if not answers.add_recommendation(connection, made, now):
            return "repeat"
        self.alerting.deployment.vault.seal(connection, identity, _CONTENT, event.body(), now)
        if due_on is not None:
            due_id = self._identities.due_time(Kind.RECOMMENDATION_DUE, identity, "")
            at = clocks.overdue_at(due_on)
            due = DueTime(due_id, Kind.RECOMMENDATION_DUE, case_id, identity, said.mechanism, 0, at)
            due_times.schedule(connection, [due], now)
        detail = {"case": case_id, "mechanism": said.mechanism}
        audit.append(connection, "dispatcher", "recommendation-recorded", identity, detail, now)
        return "recorded"

    def _due(self, kind: Kind, kept: Kept, at: datetime) -> DueTime:
        action = kept.action
        due_id = self._identities.due_time(kind, action.action_id, "")
        return DueTime(due_id, kind, kept.case_id, action.action_id, action.mechanism, 0, at)

    @property
    def _identities(self) -> Identities:
        return self.alerting.deployment.identities

    @property
    def _replying(self) -> Replying:
        return Replying(self.alerting)
