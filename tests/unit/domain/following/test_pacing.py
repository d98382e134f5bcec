"""Which mail goes at once, which waits and until when: a table of cases."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import an_entry
from tocsin.domain.following.pacing import Asked, Plan, Recent, Way, plan
from tocsin.knowledge.pacing import load_pacing
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.deliveries import DeliveryCause, MailKind
from tocsin_schemas.directory import DutyHours, Weekday
from tocsin_schemas.vocabulary import Priority

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
NIGHT = datetime(2026, 11, 24, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 8, tzinfo=UTC)
SOON, LATER = timedelta(minutes=10), timedelta(days=7)
OFFICE = DutyHours(days=list(Weekday)[:5], start=time(8), end=time(18))
NOBODY = None
CLERK = an_entry("clerk@un.example", ["UN-WGAD"], duty_hours=OFFICE)
READER = an_entry("reader@un.example", ["UN-WGAD"], digest_at=time(7, 30))
P1, P2, P3, P4 = Priority
ALERT, UPDATE, ESCALATION, REMINDER = MailKind.ALERT, MailKind.UPDATE, MailKind.ESCALATION, MailKind.REMINDER
TWIN, AGAIN = Recent(told_of_twin=True), Recent(told_of_case=True)
SPENT, OFTEN = Recent(in_all=20), Recent(of_case=3)
AT_ONCE, BUNDLED = (Way.ALONE, timedelta()), Way.BUNDLE

CASES = [
    (ALERT, P1, Recent(), CLERK, NIGHT, None, AT_ONCE, "urgent, and new"),
    (ALERT, P1, TWIN, CLERK, NIGHT, None, (BUNDLED, SOON), "perhaps the same as what was just told"),
    (ALERT, P1, SPENT, CLERK, NIGHT, None, AT_ONCE, "no budget holds it"),
    (ESCALATION, P1, OFTEN, NOBODY, NOON, None, AT_ONCE, "nor an escalation"),
    (UPDATE, P1, AGAIN, NOBODY, NOON, None, (BUNDLED, SOON), "updates that follow each other"),
    (UPDATE, P1, Recent(), NOBODY, NOON, None, AT_ONCE, "the first after a while"),
    (ALERT, P2, AGAIN, NOBODY, NOON, None, AT_ONCE, "only updates are gathered by their case"),
    (ALERT, P2, SPENT, NOBODY, NOON, None, (BUNDLED, timedelta(hours=1)), "twenty in a day are enough"),
    (REMINDER, P2, OFTEN, NOBODY, NOON, None, (BUNDLED, timedelta(hours=1)), "three about one case are"),
    (ALERT, P2, SPENT, NOBODY, NOON, timedelta(minutes=40), (BUNDLED, timedelta(minutes=20)), "half the time is left"),
    (UPDATE, P3, AGAIN, NOBODY, NOON, timedelta(hours=-1), (BUNDLED, timedelta(hours=2)), "what was due is no deadline"),
    (ALERT, P2, Recent(), CLERK, NIGHT, LATER, (Way.ALONE, MORNING - NIGHT), "the reader sleeps"),
    (ALERT, P2, Recent(), CLERK, NIGHT, timedelta(hours=9), AT_ONCE, "an answer is due before the morning"),
    (ALERT, P2, Recent(), CLERK, NIGHT, timedelta(hours=10), AT_ONCE, "or with it"),
    (ALERT, P3, Recent(), CLERK, NOON, LATER, AT_ONCE, "the reader is at work"),
    (ALERT, P4, SPENT, CLERK, NOON, LATER, (BUNDLED, MORNING - NOON), "the bundle would leave at night"),
    (ALERT, P3, Recent(), READER, NOON, LATER, (Way.DIGEST, timedelta(hours=19.5)), "the reader wants a digest"),
    (UPDATE, P4, TWIN, READER, NOON, LATER, (Way.DIGEST, timedelta(hours=19.5)), "of everything that can wait"),
    (ALERT, P2, Recent(), READER, NOON, LATER, AT_ONCE, "the same day is not tomorrow"),
    (ESCALATION, P3, Recent(), READER, NOON, LATER, AT_ONCE, "others have waited already"),
    (ALERT, P3, Recent(), READER, NOON, timedelta(hours=6), AT_ONCE, "an answer is due before the digest"),
    (MailKind.WITHDRAWAL, P4, SPENT, CLERK, NIGHT, None, AT_ONCE, "what calls back waits for nothing"),
    (MailKind.DRILL, P4, SPENT, CLERK, NIGHT, None, AT_ONCE, "nor does a drill"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "priority", "recent", "person", "now", "due", "expected", "why"), CASES, ids=[c[-1] for c in CASES])  # fmt: skip
def test_a_mail_goes_when_it_is_of_use(kind, priority, recent, person, now, due, expected, why) -> None:
    asked = Asked(kind, priority, reply_by=None if due is None else now + due)
    found = plan(asked, recent, person, load_pacing(), now)
    assert (found.way, found.at - now) == expected


def test_what_waits_says_why() -> None:
    asked = Asked(ALERT, P2)
    assert plan(asked, Recent(), CLERK, load_pacing(), NIGHT).cause is DeliveryCause.QUIET_HOURS
    assert plan(asked, SPENT, NOBODY, load_pacing(), NIGHT).cause is DeliveryCause.BUNDLED


def test_a_case_that_has_become_urgent_alarms_whatever_was_told_before() -> None:
    asked = Asked(UPDATE, P1, UpdateCause.PRIORITY_RAISED)
    assert plan(asked, AGAIN, CLERK, load_pacing(), NIGHT) == Plan(Way.ALONE, NIGHT)


kinds, priorities = st.sampled_from(MailKind), st.sampled_from(Priority)
recents = st.builds(Recent, st.integers(0, 5), st.integers(0, 30), st.booleans(), st.booleans())
instants = st.integers(0, 365 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
people = st.sampled_from([NOBODY, CLERK, READER, CLERK.model_copy(update={"timezone": "America/Santiago"})])


@given(
    kinds, priorities, recents, people, instants, st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=9)))
)
def test_nothing_waits_until_its_answer_is_due_and_p1_for_no_hours_and_no_budget(
    kind: MailKind, priority: Priority, recent: Recent, person, now: datetime, due: timedelta | None
) -> None:
    reply_by = None if due is None else now + due
    found = plan(Asked(kind, priority, reply_by=reply_by), recent, person, load_pacing(), now)
    assert found.at >= now
    if reply_by is not None and reply_by > now:
        assert found.at < reply_by
    if priority is P1:
        assert found.way is not Way.DIGEST
        assert found.at <= now + SOON
        assert found.way is Way.ALONE or recent.told_of_twin or recent.told_of_case
    assert found.at <= now + timedelta(days=4)
