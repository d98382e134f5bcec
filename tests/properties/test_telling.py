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
from tocsin.store import alerts, cases, directory, reports, tables
from tocsin.store.database import reading
from tocsin_schemas.vocabulary import ViolationType

KNOWLEDGE = load()
NAMES = ["Afi Mensahvi", "Afi Mensahvi", "Kodzo Adjavon"]
DATES = ["2026-11-20", "2026-11-21", "2026-11"]
TYPES = [[ViolationType.ARREST], [ViolationType.ARREST, ViolationType.TORTURE], [ViolationType.LAND_GRABBING]]
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
    st.lists(st.one_of(decided, accepted, undone, withdrawn), min_size=2, max_size=8),
).map(lambda parts: parts[0] + parts[1])


class World:
    def __init__(self, folder: Path) -> None:
        self.pipeline = Pipeline(folder)
        self.revisions: dict[str, int] = defaultdict(int)
        self.decisions: list[int] = []

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


def check(pipeline: Pipeline) -> None:
    by_alert: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in pipeline.rows(tables.outbox):
        if dict(row.headers).get("ce_type", "").endswith(("alert.raised", "alert.released")):
            data = json.loads(row.body)
            for person in data["recipients"]:
                by_alert[data["case_id"], person].add(data["alert_id"])
    twice = {pair: found for pair, found in by_alert.items() if len(found) > 1}
    assert twice == {}, "the mailer writes one mail for each alert and person"
    with reading(pipeline.engine) as connection:
        people = directory.load_recipients(connection)
        for case in pipeline.rows(tables.cases):
            if case.state != "open":
                continue
            parts = cases.parts_of(connection, case.case_id)
            told = {p for (told_of, p) in by_alert if told_of in {case.case_id, *parts}}
            claims = reports.claims_of(connection, case.case_id)
            competent = {p for r in route(claims, people, KNOWLEDGE, datetime.now(UTC)).routes for p in r.recipients}
            assert competent <= told, "nobody competent is left out"
            assert all(a.state != "closed" for a in alerts.of_case(connection, case.case_id).values() if a.recipients)


@given(histories)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_nobody_competent_is_left_out_and_nobody_is_told_twice(history) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for what, *details in history:
            getattr(world, what)(*details)
            check(world.pipeline)
        world.pipeline.engine.dispose()
