"""Guarantee: what is not expressly granted is denied, and the narrower decision prevails."""

from datetime import UTC, date, datetime

import pytest

from builders import a_claim
from tocsin.domain.claims import ConsentRule
from tocsin.domain.routing.consent import Allowed, may, visible_claims
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Purpose, Tlp

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
GRANTED, REFUSED = ConsentStatus.GRANTED, ConsentStatus.REFUSED
UNKNOWN, WITHDRAWN = ConsentStatus.UNKNOWN, ConsentStatus.WITHDRAWN
ALL, NGOS = Audience.ALL_MECHANISMS, Audience.NGOS


def decision(
    recipient: Audience | str,
    status: ConsentStatus = GRANTED,
    purpose: Purpose = Purpose.ALERT,
    expires_on: date | None = None,
) -> ConsentRule:
    return ConsentRule(recipient=recipient, purpose=purpose, status=status, expires_on=expires_on)


TABLE: list[tuple[str, list[ConsentRule], str]] = [
    ("omitted", [], "consent-absent"),
    ("granted to the class", [decision(ALL)], "consent-granted"),
    ("refused", [decision(ALL, REFUSED)], "consent-refused"),
    ("unknown", [decision(ALL, UNKNOWN)], "consent-unknown"),
    ("withdrawn", [decision(ALL, WITHDRAWN)], "consent-withdrawn"),
    ("another purpose", [decision(ALL, purpose=Purpose.SHARE)], "consent-absent"),
    ("another class", [decision(NGOS)], "consent-absent"),
    ("another mechanism", [decision("ACHPR-SRHRD")], "consent-absent"),
    ("the mechanism itself", [decision("UN-WGAD")], "consent-granted"),
    ("class granted, mechanism refused", [decision(ALL), decision("UN-WGAD", REFUSED)], "consent-refused"),
    ("class refused, mechanism granted", [decision(ALL, REFUSED), decision("UN-WGAD")], "consent-granted"),
    ("class granted, family refused", [decision(ALL), decision("UN", REFUSED)], "consent-refused"),
    ("family refused, mechanism granted", [decision("UN", REFUSED), decision("UN-WGAD")], "consent-granted"),
    ("same width, one refusal", [decision(ALL), decision(ALL, REFUSED)], "consent-refused"),
    ("same width, one withdrawal", [decision("UN-WGAD"), decision("UN-WGAD", WITHDRAWN)], "consent-withdrawn"),
    ("expired yesterday", [decision(ALL, expires_on=date(2026, 11, 23))], "consent-expired"),
    ("expires today", [decision(ALL, expires_on=date(2026, 11, 24))], "consent-granted"),
    (
        "class granted, mechanism expired",
        [decision(ALL), decision("UN-WGAD", expires_on=date(2026, 1, 1))],
        "consent-expired",
    ),
    ("an expired refusal still refuses", [decision(ALL, REFUSED, expires_on=date(2026, 1, 1))], "consent-refused"),
]


@pytest.mark.parametrize(("situation", "consents", "rule"), TABLE, ids=[t[0] for t in TABLE])
def test_consent_to_a_mechanism(situation: str, consents: list[ConsentRule], rule: str) -> None:
    for order in (consents, consents[::-1]):
        verdict = may(a_claim(consents=order), ALL, "UN-WGAD", Purpose.ALERT, NOW)
        assert verdict.rule == rule
        assert isinstance(verdict, Allowed) is (rule == "consent-granted")


@pytest.mark.parametrize(
    ("consents", "rule"),
    [
        ([decision(ALL)], "consent-absent"),
        ([decision(NGOS)], "consent-granted"),
        ([decision("EU-PD")], "consent-granted"),
        ([decision("EU")], "consent-absent"),
        ([decision(NGOS), decision("EU", REFUSED)], "consent-refused"),
    ],
)
def test_an_ngo_needs_a_consent_to_ngos_or_to_itself(consents: list[ConsentRule], rule: str) -> None:
    assert may(a_claim(consents=consents), NGOS, "EU-PD", Purpose.ALERT, NOW).rule == rule


def test_a_decision_on_one_mandate_is_the_narrowest() -> None:
    claim = a_claim(consents=[decision(ALL), decision("UN-SP"), decision("UN-FOE", REFUSED)])
    assert may(claim, ALL, "UN-SP", Purpose.ALERT, NOW, "UN-FOE").rule == "consent-refused"
    assert may(claim, ALL, "UN-SP", Purpose.ALERT, NOW, "UN-IJL").rule == "consent-granted"


@pytest.mark.parametrize(("recipient", "rule"), [(ALL, "tlp-red"), ("UN", "tlp-red"), ("UN-WGAD", "consent-granted")])
def test_a_red_report_reaches_only_a_mechanism_that_is_named(recipient: Audience | str, rule: str) -> None:
    claim = a_claim(consents=[decision(recipient)], tlp=Tlp.RED)
    assert may(claim, ALL, "UN-WGAD", Purpose.ALERT, NOW).rule == rule


def test_visible_claims_leave_out_what_is_denied_embargoed_or_unlikely() -> None:
    ids = [f"00000000-0000-5000-8000-00000000000{n}" for n in range(5)]
    claims = [
        a_claim(report_id=ids[4]),
        a_claim(report_id=ids[1], consents=[]),
        a_claim(report_id=ids[2], embargo_until=datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC)),
        a_claim(report_id=ids[3], certainty=Certainty.UNLIKELY),
        a_claim(report_id=ids[0], embargo_until=NOW),
    ]
    visible = visible_claims(claims, "UN-WGAD", ALL, Purpose.ALERT, NOW)
    assert [c.report_id for c in visible] == [ids[0], ids[4]]
