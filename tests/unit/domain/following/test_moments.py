"""When a case must be looked at again although nothing is reported; when a reply is due; when letters become public."""

from datetime import UTC, date, datetime, timedelta

import pytest

from builders import a_claim
from databases import NOW
from tocsin.domain.claims import ConsentRule
from tocsin.domain.following.clocks import embargo_until, of_kind, overdue_at, reply_due
from tocsin.domain.following.impunity import is_repeated
from tocsin.domain.following.moments import moments
from tocsin.domain.routing.consent import Granted, addressee, may
from tocsin.domain.routing.triage import judge
from tocsin.knowledge.load import load
from tocsin_schemas.knowledge import ClockKind
from tocsin_schemas.vocabulary import AccountabilityStatus, ActionType, ConsentStatus, Priority, Purpose, ViolationType

UNIT = timedelta(microseconds=1)
GRANTED = ConsentRule(recipient="all_mechanisms", purpose=Purpose.ALERT, status=ConsentStatus.GRANTED, informed=True)


def test_what_has_no_dates_needs_no_other_look() -> None:
    assert moments([a_claim()], NOW) == []


def test_the_case_is_looked_at_when_an_embargo_ends_and_not_for_what_is_past() -> None:
    until = NOW + timedelta(days=9)
    claims = [a_claim(embargo_until=until), a_claim(embargo_until=until), a_claim(embargo_until=NOW)]
    assert moments(claims, NOW) == [("embargo_end", until)]


def test_the_case_is_looked_at_at_the_first_moment_at_which_a_consent_holds_no_more() -> None:
    claim = a_claim(consents=[GRANTED.model_copy(update={"expires_on": date(2026, 12, 1)})])
    (moment,) = moments([claim], NOW)
    towards = addressee(load().mechanisms["UN-WGAD"], "UN-WGAD")
    assert moment == ("consent_expiry", datetime(2026, 12, 2, tzinfo=UTC))
    assert isinstance(may(claim, towards, Purpose.ALERT, moment.at - UNIT), Granted)
    assert not isinstance(may(claim, towards, Purpose.ALERT, moment.at), Granted)


def test_a_refusal_that_expires_changes_nothing() -> None:
    refused = GRANTED.model_copy(update={"expires_on": date(2026, 12, 1), "status": ConsentStatus.REFUSED})
    assert moments([a_claim(consents=[refused])], NOW) == []


@pytest.mark.parametrize("field", ["expected_on", "next_hearing"])
def test_the_case_is_looked_at_at_the_very_moments_at_which_a_date_makes_it_more_urgent(field: str) -> None:
    claim = a_claim(violations=[ViolationType.ARREST], ongoing=False, lawyer_denied=True, **{field: "2027-03-20"})
    found = [m.at for m in moments([claim], NOW)]
    assert found == [datetime(2027, 2, 18, tzinfo=UTC), datetime(2027, 3, 17, tzinfo=UTC)]
    urgencies = [[judge(claim, at - UNIT).reasons[0], judge(claim, at).reasons[0]] for at in found]
    assert all(before != after for before, after in urgencies)
    assert judge(claim, found[1]).priority is Priority.P1


@pytest.mark.parametrize("status", list(AccountabilityStatus))
def test_impunity_is_a_new_attack_after_one_that_led_to_nothing(status: AccountabilityStatus) -> None:
    earlier = a_claim(date="2024-02", accountability=status)
    halted = {AccountabilityStatus.STALLED, AccountabilityStatus.CLOSED_NO_CHARGE, AccountabilityStatus.AMNESTY}
    assert is_repeated([a_claim()], [earlier]) is (status in halted)


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-11-19", True), ("2026-11-20", False), ("2026", False), ("2027-01", False)]
)
def test_the_unpunished_attack_must_have_come_before(day: str, expected: bool) -> None:
    assert (
        is_repeated([a_claim(date="2026-11-20")], [a_claim(date=day, accountability=AccountabilityStatus.STALLED)])
        is expected
    )


SENT = date(2026, 11, 23)
UA, AL, OPINION = ActionType.URGENT_APPEAL, ActionType.ALLEGATION_LETTER, ActionType.WGAD_OPINION
DUE = [
    ("UN-SRHRD", UA, 60),
    ("UN-SRHRD", ActionType.PRESS_STATEMENT, None),
    ("UN-WGAD", OPINION, 60),
    ("UN-WGAD", AL, 60),
    ("ACHPR-SRHRD", ActionType.PROVISIONAL_MEASURE, 15),
    ("ACHPR-SRHRD", AL, None),
    ("OIF", AL, None),
    ("NOBODY", UA, None),
]


@pytest.mark.parametrize(("mechanism", "action", "days"), DUE)
def test_by_when_a_state_should_answer(mechanism: str, action: ActionType, days: int | None) -> None:
    known = load()
    found = reply_due(mechanism, action, SENT, known.mechanisms, known.clocks)
    assert found == (SENT + timedelta(days=days) if days else None)


PUBLIC = [
    ("UN-SRHRD", UA, 60),
    ("UN-WGAD", AL, 60),
    ("ACHPR-SRHRD", UA, None),
    ("UN-SRHRD", ActionType.PRESS_STATEMENT, None),
]


@pytest.mark.parametrize(("mechanism", "action", "days"), PUBLIC)
def test_when_a_letter_becomes_public(mechanism: str, action: ActionType, days: int | None) -> None:
    expected = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(days=days) if days else None
    assert embargo_until(mechanism, action, SENT, load().clocks) == expected


def test_it_is_overdue_when_the_last_day_is_over() -> None:
    assert overdue_at(date(2027, 1, 22)) == datetime(2027, 1, 23, tzinfo=UTC)


def test_recommendations_and_labels_are_looked_at_within_a_time_that_the_knowledge_gives() -> None:
    for kind in (ClockKind.RECOMMENDATION, ClockKind.REVIEW):
        assert of_kind(kind, load().clocks.values()) is not None
