"""Guarantee: of the claims of a case each addressee sees those that its own consent opens, and of each no more."""

from datetime import UTC, datetime

from builders import a_claim
from consents import decision
from tocsin.domain.routing.consent import Addressee, shown_to, visible_claims
from tocsin.domain.routing.disclosure import Shown, fields_of, redact
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import Audience, Certainty, Purpose

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ALL = Audience.ALL_MECHANISMS
WGAD = Addressee(ALL, "UN-WGAD")
IDS = [f"00000000-0000-5000-8000-00000000000{n}" for n in range(5)]


def test_visible_claims_leave_out_what_is_denied_embargoed_or_unlikely() -> None:
    claims = [
        a_claim(report_id=IDS[4]),
        a_claim(report_id=IDS[1], consents=[]),
        a_claim(report_id=IDS[2], embargo_until=datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC)),
        a_claim(report_id=IDS[3], certainty=Certainty.UNLIKELY),
        a_claim(report_id=IDS[0], embargo_until=NOW),
    ]
    visible = visible_claims(claims, "UN-WGAD", ALL, Purpose.ALERT, NOW)
    assert [c.report_id for c in visible] == [IDS[0], IDS[4]]


def test_visible_claims_ask_for_the_mandate_and_for_informed_consent() -> None:
    for_one = a_claim(consents=[decision("UN-FOE")])
    assert visible_claims([for_one], "UN-SP", ALL, Purpose.ALERT, NOW) == []
    assert visible_claims([for_one], "UN-SP", ALL, Purpose.ALERT, NOW, "UN-FOE") == [for_one]
    assert visible_claims([for_one], "UN-SP", ALL, Purpose.ALERT, NOW, "UN-FOE", informed_consent=True) == []


def test_each_claim_of_a_merged_case_is_shown_under_its_own_consent() -> None:
    share = decision(ALL, purpose=Purpose.SHARE)
    open_, marked, closed, first = (
        a_claim(report_id=IDS[2], consents=[share], country="TGO"),
        a_claim(report_id=IDS[1], consents=[share], country="GHA", confidential_fields=["/violation/country"]),
        a_claim(report_id=IDS[3], consents=[decision(ALL)], country="BEN"),
        a_claim(report_id=IDS[4], consents=[share], country="NER", received_at=datetime(2026, 1, 1, tzinfo=UTC)),
    )
    shown = shown_to(WGAD, [open_, marked, closed, first], NOW)
    assert [s.country for s in shown] == ["NER", None, "TGO"]
    assert shown[2] == redact(open_, fields_of(open_, DisclosureLevel.L1))
    assert shown_to(WGAD, [open_], NOW, DisclosureLevel.L0) == [Shown()]
    assert shown_to(WGAD, [open_], NOW, DisclosureLevel.L2)[0].publisher == open_.publisher
