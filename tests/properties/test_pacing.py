"""However alerts, updates, silence, outages and withdrawals come: what was asked for is sent, carried by what was sent,
or cancelled with a cause; what consent forbids is in no mail; and what is urgent and distinct waits for nothing."""

import tempfile
from datetime import time, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailing import KeepingSender
from posting import Post
from tocsin.mailer.sender import Accepted, RetryAfter
from tocsin.store import tables
from tocsin.store.alerting.alerts import Alert
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.directory import DutyHours, Weekday

READERS = {
    "plain@mechanism.example": {},
    "clerk@mechanism.example": {
        "duty_hours": DutyHours(days=list(Weekday)[:5], start=time(9), end=time(17)),
        "timezone": "America/Santiago",
    },
    "digest@mechanism.example": {"digest_at": time(7, 30), "timezone": "Africa/Cairo"},
}
numbers = st.integers(0, 7)
steps = st.one_of(
    st.tuples(st.just("alert"), numbers),
    st.tuples(st.just("alert"), numbers),
    st.tuples(st.just("update"), numbers, st.sampled_from([UpdateCause.ACTION_TAKEN, UpdateCause.PRIORITY_RAISED])),
    st.tuples(st.just("remind"), numbers),
    st.tuples(st.just("escalate"), numbers),
    st.tuples(st.just("close"), numbers),
    st.tuples(st.just("refuse"), numbers),
    st.tuples(st.just("doubt"), numbers, numbers),
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 45, 600])),
    st.tuples(st.just("outage"), st.sampled_from([5, 90])),
)


class Strict(KeepingSender):
    """Looks at every mail when it leaves."""

    def check(self, post: Post, refused: set[str]) -> None:
        references = post.references()
        self.meanwhile = lambda mail: [self._deny(mail, references[case_id]) for case_id in refused]

    @staticmethod
    def _deny(mail, reference: str) -> None:
        assert reference not in mail.subject + mail.text + mail.html, "consent forbids it"


class World:
    def __init__(self, folder: Path) -> None:
        self.post = Post(folder, sender=Strict())
        self.people = [self.post.enter(address, **wishes) for address, wishes in READERS.items()]
        self.cases = [a for priority in ("P1", "P2", "P3", "P4") for a in self.post.open_cases(2, priority)]
        self.alerted: set[str] = set()
        self.refused: set[str] = set()
        self.doubted: set[str] = set()

    def take(self, step: tuple) -> None:
        what, *about = step
        if what in ("wait", "outage"):
            getattr(self, what)(*about)
        else:
            getattr(self, what)(*(self.cases[one] if isinstance(one, int) else one for one in about))

    def alert(self, alert: Alert) -> None:
        self.post.alert(alert, *self.people)
        if alert.alert_id not in self.alerted and alert.priority == "P1" and alert.case_id not in self.doubted:
            asked = [row for row in self.post.rows() if row.alert_id == alert.alert_id and row.kind == "alert"]
            assert [(row.state, row.next_attempt_at) for row in asked] == [("requested", self.post.now)] * 3
        self.alerted.add(alert.alert_id)

    def update(self, alert: Alert, cause: UpdateCause) -> None:
        if alert.alert_id in self.alerted:
            self.post.update(alert, *self.people, cause=cause)

    def remind(self, alert: Alert) -> None:
        if alert.alert_id in self.alerted:
            self.post.remind(alert, *self.people)

    def escalate(self, alert: Alert) -> None:
        if alert.alert_id in self.alerted:
            self.post.escalate(alert, *self.people)

    def close(self, alert: Alert) -> None:
        self.post.close(alert)

    def refuse(self, alert: Alert) -> None:
        self.post.refuse(alert)
        self.refused.add(alert.case_id)
        self.post.sender.check(self.post, self.refused)

    def doubt(self, one: Alert, other: Alert) -> None:
        if one != other:
            self.post.doubt((one, other))
            self.doubted |= {one.case_id, other.case_id}

    def wait(self, minutes: int) -> None:
        self.post.run(self.post.now + timedelta(minutes=minutes))

    def outage(self, minutes: int) -> None:
        self.post.sender.outcome = RetryAfter(self.post.now + timedelta(minutes=minutes), "unreachable")
        self.post.send()
        self.post.sender.outcome = Accepted("id")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=4, max_size=14))
def test_whatever_was_asked_for_is_sent_or_carried_by_what_was_sent_or_cancelled_with_a_cause(history: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for step in history:
            world.take(step)
        post = world.post
        post.run(post.now + timedelta(days=9))
        rows = {row.delivery_id: row for row in post.rows()}
        explained = {row.delivery_id for row in post.rows(tables.delivery_history) if row.state == "cancelled"}
        for row in rows.values():
            if row.state == "carried":
                assert rows[row.carried_by].state == "accepted", "what carries it was sent"
            else:
                assert row.state == "accepted" or (row.state == "cancelled" and row.delivery_id in explained)
        days = [(row.recipient_id, row.day) for row in post.rows(tables.digests)]
        assert len(days) == len(set(days))
        post.engine.dispose()
