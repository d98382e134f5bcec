"""Guarantee: whatever is reported, everyone is told once, nobody beyond consent, and no order changes anything."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builders import a_claim
from tocsin.domain.claims import Claim, ConsentRule
from tocsin.domain.routing.consent import Granted, addressee, may
from tocsin.domain.routing.disclosure import fields_of
from tocsin.domain.routing.jurisdiction import rule_on_all
from tocsin.domain.routing.routes import Routing, route
from tocsin.domain.routing.standing import Lowered, Standing
from tocsin.knowledge.load import labels, load
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Absence, DutyHours, Recipient, Role, Weekday
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Priority, Purpose, Tlp, ViolationType

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
IDS = [f"00000000-0000-5000-8000-00000000000{n}" for n in range(10)]
KNOWN = load()
MANDATES = [mandate.key for mandate in KNOWN.mandates]


_PLAIN = a_claim()


def a_variant(**facts: Any) -> Claim:
    """Of the plain claim, without building its report again."""
    return _PLAIN.model_copy(update=facts)


def routed(claims: Sequence[Claim], to: Sequence[Recipient], standing: Standing | None = None) -> Routing:
    return route(claims, to, KNOWN, NOW, standing or Standing())


def a_grant(recipient: str, purpose: Purpose) -> ConsentRule:
    return ConsentRule(recipient=recipient, purpose=purpose, status=ConsentStatus.GRANTED, informed=True)


TO_ALL = [a_grant(r, p) for r in (Audience.ALL_MECHANISMS, Audience.NGOS) for p in (Purpose.ALERT, Purpose.SHARE)]

_rules = st.builds(
    ConsentRule,
    recipient=st.sampled_from([Audience.ALL_MECHANISMS, Audience.NGOS, "UN-WGAD", "UN-SP", "UN", "NGO-AI", "OIF"]),
    purpose=st.sampled_from([Purpose.ALERT, Purpose.SHARE]),
    status=st.sampled_from(ConsentStatus),
    informed=st.booleans(),
    expires_on=st.sampled_from([None, date(2026, 1, 1), date(2027, 1, 1)]),
)


@st.composite
def cases(draw: st.DrawFn) -> list[Claim]:
    return [
        a_variant(
            report_id=report_id,
            publisher=draw(st.sampled_from(["NGO-OBS", "UN-WGAD", "OIF"])),
            country=draw(st.sampled_from(["TGO", "CHN", "NER", "FRA", "NCL"])),
            further_states=draw(st.sampled_from([[], ["RUS"]])),
            date=draw(st.sampled_from(["2026-11-20", "2025-09", "1969", "2020/2026"])),
            ongoing=draw(st.booleans()),
            violations=draw(st.lists(st.sampled_from(ViolationType), min_size=1, max_size=3, unique=True)),
            strict_reprisal=draw(st.booleans()),
            reprisal_mechanism=draw(st.sampled_from(["UN-WGAD", "COE", "ACHPR"])),
            consents=draw(st.just(TO_ALL) | st.lists(_rules, max_size=4)),
            certainty=draw(st.sampled_from(Certainty)),
            tlp=draw(st.sampled_from(Tlp)),
            embargo_until=draw(st.sampled_from([None, NOW, LATER])),
            confidential_fields=draw(st.sampled_from([[], ["/violation"], ["/risk/to_life"]])),
        )
        for report_id in IDS[: draw(st.integers(1, 3))]
    ]


_keys = [f"p{n}" for n in range(8)]
_absences = st.builds(
    Absence,
    first_day=st.just(NOW.date()),
    last_day=st.just(NOW.date()),
    delegate=st.none() | st.sampled_from(_keys),
)
_hours = st.sampled_from([None, DutyHours(days=[Weekday.MONDAY], start=time(9), end=time(17))])


@st.composite
def directories(draw: st.DrawFn) -> list[Recipient]:
    return [
        Recipient(
            recipient_id=f"{number:032x}",
            key=key,
            mandates=draw(st.lists(st.sampled_from(MANDATES), min_size=1, max_size=12, unique=True)),
            role=draw(st.sampled_from(Role)),
            languages=["fr"],
            deputy=draw(st.none() | st.sampled_from(_keys)),
            absences=draw(st.lists(_absences, max_size=1)),
            duty_hours=draw(_hours),
            level=draw(st.sampled_from(DisclosureLevel)),
            valid_to=draw(st.sampled_from([None, None, date(2026, 1, 1)])),
        )
        for number, key in enumerate(draw(st.lists(st.sampled_from(_keys), unique=True)))
    ]


_standings = st.builds(
    Standing,
    emblematic=st.booleans(),
    impunity_by_link=st.booleans(),
    lowered=st.sampled_from([None, Lowered(Priority.P4, "operator-1", Priority.P2)]),
)


def tells(claim: Claim, mechanism: str, mandate: str, purpose: Purpose) -> bool:
    return isinstance(may(claim, addressee(KNOWN.mechanisms[mechanism], mandate), purpose, NOW), Granted)


@given(cases(), directories())
def test_no_route_without_a_report_of_another_that_may_be_told_to_it(
    claims: list[Claim], recipients: list[Recipient]
) -> None:
    for found in routed(claims, recipients).routes:
        own = {found.mechanism, found.mandate}
        others = [claim for claim in claims if claim.publisher not in own]
        assert any(tells(claim, found.mechanism, found.mandate, Purpose.ALERT) for claim in others)


@given(cases(), directories())
def test_no_route_without_competence(claims: list[Claim], recipients: list[Recipient]) -> None:
    rulings = rule_on_all(claims, KNOWN, NOW.date())
    assert all(rulings[found.mechanism].competent for found in routed(claims, recipients).routes)


@given(cases(), directories())
def test_a_field_may_be_shown_only_if_one_report_shows_it(claims: list[Claim], recipients: list[Recipient]) -> None:
    for found in routed(claims, recipients).routes:
        telling = [c for c in claims if tells(c, found.mechanism, found.mandate, Purpose.SHARE)]
        assert set(found.fields) <= set().union(*(fields_of(c, found.level) for c in telling))
        assert found.level is DisclosureLevel.L0 or telling


@given(cases(), directories())
def test_one_message_per_person_and_one_decision_per_mandate(claims: list[Claim], recipients: list[Recipient]) -> None:
    routing = routed(claims, recipients)
    told = [person for r in routing.routes for person in r.recipients]
    assert len(told) == len(set(told))
    assert {p for r in routing.routes for p, _ in r.told_through} <= set(told)
    decided = [d.mandate for d in (*routing.routes, *routing.refusals)]
    assert len(decided) == len(set(decided))


@given(cases(), directories())
def test_the_first_tier_is_told_and_nobody_else(claims: list[Claim], recipients: list[Recipient]) -> None:
    for found in routed(claims, recipients).routes:
        elsewhere = [person for person, _ in found.told_through]
        assert sorted([*found.recipients, *elsewhere]) == sorted(found.chain[0].recipients)


@given(cases(), directories(), _standings, st.randoms(use_true_random=False))
def test_the_order_of_reports_and_recipients_changes_nothing(
    claims: list[Claim], recipients: list[Recipient], standing: Standing, random: Any
) -> None:
    shuffled, others = list(claims), list(recipients)
    random.shuffle(shuffled)
    random.shuffle(others)
    assert routed(shuffled, others, standing) == routed(claims, recipients, standing)


@given(cases(), directories(), st.sampled_from(MANDATES), st.sampled_from(Role))
def test_one_more_holder_removes_no_route(
    claims: list[Claim], recipients: list[Recipient], mandate: str, role: Role
) -> None:
    further = Recipient(recipient_id="f" * 32, key="further", mandates=[mandate], role=role, languages=["en"])
    before = {found.mandate for found in routed(claims, recipients).routes}
    assert before <= {found.mandate for found in routed(claims, [*recipients, further]).routes}


@given(cases(), directories(), _standings)
def test_every_rule_and_reason_has_words_in_both_languages(
    claims: list[Claim], recipients: list[Recipient], standing: Standing
) -> None:
    routing = routed(claims, recipients, standing)
    rules = {routing.triage_rule, *(d.rule for d in (*routing.routes, *routing.refusals))}
    axes = ("urgency-", "severity-", "certainty-")
    reasons = {reason for reason in routing.reasons if not reason.startswith(axes)}
    for language in ("en", "fr"):
        words = labels(language)
        assert rules <= set(words["rules"])
        assert reasons <= set(words["aggravators"]) | set(words["reasons"])


@given(cases(), cases(), directories())
def test_a_report_that_may_not_be_told_adds_nothing_to_a_route(
    claims: list[Claim], others: list[Claim], recipients: list[Recipient]
) -> None:
    """A merge never widens consent: not the recipients, not the level, not the fields, not the priority."""
    silent = [c.model_copy(update={"report_id": IDS[9 - n], "consents": []}) for n, c in enumerate(others)]
    assert routed([*claims, *silent], recipients).routes == routed(claims, recipients).routes


def test_the_reason_given_does_not_depend_on_which_of_two_reports_came_first() -> None:
    pair = [a_claim(report_id=IDS[0], country="NER"), a_claim(report_id=IDS[1], country="CHN")]
    assert routed(pair, []) == routed(pair[::-1], [])
