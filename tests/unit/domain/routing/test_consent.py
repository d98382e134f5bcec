"""Guarantee: what is not expressly granted is denied, and the narrower decision prevails."""

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from builders import a_claim
from consents import decision
from tocsin.domain.claims import ConsentRule
from tocsin.domain.routing.consent import (
    Addressee,
    Allowed,
    Denied,
    Granted,
    addressee,
    day_of,
    is_credible,
    may,
    under_embargo,
    visible_fields,
    weigh,
)
from tocsin.domain.routing.disclosure import fields_of
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.knowledge import Competence, Mechanism
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Purpose, Tlp

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
GRANTED, REFUSED = ConsentStatus.GRANTED, ConsentStatus.REFUSED
UNKNOWN, WITHDRAWN = ConsentStatus.UNKNOWN, ConsentStatus.WITHDRAWN
ALL, NGOS, GOVERNMENT, MEDIA, PUBLIC = Audience
WGAD = Addressee(ALL, "UN-WGAD")
NGO = Addressee(NGOS, "EU-PD")
YESTERDAY, TODAY = date(2026, 11, 23), date(2026, 11, 24)
IDS = [f"00000000-0000-5000-8000-00000000000{n}" for n in range(5)]


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
    ("the family", [decision("UN")], "consent-granted"),
    ("class granted, mechanism refused", [decision(ALL), decision("UN-WGAD", REFUSED)], "consent-refused"),
    ("class refused, mechanism granted", [decision(ALL, REFUSED), decision("UN-WGAD")], "consent-granted"),
    ("class granted, family refused", [decision(ALL), decision("UN", REFUSED)], "consent-refused"),
    ("class refused, family granted", [decision(ALL, REFUSED), decision("UN")], "consent-granted"),
    ("family refused, mechanism granted", [decision("UN", REFUSED), decision("UN-WGAD")], "consent-granted"),
    ("family granted, mechanism unknown", [decision("UN"), decision("UN-WGAD", UNKNOWN)], "consent-unknown"),
    ("same width, one refusal", [decision(ALL), decision(ALL, REFUSED)], "consent-refused"),
    ("same width, one withdrawal", [decision("UN-WGAD"), decision("UN-WGAD", WITHDRAWN)], "consent-withdrawn"),
    ("same width, one doubt", [decision(ALL), decision(ALL, UNKNOWN)], "consent-unknown"),
    ("same width, one expired", [decision(ALL), decision(ALL, expires_on=YESTERDAY)], "consent-expired"),
    ("refused and withdrawn", [decision(ALL, WITHDRAWN), decision(ALL, REFUSED)], "consent-refused"),
    ("withdrawn and unknown", [decision(ALL, UNKNOWN), decision(ALL, WITHDRAWN)], "consent-withdrawn"),
    ("unknown and expired", [decision(ALL, expires_on=YESTERDAY), decision(ALL, UNKNOWN)], "consent-unknown"),
    ("expired yesterday", [decision(ALL, expires_on=YESTERDAY)], "consent-expired"),
    ("expires today", [decision(ALL, expires_on=TODAY)], "consent-granted"),
    ("expires tomorrow", [decision(ALL, expires_on=date(2026, 11, 25))], "consent-granted"),
    ("class granted, mechanism expired", [decision(ALL), decision("UN-WGAD", expires_on=YESTERDAY)], "consent-expired"),
    ("an expired refusal still refuses", [decision(ALL, REFUSED, expires_on=YESTERDAY)], "consent-refused"),
]


@pytest.mark.parametrize(("situation", "consents", "rule"), TABLE, ids=[t[0] for t in TABLE])
def test_consent_to_a_mechanism(situation: str, consents: list[ConsentRule], rule: str) -> None:
    for order in (consents, consents[::-1]):
        verdict = may(a_claim(consents=order), WGAD, Purpose.ALERT, NOW)
        assert verdict == (Granted(frozenset(), rule) if rule == "consent-granted" else Denied(rule))


@pytest.mark.parametrize(
    ("consents", "rule"),
    [
        ([decision(ALL)], "consent-absent"),
        ([decision(NGOS)], "consent-granted"),
        ([decision("EU-PD")], "consent-granted"),
        ([decision("EU")], "consent-absent"),
        ([decision("EU", expires_on=YESTERDAY)], "consent-absent"),
        ([decision("EU", expires_on=YESTERDAY), decision(NGOS)], "consent-granted"),
        ([decision(NGOS), decision("EU", REFUSED)], "consent-refused"),
        ([decision(NGOS), decision("EU", WITHDRAWN)], "consent-withdrawn"),
        ([decision(NGOS), decision("EU", UNKNOWN), decision("EU")], "consent-unknown"),
        ([decision("EU-PD"), decision("EU", REFUSED)], "consent-granted"),
        ([decision(NGOS, REFUSED), decision("EU")], "consent-refused"),
    ],
)
def test_an_ngo_needs_a_consent_to_ngos_or_to_itself(consents: list[ConsentRule], rule: str) -> None:
    assert may(a_claim(consents=consents), NGO, Purpose.ALERT, NOW).rule == rule


def test_an_ngo_that_is_its_own_family_is_named_by_it() -> None:
    claim = a_claim(consents=[decision("FIDH")], tlp=Tlp.RED)
    assert may(claim, Addressee(NGOS, "FIDH"), Purpose.ALERT, NOW).rule == "consent-granted"


def test_only_an_ngo_is_passed_over_by_a_grant_to_its_family() -> None:
    claim = a_claim(consents=[decision("PRESS", purpose=Purpose.PUBLISH)], tlp=Tlp.CLEAR)
    rules = {a: may(claim, Addressee(a, "PRESS-ONE"), Purpose.PUBLISH, NOW).rule for a in Audience if a != GOVERNMENT}
    assert rules == {
        ALL: "consent-granted",
        NGOS: "consent-absent",
        MEDIA: "consent-granted",
        PUBLIC: "consent-granted",
    }


def test_a_decision_on_one_mandate_is_the_narrowest() -> None:
    claim = a_claim(consents=[decision(ALL), decision("UN-SP"), decision("UN-FOE", REFUSED)])
    assert may(claim, Addressee(ALL, "UN-SP", "UN-FOE"), Purpose.ALERT, NOW).rule == "consent-refused"
    assert may(claim, Addressee(ALL, "UN-SP", "UN-IJL"), Purpose.ALERT, NOW).rule == "consent-granted"
    only_one = a_claim(consents=[decision("UN-SP", REFUSED), decision("UN-FOE")], tlp=Tlp.RED)
    assert may(only_one, Addressee(ALL, "UN-SP", "UN-FOE"), Purpose.ALERT, NOW).rule == "consent-granted"
    assert may(only_one, Addressee(ALL, "UN-SP", "UN-IJL"), Purpose.ALERT, NOW).rule == "consent-refused"


FITTING = {
    ALL: set(Purpose),
    NGOS: set(Purpose),
    GOVERNMENT: {Purpose.TRANSMIT_TO_GOVERNMENT},
    MEDIA: {Purpose.PUBLISH, Purpose.USE_PHOTO},
    PUBLIC: {Purpose.PUBLISH, Purpose.USE_PHOTO},
}


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("purpose", Purpose)
def test_a_purpose_that_does_not_fit_an_audience_is_denied_whatever_was_granted(
    audience: Audience, purpose: Purpose
) -> None:
    claim = a_claim(consents=[decision(audience, purpose=purpose)], tlp=Tlp.CLEAR)
    rule = "consent-granted" if purpose in FITTING[audience] else "purpose-unfit"
    assert may(claim, Addressee(audience), purpose, NOW).rule == rule


MARKED = [
    # mark, who is named, towards whom, for what, the rule that decides
    *((tlp, ALL, WGAD, Purpose.SHARE, "consent-granted") for tlp in Tlp if tlp is not Tlp.RED),
    *((tlp, "UN", WGAD, Purpose.SHARE, "consent-granted") for tlp in Tlp if tlp is not Tlp.RED),
    *((tlp, "UN-WGAD", WGAD, Purpose.SHARE, "consent-granted") for tlp in Tlp),
    *((tlp, "EU-PD", NGO, Purpose.ALERT, "consent-granted") for tlp in Tlp),
    *((tlp, NGOS, NGO, Purpose.ALERT, "consent-granted") for tlp in (Tlp.AMBER, Tlp.GREEN, Tlp.CLEAR)),
    *((tlp, GOVERNMENT, Addressee(GOVERNMENT), Purpose.TRANSMIT_TO_GOVERNMENT, "consent-granted") for tlp in Tlp),
    (Tlp.RED, ALL, WGAD, Purpose.SHARE, "tlp-red"),
    (Tlp.RED, "UN", WGAD, Purpose.SHARE, "tlp-red"),
    (Tlp.RED, NGOS, NGO, Purpose.ALERT, "tlp-red"),
    (Tlp.AMBER_STRICT, NGOS, NGO, Purpose.ALERT, "tlp-amber-strict"),
    (Tlp.RED, "UN-WGAD", WGAD, Purpose.PUBLISH, "tlp-red"),
    (Tlp.AMBER_STRICT, "EU-PD", NGO, Purpose.PUBLISH, "tlp-amber-strict"),
    (Tlp.AMBER, "UN-WGAD", WGAD, Purpose.USE_PHOTO, "tlp-amber"),
    (Tlp.AMBER, ALL, WGAD, Purpose.PUBLISH, "tlp-amber"),
    (Tlp.GREEN, NGOS, NGO, Purpose.PUBLISH, "tlp-green"),
    (Tlp.GREEN, MEDIA, Addressee(MEDIA), Purpose.PUBLISH, "tlp-green"),
    (Tlp.AMBER, PUBLIC, Addressee(PUBLIC), Purpose.USE_PHOTO, "tlp-amber"),
    (Tlp.CLEAR, MEDIA, Addressee(MEDIA), Purpose.PUBLISH, "consent-granted"),
    (Tlp.CLEAR, "UN-WGAD", WGAD, Purpose.PUBLISH, "consent-granted"),
]


@pytest.mark.parametrize(("tlp", "named", "towards", "purpose", "rule"), MARKED)
def test_a_mark_stands_above_consent(
    tlp: Tlp, named: Audience | str, towards: Addressee, purpose: Purpose, rule: str
) -> None:
    claim = a_claim(consents=[decision(named, purpose=purpose)], tlp=tlp)
    assert may(claim, towards, purpose, NOW).rule == rule
    no_mark_opens = a_claim(consents=[decision(named, REFUSED, purpose)], tlp=tlp)
    assert may(no_mark_opens, towards, purpose, NOW).rule == "consent-refused"


def test_a_mark_closes_no_doubt_that_reached_an_ngo_through_its_family() -> None:
    for tlp in Tlp:
        for purpose in (Purpose.ALERT, Purpose.PUBLISH):
            claim = a_claim(consents=[decision("EU", purpose=purpose), decision("EU-PD", purpose=purpose)], tlp=tlp)
            assert may(claim, Addressee(NGOS, "EU-OTHER"), purpose, NOW).rule == "consent-absent"


@pytest.mark.parametrize(
    ("consents", "rule"),
    [
        ([decision(ALL, informed=True)], "consent-granted"),
        ([decision(ALL)], "consent-not-informed"),
        ([decision(ALL, informed=True), decision(ALL)], "consent-not-informed"),
        ([decision(ALL, informed=True), decision("UN-ASG")], "consent-not-informed"),
        ([decision(ALL), decision("UN-ASG", informed=True)], "consent-granted"),
        ([decision(ALL, REFUSED, informed=True)], "consent-refused"),
        ([decision(ALL, expires_on=YESTERDAY)], "consent-expired"),
        ([], "consent-absent"),
    ],
)
def test_who_acts_on_informed_consent_alone_is_told_nothing_without_it(consents: list[ConsentRule], rule: str) -> None:
    claim = a_claim(consents=consents)
    assert may(claim, Addressee(ALL, "UN-ASG", informed_consent=True), Purpose.ALERT, NOW).rule == rule
    others = rule if rule != "consent-not-informed" else "consent-granted"
    assert may(claim, Addressee(ALL, "UN-ASG"), Purpose.ALERT, NOW).rule == others
    assert weigh(claim, TODAY).permission(ALL, "UN-ASG", Purpose.ALERT).rule == others


def test_a_mechanism_is_addressed_as_the_knowledge_describes_it() -> None:
    mechanism = Mechanism(
        key="UN-ASG",
        name={"en": "Senior official"},
        competence=Competence.ALL_STATES,
        audience=NGOS,
        informed_consent=True,
        languages=["en"],
        source="invented",
    )
    assert addressee(mechanism, "SEAT") == Addressee(NGOS, "UN-ASG", "SEAT", True)
    assert addressee(mechanism) == Addressee(NGOS, "UN-ASG", None, True)


def test_a_withdrawal_denies_from_the_moment_it_is_known() -> None:
    before = a_claim(consents=[decision(ALL)])
    after = before.model_copy(update={"consents": [decision(ALL, WITHDRAWN)]})
    assert may(before, WGAD, Purpose.ALERT, NOW).rule == "consent-granted"
    assert may(after, WGAD, Purpose.ALERT, NOW).rule == "consent-withdrawn"


def test_a_consent_expires_with_its_day_of_utc_wherever_the_clock_stands() -> None:
    claim = a_claim(consents=[decision(ALL, expires_on=YESTERDAY)])
    west = datetime(2026, 11, 23, 21, tzinfo=timezone(timedelta(hours=-5)))
    east = datetime(2026, 11, 24, 3, tzinfo=timezone(timedelta(hours=5)))
    assert (day_of(west), day_of(east)) == (TODAY, YESTERDAY)
    assert may(claim, WGAD, Purpose.ALERT, west).rule == "consent-expired"
    assert may(claim, WGAD, Purpose.ALERT, east).rule == "consent-granted"


def test_an_unlikely_claim_waits_and_nothing_is_told_before_an_embargo_ends() -> None:
    unlikely = a_claim(certainty=Certainty.UNLIKELY, embargo_until=NOW + timedelta(1))
    embargoed = a_claim(embargo_until=NOW + timedelta(microseconds=1))
    assert may(unlikely, WGAD, Purpose.ALERT, NOW) == Denied("certainty-unlikely")
    assert may(embargoed, WGAD, Purpose.ALERT, NOW) == Denied("under-embargo")
    assert isinstance(may(a_claim(embargo_until=NOW), WGAD, Purpose.ALERT, NOW), Granted)
    moments = (None, NOW - timedelta(1), NOW, NOW + timedelta(1))
    assert [under_embargo(a_claim(embargo_until=at), NOW) for at in moments] == [False, False, False, True]
    assert [c for c in Certainty if not is_credible(a_claim(certainty=c))] == [Certainty.UNLIKELY]


def test_an_alert_opens_nothing_but_that_there_is_a_case() -> None:
    claim = a_claim()
    for level in DisclosureLevel:
        assert may(claim, WGAD, Purpose.ALERT, NOW, level) == Granted(frozenset(), "consent-granted")
        shared = may(claim, WGAD, Purpose.SHARE, NOW, level)
        assert shared == Granted(fields_of(claim, level), "consent-granted")
        assert visible_fields(claim, WGAD, Purpose.SHARE, level, NOW) == fields_of(claim, level)
    assert may(claim, WGAD, Purpose.SHARE, NOW) == Granted(fields_of(claim, DisclosureLevel.L1), "consent-granted")
    assert visible_fields(claim, WGAD, Purpose.PUBLISH, DisclosureLevel.L1, NOW) == Denied("consent-absent")


def test_what_a_permission_says() -> None:
    weighed = weigh(a_claim(consents=[decision(ALL)]), TODAY)
    assert weighed.permission(ALL, "UN-WGAD", Purpose.ALERT) == Allowed("consent-granted", informed=False)
    assert Allowed().informed
    assert Allowed().rule == "consent-granted"


@pytest.mark.parametrize("answer", [Allowed(), Denied("tlp-red"), Granted(frozenset(), "r"), weigh(a_claim(), TODAY)])
def test_no_answer_can_be_changed(answer: object) -> None:
    for name in answer.__dataclass_fields__:
        with pytest.raises(FrozenInstanceError):
            setattr(answer, name, None)
