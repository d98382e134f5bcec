"""What a publisher says of others' acts: kept and shown for what it is, and counted for nobody but itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builders import a_report
from databases import NOW, a_message
from dispatching import Pipeline
from tocsin.cli import main
from tocsin.devtools import corpus
from tocsin.devtools.corpus.keys import key_of
from tocsin.dispatcher.recording import Recording
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.following import actions
from tocsin.store.following.actions import Asking
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin.store.receiving.authenticating import Authentication
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.actions import ActionPlanned, ActionTaken, StateReplied
from tocsin_schemas.model import Model
from tocsin_schemas.reports import Reference
from tocsin_schemas.topics import ACTIONS
from tocsin_schemas.vocabulary import ActionType, ReferenceScheme, ReplyQuality

CAPTURED, SENDER, OFFICE = "NGO-FLD", "UN-SRHRD", "UN-SP"
"""A publisher in wrong hands; a mechanism; and an office that records for it and for UN-WGAD."""
TODAY = datetime.now(UTC).date()
NUMBER = Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="UA TGO 2/2026")
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class Signed:
    """A pipeline whose actions come signed."""

    def __init__(self, folder: Path) -> None:
        self.pipeline = Pipeline(folder)
        self.offset = 0
        deployment, engine = self.pipeline.deployment, self.pipeline.engine
        with unit_of_work(engine) as connection:
            for name, acts_for in ((CAPTURED, ()), (SENDER, ()), (OFFICE, (SENDER, "UN-WGAD"))):
                publishers.add(connection, deployment.identities, Publisher(name, acts_for, _SINCE, "officer-1"))
                key = key_of(name)
                entry = PublisherKey(key.key_id, name, key.public_key, _SINCE, None, "officer-1")
                publishers.add_key(connection, deployment.identities, entry, _SINCE)
        self.recorder = Consumer(
            "dispatcher",
            ACTIONS,
            engine,
            deployment,
            Recording(self.pipeline.alerting),
            repeats_by_id=False,
            authentication=Authentication(deployment),
        )
        self.pipeline.take(a_report())

    @property
    def case(self) -> str:
        return str(self.pipeline.rows(tables.cases)[0].reference)

    def say(self, publisher: str, said: Model, event_type: str) -> str:
        message = a_message(said.model_dump_json(exclude_none=True).encode(), self.offset, event_type, ACTIONS.name)
        self.offset += 1
        signed = corpus.sign(publisher, message.headers, message.value or b"")
        self.recorder.handle(replace(message, headers=signed))
        (row,) = [
            r
            for r in self.pipeline.rows(tables.processed_messages)
            if r.offset == message.offset and r.topic == ACTIONS.name
        ]
        return str(row.outcome)

    def letter(self, publisher: str = SENDER, **over: Any) -> str:
        fields = {"mechanism": SENDER, "action": ActionType.URGENT_APPEAL, "case": self.case, "taken_on": TODAY}
        more = {"states": ["TGO"], "references": [NUMBER], "recorded_at": NOW}
        return self.say(publisher, ActionTaken(**fields | more | over), "action.taken")

    def reply(self, publisher: str, quality: ReplyQuality = ReplyQuality.SUBSTANTIVE, **over: Any) -> str:
        fields = {"country": "TGO", "case": self.case, "in_reply_to": NUMBER, "replied_on": TODAY, "quality": quality}
        return self.say(publisher, StateReplied(**fields | {"recorded_at": NOW} | over), "state.replied")

    def letters(self) -> dict[str, str]:
        return {row.mechanism: row.state for row in self.pipeline.rows(tables.actions)}

    def followed_up(self) -> list[str]:
        self.pipeline.fire(datetime.now(UTC) + timedelta(days=400))
        return [said["reason"] for said in self.pipeline.said("follow-up.due")]

    def seen(self, mechanism: str) -> Sequence[actions.Acted]:
        case_id = self.pipeline.rows(tables.cases)[0].case_id
        with reading(self.pipeline.engine) as connection:
            return actions.visible(connection, Asking(case_id, mechanism), datetime.now(UTC))

    def written(self, cause: str) -> set[str]:
        return {said["mandate"] for said in self.pipeline.said("alert.updated") if said["cause"] == cause}


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    return Signed(tmp_path)


@pytest.mark.parametrize("quality", ReplyQuality)
def test_nobody_ends_the_following_of_anothers_letter(signed: Signed, quality: ReplyQuality) -> None:
    signed.letter()
    assert signed.reply(CAPTURED, quality) == "unconfirmed"
    assert signed.letters() == {SENDER: "taken"}
    assert signed.followed_up() == ["reply-overdue"]
    (reason,) = signed.pipeline.open_reviews("reply_unconfirmed")
    assert SENDER in reason


def test_an_answer_said_to_have_come_before_the_letter_does_not_wait_for_it(signed: Signed) -> None:
    assert signed.reply(CAPTURED) == "unmatched"
    signed.letter()
    assert signed.letters() == {SENDER: "taken"}
    assert signed.followed_up() == ["reply-overdue"]
    assert len(signed.pipeline.open_reviews("reply_unconfirmed")) == 1
    assert signed.pipeline.open_reviews("action_unmatched") == []


@pytest.mark.parametrize("publisher", [SENDER, OFFICE])
@pytest.mark.parametrize("first", ["letter", "reply"])
def test_who_sent_the_letter_or_records_for_them_says_that_it_was_answered(
    signed: Signed, publisher: str, first: str
) -> None:
    if first == "letter":
        signed.letter()
    signed.reply(publisher)
    if first == "reply":
        signed.letter()
    assert signed.letters() == {SENDER: "answered"}
    assert signed.pipeline.open_reviews("reply_unconfirmed") == signed.pipeline.open_reviews("action_unmatched") == []


def test_the_same_words_from_the_mechanism_itself_count_although_another_said_them_first(signed: Signed) -> None:
    signed.letter()
    assert [signed.reply(CAPTURED), signed.reply(CAPTURED), signed.reply(SENDER)] == [
        "unconfirmed",
        "repeat",
        "recorded",
    ]
    assert signed.letters() == {SENDER: "answered"}


def test_a_letter_with_anothers_number_does_not_catch_the_answer(signed: Signed) -> None:
    signed.letter(CAPTURED, mechanism=CAPTURED, recorded_at=NOW - timedelta(days=9))
    signed.letter()
    assert signed.reply(SENDER) == "recorded"
    assert signed.letters() == {CAPTURED: "taken", SENDER: "answered"}


def test_a_person_who_has_asked_may_confirm_it(signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signed.letter()
    signed.reply(CAPTURED)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    (row,) = signed.pipeline.rows(tables.replies)
    command = ["actions", "confirm-reply", row.reply_id[:8], "--by", "officer-1"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    assert signed.letters() == {SENDER: "answered"}
    assert signed.pipeline.open_reviews("reply_unconfirmed") == []
    assert CliRunner().invoke(main, command).exit_code == 1


def _plan(signed: Signed, *joint_with: str) -> ActionPlanned:
    return ActionPlanned(
        mechanism=CAPTURED,
        action=ActionType.PRESS_STATEMENT,
        case=signed.case,
        joint_with=list(joint_with),
        recorded_at=NOW,
    )


def test_who_is_only_named_as_joining_a_plan_is_told_of_it_as_all_others_are(signed: Signed) -> None:
    signed.say(CAPTURED, _plan(signed, "UN-WGAD", SENDER), "action.planned")
    assert signed.written("action_planned") == {"UN-WGAD", SENDER}
    assert signed.pipeline.rows(tables.acknowledgements) == [], "and is not taken to have acted"
    (line,) = signed.seen("UN-WGAD")
    assert (line.mechanism, line.signatories) == (CAPTURED, ())


def test_who_is_only_named_as_signing_has_not_acted(signed: Signed) -> None:
    signed.letter(CAPTURED, mechanism=CAPTURED, action=ActionType.PRESS_STATEMENT, signatories=["UN-WGAD"])
    assert signed.written("action_taken") == {"UN-WGAD", SENDER}
    case_id = signed.pipeline.rows(tables.cases)[0].case_id
    with reading(signed.pipeline.engine) as connection:
        assert actions.mechanisms_acted(connection, [case_id]) == {CAPTURED}


def test_seats_that_the_office_may_speak_for_have_signed(signed: Signed) -> None:
    signed.letter(OFFICE, mechanism=SENDER, signatories=["UN-WGAD"])
    (line,) = signed.seen("UN-WGAD")
    assert line.signatories == ("UN-WGAD",)


def test_who_is_named_sees_a_letter_under_embargo_if_told_of_the_case(signed: Signed) -> None:
    signed.letter(signatories=["UN-WGAD", "UN-TORTURE"])
    assert len(signed.seen("UN-WGAD")) == 1
    assert signed.seen("UN-TORTURE") == [], "to be named opens nobody's case"
