"""However reports, actions, answers, bounces, kills and jumps of the clock follow one another: each due time has one effect,
nobody is told twice by escalation, and after a pass nothing that is due waits."""

import contextlib
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select, text

from builders import a_report, a_violation, consent_to_all
from databases import NOW
from dispatching import Pipeline
from tocsin.dispatcher.due import Effect, Firing
from tocsin.store import tables
from tocsin.store.alerting import acknowledgements, due_times
from tocsin.store.alerting.due_times import DueTime, Kind
from tocsin.store.database import unit_of_work
from tocsin_schemas.actions import ActionPlanned, ActionTaken
from tocsin_schemas.answers import Answer, AnswerGiven, NotMineReason
from tocsin_schemas.vocabulary import ActionType, ViolationType

EFFECTS = Table("effects", MetaData(), Column("id", Integer, primary_key=True), Column("due_id", String(32)))
PUBLISHERS = ["OSCE-ODIHR", "OIF", "NGO-OBS"]
TYPES = [[ViolationType.ARREST], [ViolationType.ARREST, ViolationType.TORTURE]]

reported = st.tuples(st.just("report"), st.sampled_from(PUBLISHERS), st.sampled_from(TYPES), st.booleans())
acted = st.tuples(st.just("act"), st.sampled_from(["UN-WGAD", "UN-SRHRD"]), st.booleans())
answered = st.tuples(
    st.just("answer"), st.integers(0, 5), st.integers(0, 3), st.sampled_from(Answer), st.integers(0, 3)
)
hastened = st.tuples(st.just("hasten"), st.integers(0, 5))
moved = st.tuples(st.just("move"), st.integers(-30 * 24, 30 * 24))
killed = st.tuples(st.just("kill"), st.integers(0, 6))
histories = st.lists(
    st.one_of(killed, reported, acted, answered, answered, hastened, moved, killed), min_size=4, max_size=14
)


class Killed(BaseException):
    """The process ends here: no handler of an ordinary error sees it."""


class World:
    def __init__(self, folder: Path) -> None:
        self.pipeline = Pipeline(folder)
        self.people = list(self.pipeline.enter_chain().values())
        self.now = datetime.now(UTC)
        self.revisions: Counter[str] = Counter()
        self.kill_after: int | None = None
        self.handed: list[tuple[str, str]] = []
        """Alerts, and to whom they were handed over: they are told by that, whether or not they were before."""
        EFFECTS.create(self.pipeline.engine)
        counted = {kind: self._counted(effect) for kind, effect in self.pipeline.firing.effects.items()}
        self.firing = Firing(self.pipeline.engine, counted)
        self.report("OSCE-ODIHR", TYPES[0], True)

    def _counted(self, effect: Effect) -> Effect:
        """Leaves a mark in the transaction of the effect; may be killed behind both, before the commit."""

        def run(connection: Connection, due: DueTime, now: datetime) -> str:
            outcome = effect(connection, due, now)
            connection.execute(EFFECTS.insert().values(due_id=due.due_id))
            if self.kill_after is not None:
                self.kill_after -= 1
                if self.kill_after < 0:
                    raise Killed
            return outcome

        return run

    def report(self, publisher: str, types: list[ViolationType], expiring: bool) -> None:
        self.revisions[publisher] += 1
        revision = self.revisions[publisher]
        until = datetime.now(UTC).date() + timedelta(days=20)
        consent = [d.model_copy(update={"expires_on": until if expiring else None}) for d in consent_to_all()]
        report = a_report(
            publisher=publisher,
            publisher_reference=f"{publisher}/1",
            revision=revision,
            consent=consent,
            violation=a_violation(types=types),
        )
        self.pipeline.take(report, "report.submitted" if revision == 1 else "report.corrected")

    def act(self, mechanism: str, planned: bool) -> None:
        reference = self.pipeline.rows(tables.cases)[0].reference
        common: dict[str, Any] = {"mechanism": mechanism, "case": reference, "recorded_at": NOW}
        if planned:
            said = ActionPlanned(action=ActionType.PRESS_STATEMENT, **common)
            self.pipeline.act(said, "action.planned")
        else:
            taken = ActionTaken(action=ActionType.URGENT_APPEAL, taken_on=NOW.date(), **common)
            self.pipeline.act(taken, "action.taken")

    def answer(self, which: int, who: int, answer: Answer, to: int) -> None:
        raised = [row for row in self.pipeline.rows(tables.alerts) if self.people[who] in row.recipients]
        if which >= len(raised):
            return
        said = AnswerGiven(
            answer_id=f"{self.pipeline.answers_taken:032x}",
            alert_id=raised[which].alert_id,
            recipient=self.people[who],
            answer=answer,
            to=self.people[to] if answer is Answer.HANDED_OVER else None,
            reason=NotMineReason.OTHER if answer is Answer.NOT_MINE else None,
            at=datetime.now(UTC),
        )
        if self.pipeline.answer(said) == "handed-over":
            self.handed.append((said.alert_id, self.people[to]))

    def hasten(self, which: int) -> None:
        alerts = self.pipeline.rows(tables.alerts)
        with unit_of_work(self.pipeline.engine) as connection:
            subject = alerts[which % len(alerts)].alert_id
            due_times.bring_forward(connection, subject, Kind.ESCALATION, self.now)

    def move(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.firing.fire_all(self.now)

    def kill(self, after: int) -> None:
        """End the process in its n-th effect from now on, and start it again."""
        self.kill_after = after
        with contextlib.suppress(Killed):
            self.firing.fire_all(self.now + timedelta(days=3))
        self.kill_after = None
        self.firing.fire_all(self.now)


def check(world: World) -> None:
    pipeline = world.pipeline
    due = pipeline.rows(tables.due_times)
    with pipeline.engine.connect() as connection:
        effects = Counter(connection.execute(select(EFFECTS.c.due_id)).scalars())
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert effects == Counter(row.due_id for row in due if row.fired_at is not None), "one effect each, and no other"
    waiting = [row for row in due if row.fired_at is None and row.cancelled_at is None and row.due_at <= world.now]
    assert [row.kind for row in waiting] == []
    asked = [
        (s["alert_id"], p)
        for kind in ("raised", "released", "escalated")
        for s in pipeline.said(f"alert.{kind}")
        for p in s["recipients"]
    ]
    twice = {pair for pair, times in (Counter(asked) - Counter(world.handed)).items() if times > 1}
    assert twice == set(), "nobody is asked twice"
    reminded = Counter((s["alert_id"], s["priority"]) for s in pipeline.said("alert.reminded"))
    assert set(reminded.values()) <= {1}, "one reminder at most at each priority"
    assert {(s["alert_id"], p) for s in pipeline.said("alert.reminded") for p in s["recipients"]} <= set(asked)
    check_answers(world)
    assert pipeline.open_reviews("due_failed") == []


def check_answers(world: World) -> None:
    """An alert is in hand, or something is still due of it, or operators are asked: none is forgotten."""
    rows = world.pipeline.rows(tables.due_times)
    waiting = {row.subject for row in rows if row.fired_at is None and row.cancelled_at is None}
    asked = " ".join(world.pipeline.open_reviews("unanswered"))
    with world.pipeline.engine.connect() as connection:
        for alert in world.pipeline.rows(tables.alerts):
            if acknowledgements.awaited(connection, alert.alert_id) is not None:
                assert alert.alert_id in waiting or alert.mandate in asked, alert.mandate
    assert all(row.outcome not in (None, "begun") for row in world.pipeline.rows(tables.given_answers))


@given(histories)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_each_due_time_has_one_effect_whatever_happens(history) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for what, *details in history:
            getattr(world, what)(*details)
        world.firing.fire_all(world.now)
        check(world)
        world.pipeline.engine.dispose()
