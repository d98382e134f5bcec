"""A mail that cannot be written holds up no other, leaves nothing unsaid for good, and never says more than it may."""

from datetime import timedelta
from pathlib import Path

import pytest

from posting import Post
from tocsin.mailer.sender import Mail, Unknown
from tocsin.mailer.writing import wording
from tocsin.mailer.writing.letters import Letter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.runtime.catalogues import Words
from tocsin.store import tables
from tocsin.store.alerting import disclosures
from tocsin.store.alerting.alerts import Alert
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries

WINDOW = timedelta(minutes=10)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def reviews(post: Post) -> list[tuple[str, str | None]]:
    return [(row.reason, row.case_id) for row in post.rows(tables.reviews) if row.kind == "mail_stopped"]


def _unwritable(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    real = Rendering.__call__

    def write(self: Rendering, letter) -> Mail:
        if letter.address == address:
            raise KeyError("a key that this letter alone asks for")
        return real(self, letter)

    monkeypatch.setattr(Rendering, "__call__", write)


def test_a_mail_that_cannot_be_written_stops_no_other_and_is_tried_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor, well = post.enter("poor@mechanism.example"), post.enter("well@mechanism.example")
    (alert,) = post.open_cases(1)
    _unwritable(monkeypatch, "poor@mechanism.example")
    post.alert(alert, poor, well)
    assert [mail.to for mail in post.send()] == ["well@mechanism.example"]
    assert post.states() == {"accepted": 1, "requested": 1}
    (review,) = reviews(post)
    assert review[1] == alert.case_id
    monkeypatch.undo()
    (mail,) = [mail for _, mail in post.run(until=post.next_due())]
    assert mail.to == "poor@mechanism.example"


def a_storm_with_one_that_cannot_be_written(post: Post, monkeypatch: pytest.MonkeyPatch, person: str) -> list[Alert]:
    """The first is mailed; the others wait in a bundle, of which the last cannot be written, neither there nor alone."""
    storm = post.open_cases(3)
    post.doubt(*((alert, storm[0]) for alert in storm[1:]))
    for alert in storm:
        post.alert(alert, person)
    post.send()
    poor, real = post.references()[storm[-1].case_id], wording.why

    def why(letter: Letter, said: Words) -> object:
        if letter.reference == poor:
            raise KeyError("a key that this letter alone asks for")
        return real(letter, said)

    monkeypatch.setattr(wording, "why", why)
    return storm


def test_if_a_bundle_cannot_be_written_what_it_carries_goes_alone(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    _, well, poor = a_storm_with_one_that_cannot_be_written(post, monkeypatch, post.enter())
    (mail,) = post.send(after=WINDOW)
    assert post.references()[well.case_id] in mail.subject
    assert (post.states("bundle"), post.states("alert")) == ({"cancelled": 1}, {"accepted": 2, "requested": 1})
    assert poor.case_id in {case_id for _, case_id in reviews(post)}
    with reading(post.engine) as connection:
        assert disclosures.of_case(connection, poor.case_id) == []


def test_what_a_stopped_bundle_that_may_have_left_was_to_tell_is_put_before_operators_by_case(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    storm = post.open_cases(3)
    post.doubt(*((alert, storm[0]) for alert in storm[1:]))
    person = post.enter()
    for alert in storm:
        post.alert(alert, person)
    post.send()
    post.sender.outcome = Unknown("connection lost")
    post.send(after=WINDOW)
    with unit_of_work(post.engine) as connection:
        (doubtful,) = deliveries.unknown_since(connection, post.now)
        deliveries.request_again(connection, post.deployment.identities, doubtful, post.now)
    monkeypatch.setattr("tocsin.mailer.sending.stops", lambda *_: True)
    assert post.send() == []
    assert post.states("alert") == {"accepted": 1, "cancelled": 2}
    assert {alert.case_id for alert in storm[1:]} <= {case_id for _, case_id in reviews(post)}
    with reading(post.engine) as connection:
        assert len(disclosures.of_case(connection, storm[1].case_id)) == 1, "the first may have told"
