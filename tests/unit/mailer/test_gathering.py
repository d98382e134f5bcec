"""What a bundle or a digest carries: told as consent has it now, put on record, and called back like any mail."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pysequoia
import pytest
from sqlalchemy import select

from builders import a_report
from databases import NOW
from mailing import KeepingSender
from posting import Post
from tocsin.mailer.sender import Unknown
from tocsin.store import tables
from tocsin.store.alerting import disclosures, recalls
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import cases, reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries, gathering, threads
from tocsin.store.mail.deliveries import Observation
from tocsin_schemas.alerts import DisclosureLevel, UpdateCause
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState

WINDOW = timedelta(minutes=10)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def a_storm(post: Post, number: int, person: str, **claim) -> list[Alert]:
    """The first is mailed, the others wait in a bundle."""
    storm = post.open_cases(number, **claim)
    post.doubt(*((alert, storm[0]) for alert in storm[1:]))
    for alert in storm:
        post.alert(alert, person)
    post.send()
    return storm


def carried_by(post: Post, alert: Alert) -> str:
    return next(row.carried_by for row in post.rows() if row.alert_id == alert.alert_id)


def test_consent_is_asked_again_for_each_case_when_the_bundle_is_written(post: Post) -> None:
    person = post.enter()
    _, kept, refused = a_storm(post, 3, person)
    post.refuse(refused)
    (bundle,) = post.send(after=WINDOW)
    references = post.references()
    assert references[kept.case_id] in bundle.text
    assert references[refused.case_id] not in bundle.text + bundle.html + bundle.subject
    (left_out,) = [row for row in post.rows() if row.alert_id == refused.alert_id]
    assert left_out.state == "cancelled"
    with reading(post.engine) as connection:
        assert disclosures.of_case(connection, refused.case_id) == []
        assert len(disclosures.of_case(connection, kept.case_id)) == 1


def test_a_case_that_became_part_of_another_while_the_bundle_waited_is_told_as_one_with_it(post: Post) -> None:
    person = post.enter()
    _, kept, merged = a_storm(post, 3, person)
    with unit_of_work(post.engine) as connection:
        claims = reports.claims_of(connection, merged.case_id)
        reports.move(connection, {claim.report_id: kept.case_id for claim in claims})
        cases.merge(connection, merged.case_id, kept.case_id, post.now)
    (bundle,) = post.send(after=WINDOW)
    references = post.references()
    assert references[merged.case_id] not in bundle.text + bundle.html + bundle.subject
    assert bundle.text.count(f"/cases/{references[kept.case_id]}") == 1
    assert references[kept.case_id] in bundle.subject, "one case, in its own thread"
    with reading(post.engine) as connection:
        assert {told.alert_id for told in disclosures.of_case(connection, merged.case_id)} == {merged.alert_id}


def test_what_a_bundle_told_can_be_called_back_and_what_it_left_out_need_not_be(post: Post) -> None:
    person = post.enter()
    _, told, refused = a_storm(post, 3, person)
    post.refuse(refused)
    post.send(after=WINDOW)
    with reading(post.engine) as connection:
        assert len(recalls.standing(connection, [told.case_id]).tellings) == 1
        assert recalls.standing(connection, [refused.case_id]).tellings == []
    for alert in (told, refused):
        post.update(alert, person, cause=UpdateCause.WITHDRAWN)
    (notice,) = post.send()
    assert post.references()[told.case_id] in notice.text
    assert post.states("withdrawal") == {"accepted": 1, "cancelled": 1}


def test_a_notice_waits_while_the_bundle_that_told_is_on_its_way(post: Post) -> None:
    person = post.enter()
    *_, told = a_storm(post, 2, person)
    with unit_of_work(post.engine) as connection:
        (claimed,) = deliveries.claim_due(connection, 5, "f-1", post.now + WINDOW)
    assert claimed.kind == "bundle"
    post.update(told, person, cause=UpdateCause.WITHDRAWN)
    with reading(post.engine) as connection:
        notice = next(row.delivery_id for row in post.rows() if row.kind == "withdrawal")
        thread = threads.thread_of(connection, deliveries.find(connection, notice))
    assert (thread.left, thread.awaited) == (False, True)


def test_a_bundle_that_may_have_left_is_sent_again_marked_and_grows_no_more(post: Post) -> None:
    person = post.enter()
    storm = a_storm(post, 2, person)
    post.sender.outcome = Unknown("connection lost")
    (first,) = post.send(after=WINDOW)
    (further,) = post.open_cases(1)
    post.doubt((further, storm[0]))
    with unit_of_work(post.engine) as connection:
        (doubtful,) = deliveries.unknown_since(connection, post.now)
        deliveries.request_again(connection, post.deployment.identities, doubtful, post.now)
    post.alert(further, person)
    post.sender.outcome = KeepingSender().outcome
    (again,) = post.send()
    assert "Possible repeat" in again.text
    assert "Possible repeat" not in first.text
    assert post.references()[further.case_id] not in again.text
    assert len(post.send(after=WINDOW)) == 1


def test_a_bundle_in_which_everything_was_answered_or_closed_is_not_sent(post: Post) -> None:
    person = post.enter()
    *_, second, third = a_storm(post, 3, person)
    post.close(second)
    post.close(third)
    assert post.send(after=WINDOW) == []
    assert post.states("bundle") == {"cancelled": 1}
    assert post.states("alert") == {"accepted": 1, "cancelled": 2}


def test_a_reader_who_has_left_is_told_nothing_by_any_bundle(post: Post) -> None:
    person = post.enter()
    a_storm(post, 3, person)
    with unit_of_work(post.engine) as connection:
        connection.execute(tables.recipients.delete())
    assert post.send(after=WINDOW) == []
    assert post.states("alert") == {"accepted": 1, "cancelled": 2}


def test_if_the_gate_stops_a_bundle_each_case_goes_by_itself_and_only_the_leaking_one_is_stopped(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = post.enter()
    _, sound, leaking = a_storm(post, 3, person)
    name = post.references()[leaking.case_id]
    monkeypatch.setattr("tocsin.mailer.sending.stops", lambda mail, _: name in mail.text)
    sent = post.send(after=WINDOW)
    assert [post.references()[sound.case_id] in mail.subject for mail in sent] == [True]
    assert post.states("bundle") == {"cancelled": 1}
    assert post.states("alert") == {"accepted": 2, "cancelled": 1}
    with reading(post.engine) as connection:
        assert len(disclosures.of_case(connection, sound.case_id)) == 1


def test_the_bundle_is_as_urgent_and_leaves_as_soon_as_what_it_carries(post: Post) -> None:
    person = post.enter()
    old = post.open_cases(3, "P2")
    post.doubt(*((alert, old[0]) for alert in old[1:]))
    for alert in old:
        post.alert(alert, person)
    post.send()
    (urgent,) = post.open_cases(1, "P1")
    post.doubt((urgent, old[0]))
    post.alert(urgent, person)
    (bundle,) = [row for row in post.rows() if row.kind == "bundle"]
    assert (bundle.priority, bundle.next_attempt_at) == ("P1", post.now + WINDOW)
    (mail,) = post.send(after=WINDOW)
    assert mail.subject.startswith("[URGENT] UA · 3 cases")
    assert mail.is_urgent
    assert mail.text.index(post.references()[urgent.case_id]) < mail.text.index(post.references()[old[1].case_id])


def test_a_digest_alone_says_how_it_is_left_and_only_where_an_answer_is_taken(post: Post) -> None:
    person = post.enter(digest_at=time(7))
    (alert,) = post.open_cases(1, "P4")
    post.alert(alert, person)
    ((_, digest),) = post.run(NOW + timedelta(days=1))
    assert "List-Unsubscribe" not in digest.headers
    assert digest.headers["Auto-Submitted"] == "auto-generated"
    assert "case that is not urgent" in digest.text


def test_what_left_out_nothing_changes_nothing(post: Post) -> None:
    person = post.enter()
    *_, told = a_storm(post, 2, person)
    post.send(after=WINDOW)
    with unit_of_work(post.engine) as connection:
        item = deliveries.find(connection, next(r.delivery_id for r in post.rows() if r.alert_id == told.alert_id))
        arrived = Observation(DeliveryState.DELIVERED, DeliveryCause.WEBHOOK)
        deliveries.observe(connection, post.deployment.identities, carried_by(post, told), arrived, post.now)
        assert gathering.carried(connection, [item.carried_by]) == [item]
    assert post.states("alert") == {"accepted": 1, "carried": 1}


def test_a_bundle_opens_nothing_to_who_holds_a_key_and_puts_no_more_on_record(post: Post) -> None:
    key = pysequoia.Tsk.generate("desk <desk@mechanism.example>")
    armour = str(key.extract_certificate())
    post.now = datetime.now(UTC)  # a certificate is good from when it was made
    person = post.enter(level=DisclosureLevel.L2, openpgp=armour)
    storm = post.open_cases(2)
    with unit_of_work(post.engine) as connection:
        connection.execute(tables.alerts.update().values(level="L2"))
        for row in connection.execute(select(tables.reports.c.report_id)).all():
            body = a_report(publisher="IACHR-RELE").model_dump_json(exclude_none=True).encode()
            post.deployment.vault.seal(connection, row.report_id, "revision-1", body, post.now)
    post.doubt((storm[1], storm[0]))
    for alert in storm:
        post.alert(alert, person)
    (alone,) = post.send()
    (bundle,) = post.send(after=WINDOW)
    assert alone.encrypted is not None
    assert bundle.encrypted is None
    with reading(post.engine) as connection:
        assert [told.level for told in disclosures.of_case(connection, storm[0].case_id)] == ["L2"]
        assert [told.level for told in disclosures.of_case(connection, storm[1].case_id)] == ["L1"]
