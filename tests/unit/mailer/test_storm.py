"""A storm of near-duplicates: one urgent mail and one bundle for each reader, and no case that is not told."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from builders import a_report, a_victim
from databases import NOW, a_message
from dispatching import Pipeline
from posting import Post
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.directory import DutyHours, Weekday
from tocsin_schemas.events import decode_event
from tocsin_schemas.topics import ALERTS

MINUTES_10 = timedelta(minutes=10)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def test_a_thousand_near_duplicates_are_one_urgent_mail_and_one_bundle_that_names_each(post: Post) -> None:
    person = post.enter()
    storm = post.open_cases(1000)
    post.doubt(*((alert, storm[max(0, number - 8)]) for number, alert in enumerate(storm) if number))
    for alert in storm:
        post.alert(alert, person)
        post.now += timedelta(milliseconds=60)
    (_, alone), (_, bundle) = post.run(post.now + timedelta(hours=2))
    known = post.references()
    references = [known[alert.case_id] for alert in storm]
    assert alone.subject.startswith(f"[URGENT] UA · {references[0]} · reply by ")
    assert bundle.subject.startswith("[URGENT] UA · 999 cases · reply by ")
    for reference in references[1:]:
        assert f"Case: {reference}\n" in bundle.text
        assert f"/cases/{reference}" in bundle.html
    assert post.states("alert") == {"accepted": 1, "carried": 999}
    assert post.states("bundle") == {"accepted": 1}


def test_every_reader_of_a_storm_gets_one_of_each(post: Post) -> None:
    people = [post.enter(f"{name}@mechanism.example") for name in ("first", "second", "third")]
    storm = post.open_cases(30)
    post.doubt(*((alert, storm[0]) for alert in storm[1:]))
    for alert in storm:
        post.alert(alert, *people)
    sent = [mail.to for _, mail in post.run(post.now + timedelta(hours=2))]
    assert sorted(sent) == [f"{name}@mechanism.example" for name in ("first", "second", "third") for _ in range(2)]


def test_distinct_urgent_cases_in_a_storm_are_mailed_each_by_itself_and_at_once(post: Post) -> None:
    person = post.enter()
    storm, distinct = post.open_cases(100), post.open_cases(50)
    for number, alert in enumerate(storm):
        if number:
            post.doubt((alert, storm[number // 2]))
        post.alert(alert, person)
        if number % 2 == 0:
            post.alert(distinct[number // 2], person)
    at_once = post.send()
    references = post.references()
    subjects = [mail.subject for mail in at_once]
    assert len(subjects) == 51
    assert all(any(references[alert.case_id] in subject for subject in subjects) for alert in distinct)
    (bundle,) = post.send(after=MINUTES_10)
    assert all(references[alert.case_id] in bundle.text for alert in storm[1:])


def test_updates_of_one_case_that_follow_each_other_are_one_mail(post: Post) -> None:
    person = post.enter()
    (alert,) = post.open_cases(1)
    post.alert(alert, person)
    post.send()
    for cause in (UpdateCause.ACTION_PLANNED, UpdateCause.ACTION_TAKEN, UpdateCause.STATE_REPLIED):
        post.update(alert, person, cause=cause)
    assert post.send() == []
    (mail,) = post.send(after=MINUTES_10)
    assert mail.subject.startswith("Re: [URGENT] UA · HRD-")
    assert mail.headers["References"] == f"<case.{alert.case_id}@tocsin.example>"
    for line in ("A mechanism plans to act", "A mechanism has acted", "The State concerned has replied"):
        assert line in mail.text
    assert post.states("update") == {"carried": 3}


def test_an_update_long_after_the_last_mail_goes_at_once(post: Post) -> None:
    person = post.enter()
    (alert,) = post.open_cases(1)
    post.alert(alert, person)
    post.send()
    post.now += timedelta(minutes=11)
    post.update(alert, person)
    assert len(post.send()) == 1


def test_a_case_that_has_become_urgent_is_told_at_once_even_if_others_wait(post: Post) -> None:
    person = post.enter()
    (alert,) = post.open_cases(1, "P2")
    post.alert(alert, person)
    post.send()
    post.update(alert, person)
    post.update(alert, person, cause=UpdateCause.PRIORITY_RAISED, priority="P1")
    (mail,) = post.send()
    assert "more urgent than when we last wrote" in mail.text


def test_a_case_that_may_be_one_which_the_reader_never_heard_of_goes_by_itself(post: Post) -> None:
    person, other = post.enter(), post.enter("other@mechanism.example")
    first, second = post.open_cases(2)
    post.doubt((second, first))
    post.alert(first, other)
    post.alert(second, person)
    assert {mail.to for mail in post.send()} == {"desk@mechanism.example", "other@mechanism.example"}


def test_what_was_told_longer_ago_than_the_window_gathers_nothing(post: Post) -> None:
    person = post.enter()
    first, second = post.open_cases(2)
    post.doubt((second, first))
    post.alert(first, person)
    post.send()
    post.now += MINUTES_10 + timedelta(seconds=1)
    post.alert(second, person)
    assert len(post.send()) == 1


def test_a_storm_of_reminders_and_escalations_is_gathered_like_the_alerts(post: Post) -> None:
    person, holder = post.enter(), post.enter("holder@mechanism.example")
    storm = post.open_cases(20)
    for number, alert in enumerate(storm):
        if number:
            post.doubt((alert, storm[0]))
        post.alert(alert, person)
    post.run(post.now + timedelta(minutes=20))
    for alert in storm:
        post.remind(alert, person)
        post.escalate(alert, holder)
    by_reader = [mail.to for _, mail in post.run(post.now + timedelta(hours=1))]
    assert sorted(by_reader) == ["desk@mechanism.example"] * 2 + ["holder@mechanism.example"] * 2


def test_what_is_asked_for_twice_is_carried_once(post: Post) -> None:
    person = post.enter()
    first, second = post.open_cases(2)
    post.doubt((second, first))
    for alert in (first, second, second, first):
        post.alert(alert, person)
    assert post.states() == {"requested": 2, "carried": 1}


def test_near_duplicates_that_come_as_reports_reach_each_reader_as_one_mail_and_one_bundle(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    reports = [
        a_report(
            publisher="OSCE-ODIHR",
            publisher_reference=f"storm/{number}",
            alleged_victims=[a_victim(f"Afi Mensahvi{' ' + chr(0x41 + number) + 'oba' if number % 2 else ''}")],
        )
        for number in range(20)
    ]
    bodies = [report.model_dump_json(exclude_none=True).encode() for report in reports]
    pipeline.resolver.handle_group([a_message(body, number) for number, body in enumerate(bodies)])
    pipeline.dispatch()
    opened = {row.case_id for row in pipeline.rows(tables.alerts) if row.state == "raised"}
    assert len(opened) > 5
    post = Post(tmp_path, engine=pipeline.engine, now=datetime.now(UTC))
    with unit_of_work(post.engine) as connection:
        for row in [row for row in pipeline.rows(tables.outbox) if row.topic == ALERTS.name]:
            event = decode_event([(name, value.encode()) for name, value in row.headers], row.body, NOW)
            post.requesting(connection, event, a_message(row.body), post.now)
    sent = [mail for _, mail in post.run(post.now + timedelta(hours=2))]
    readers = {mail.to for mail in sent}
    references = post.references()
    for reader in readers:
        assert len([mail for mail in sent if mail.to == reader]) == 2
        text = "".join(mail.text for mail in sent if mail.to == reader)
        assert all(references[case_id] in text for case_id in opened)


@pytest.mark.parametrize("earlier", ["P2", "P3"])
def test_an_urgent_case_does_not_wait_because_a_mail_about_its_twin_waits(post: Post, earlier: str) -> None:
    hours = DutyHours(start=time(20), end=time(22), days=list(Weekday))
    person = post.enter(digest_at=time(8), duty_hours=hours)
    (calm,) = post.open_cases(1, earlier)
    (urgent,) = post.open_cases(1, "P1")
    post.doubt((calm, urgent))
    post.alert(calm, person)
    post.send()
    post.alert(urgent, person)
    (mail,) = post.send()
    assert post.references()[urgent.case_id] in mail.subject


def test_an_urgent_case_does_not_wait_because_a_mail_about_its_twin_has_bounced(post: Post) -> None:
    person = post.enter()
    first, second = post.open_cases(2, "P1")
    post.doubt((first, second))
    post.alert(first, person)
    post.send()
    with unit_of_work(post.engine) as connection:
        connection.execute(tables.deliveries.update().values(state="bounced"))
    post.alert(second, person)
    assert len(post.send()) == 1
