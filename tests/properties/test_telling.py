"""However reports come, are corrected and withdrawn, and cases are merged and parted: nobody competent is left out, and
nobody is told twice of one case."""

import json
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import a_report, a_victim, a_violation
from dispatching import Pipeline
from resolving import withdrawal_of
from tocsin.domain.routing.routes import route
from tocsin.knowledge.load import load
from tocsin.resolver.deciding import Undecidable
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import reading
from tocsin.store.directory import entries
from tocsin_schemas.vocabulary import ViolationType

KNOWLEDGE = load()
NAMES = ["Afi Mensahvi", "Kodzo Adjavon"]
DATES = ["2026-11-20", "2026-11-20", "2026-11-21", "2026-11"]
TYPES = [[ViolationType.ARREST], [ViolationType.ARREST, ViolationType.TORTURE]]
PUBLISHERS = ["OSCE-ODIHR", "OIF", "NGO-OBS"]

accepted = st.tuples(
    st.just("accept"),
    st.sampled_from(PUBLISHERS),
    st.sampled_from(NAMES),
    st.sampled_from(DATES),
    st.sampled_from(TYPES),
)
withdrawn = st.tuples(st.just("withdraw"), st.sampled_from(PUBLISHERS))
decided = st.tuples(
    st.just("decide"), st.integers(0, 2), st.integers(0, 2), st.sampled_from(["same", "same", "different"])
)
undone = st.tuples(st.just("undo"), st.integers(0, 1))
histories = st.tuples(
    st.lists(accepted, min_size=3, max_size=4),
    st.lists(st.one_of(decided, accepted, undone, decided, accepted, undone, withdrawn), min_size=4, max_size=10),
).map(lambda parts: parts[0] + parts[1])


class World:
    def __init__(self, folder: Path) -> None:
        self.pipeline = Pipeline(folder)
        self.revisions: dict[str, int] = defaultdict(int)
        self.decisions: list[int] = []
        self.told: list[tuple[str, str, str]] = []

    def accept(self, publisher: str, name: str, date: str, types: list[ViolationType]) -> None:
        self.revisions[publisher] += 1
        revision = self.revisions[publisher]
        report = self._report(
            publisher, revision=revision, alleged_victims=[a_victim(name)], violation=a_violation(date, types=types)
        )
        self.pipeline.take(report, "report.submitted" if revision == 1 else "report.corrected")

    def withdraw(self, publisher: str) -> None:
        if self.revisions[publisher]:
            self.revisions[publisher] += 1
            self.pipeline.take(withdrawal_of(self._report(publisher), self.revisions[publisher]), "report.withdrawn")

    def decide(self, one: int, other: int, decision: str) -> None:
        known = sorted((row.opened_at, row.case_id) for row in self.pipeline.rows(tables.cases))
        if max(one, other) < len(known):
            try:
                self.decisions.append(self.pipeline.decide(known[one][1], known[other][1], decision))
            except Undecidable:
                return

    def undo(self, which: int) -> None:
        if which < len(self.decisions):
            self.pipeline.undo(self.decisions.pop(which))

    def _report(self, publisher: str, **over):
        return a_report(publisher=publisher, publisher_reference=f"{publisher}/1", **over)


def check(world: World) -> None:
    """What was said since the last check alarms nobody again, and leaves nobody out."""
    pipeline = world.pipeline
    with reading(pipeline.engine) as connection:
        people = entries.read(connection, pipeline.deployment).recipients
        known = pipeline.rows(tables.cases)
        parts = {case.case_id: {c.case_id for c in known if c.redirects_to == case.case_id} for case in known}
        _check_repeats(world, parts)
        for case in known:
            if case.state == "open":
                claims = reports.claims_of(connection, case.case_id)
                routes = route(claims, people, KNOWLEDGE, datetime.now(UTC)).routes
                competent = {person for r in routes for person in r.recipients}
                told = {person for told_of, person, _ in world.told if told_of in {case.case_id, *parts[case.case_id]}}
                assert competent <= told, "nobody competent is left out"


def _check_repeats(world: World, parts: dict[str, set[str]]) -> None:
    """A person is told of a case once, and not again of what became part of it; a released alert is the same mail."""
    for case_id, person, alert_id in _telling(world.pipeline)[len(world.told) :]:
        known = {a for told_of, p, a in world.told if p == person and told_of in {case_id, *parts[case_id]}}
        assert known <= {alert_id}, "nobody is told twice"
        world.told.append((case_id, person, alert_id))


def _telling(pipeline: Pipeline) -> list[tuple[str, str, str]]:
    """(case, person, alert) for each mail that the mailer is asked for; it writes one for each alert and person."""
    found = []
    for row in pipeline.rows(tables.outbox):
        if dict(row.headers).get("ce_type", "").endswith(("alert.raised", "alert.released")):
            data = json.loads(row.body)
            found += [(data["case_id"], person, data["alert_id"]) for person in data["recipients"]]
    return found


@given(histories)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_nobody_competent_is_left_out_and_nobody_is_told_twice(history) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for what, *details in history:
            getattr(world, what)(*details)
            check(world)
        world.pipeline.engine.dispose()
