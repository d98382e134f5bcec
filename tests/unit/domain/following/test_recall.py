"""What is called back from those who were told: what may no longer be told, because somebody took it back."""

from datetime import timedelta

import pytest

from builders import a_claim
from databases import NOW
from tocsin.domain.claims import ConsentRule
from tocsin.domain.following.recall import Telling, taken_back
from tocsin.domain.routing.consent import addressee
from tocsin.knowledge.load import load
from tocsin_schemas.vocabulary import Certainty, ConsentStatus, Purpose, Tlp

TOWARDS = {"alert": addressee(load().mechanisms["UN-WGAD"], "UN-WGAD")}
CLAIM = a_claim()


def _told(showed: bool = True) -> Telling:
    return Telling("delivery", 1, CLAIM.report_id, "alert", "person", showed)


def _with(status: ConsentStatus, purpose: Purpose, **over) -> list[ConsentRule]:
    return [*CLAIM.consents, ConsentRule(recipient="UN-WGAD", purpose=purpose, status=status, **over)]


ALERT, SHARE = Purpose.ALERT, Purpose.SHARE
YESTERDAY = NOW.date() - timedelta(days=1)
GRANTED = ConsentStatus.GRANTED
CASES = [
    ("nothing changed", {}, True, False),
    ("consent withdrawn", {"consents": _with(ConsentStatus.WITHDRAWN, ALERT)}, False, True),
    ("consent refused", {"consents": _with(ConsentStatus.REFUSED, ALERT)}, False, True),
    ("consent no longer known", {"consents": _with(ConsentStatus.UNKNOWN, ALERT)}, False, True),
    ("no consent is left", {"consents": []}, False, True),
    ("sharing withdrawn, facts were shown", {"consents": _with(ConsentStatus.WITHDRAWN, SHARE)}, True, True),
    ("sharing withdrawn, none were shown", {"consents": _with(ConsentStatus.WITHDRAWN, SHARE)}, False, False),
    ("marked red", {"tlp": Tlp.RED}, False, True),
    ("consent expired", {"consents": _with(GRANTED, ALERT, informed=True, expires_on=YESTERDAY)}, False, False),
    ("under embargo now", {"embargo_until": NOW + timedelta(days=1)}, True, False),
    ("called unlikely", {"certainty": Certainty.UNLIKELY}, True, False),
]


@pytest.mark.parametrize(("over", "showed", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_is_called_back(over, showed: bool, expected: bool) -> None:
    claims = {CLAIM.report_id: a_claim(**over)}
    told = _told(showed)
    assert taken_back([told], claims, TOWARDS, NOW) == ([told] if expected else [])


def test_a_withdrawn_report_is_called_back() -> None:
    assert taken_back([_told()], {}, TOWARDS, NOW) == [_told()]


def test_what_is_not_known_to_be_allowed_is_called_back() -> None:
    assert taken_back([_told()], {CLAIM.report_id: CLAIM}, {}, NOW) == [_told()]
