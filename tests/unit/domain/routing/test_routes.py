"""Guarantee: everyone competent is told once, nobody is told beyond consent, and each decision names its rule."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builders import a_claim
from tocsin.domain.claims import Claim, ConsentRule
from tocsin.domain.routing.consent import Allowed, may
from tocsin.domain.routing.routes import Refusal, Route, Routing, route
from tocsin.knowledge.load import labels, load
from tocsin_schemas.alerts import DisclosureLevel, HoldReason
from tocsin_schemas.directory import Recipient, Role
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Priority, Purpose, Tlp, ViolationType

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
IDS = [f"00000000-0000-5000-8000-00000000000{n}" for n in range(10)]


def consents(*recipients: Audience | str, purposes: Sequence[Purpose] = (Purpose.ALERT, Purpose.SHARE)) -> list[Any]:
    return [ConsentRule(recipient=r, purpose=p, status=ConsentStatus.GRANTED) for r in recipients for p in purposes]


def a_recipient(number: int, *mandates: str, **over: Any) -> Recipient:
    return Recipient(
        recipient_id=f"{number:032x}",
        key=f"p{number}",
        mandates=list(mandates),
        role=Role.MANDATE_HOLDER,
        languages=["fr"],
        **over,
    )


EVERYONE = [a_recipient(n, m.key) for n, m in enumerate(load().mandates)]


def routed(*claims: Claim, to: Sequence[Recipient] = EVERYONE, now: datetime = NOW) -> Routing:
    return route(claims, to, load(), now)


def find(routing: Routing, mandate: str) -> Route | Refusal:
    return next(d for d in (*routing.routes, *routing.refusals) if d.mandate == mandate)


def refusal(routing: Routing, mandate: str) -> Refusal:
    found = find(routing, mandate)
    assert isinstance(found, Refusal)
    return found


def test_an_arrest_in_togo_reaches_every_competent_mandate() -> None:
    found = {r.mandate for r in routed(a_claim(publisher="NGO-OBS")).routes}
    assert found == {
        *("UN-SRHRD", "UN-WGAD", "UN-IJL", "UN-IP", "UN-ENV", "UN-VAW"),
        *("ACHPR-SRHRD", "ACHPR-COUNTRY", "ACHPR-PRISONS", "ACHPR-EXTRACTIVE"),
        *("OIF", "EU-EEAS", "EU-PD", "NGO-FLD", "NGO-AI"),
    }


def test_a_route_carries_rule_words_priority_level_and_time_to_answer() -> None:
    assert find(routed(a_claim()), "UN-WGAD") == Route(
        "UN-WGAD",
        "UN-WGAD",
        "mandate-by-violation",
        "arrest, arbitrary_detention; UN-WGAD is competent for every State, here TGO",
        Priority.P2,
        DisclosureLevel.L1,
        (f"{1:032x}",),
        (),
        NOW + timedelta(hours=24),
    )


def test_the_publisher_is_not_told_of_its_own_report() -> None:
    found = refusal(routed(a_claim(publisher="UN-WGAD")), "UN-WGAD")
    assert (found.rule, found.hold) == ("publisher-knows", None)


def test_a_publisher_that_is_one_seat_of_a_mechanism_leaves_the_other_seats_to_be_told() -> None:
    routing = routed(a_claim(publisher="UN-IJL"))
    assert find(routing, "UN-IJL").rule == "publisher-knows"
    assert isinstance(find(routing, "UN-ENV"), Route)


def test_the_publisher_is_told_when_another_mechanism_reports_the_same_case() -> None:
    routing = routed(a_claim(publisher="UN-WGAD", report_id=IDS[0]), a_claim(publisher="NGO-OBS", report_id=IDS[1]))
    assert isinstance(find(routing, "UN-WGAD"), Route)


def test_without_consent_the_alert_is_held() -> None:
    found = refusal(routed(a_claim(consents=[])), "UN-WGAD")
    assert (found.rule, found.hold) == ("consent-absent", HoldReason.CONSENT)


def test_each_report_is_judged_under_its_own_consent() -> None:
    """The torture is told by a report that only NGOs may see; the detention may be told to all."""
    open_report = a_claim(report_id=IDS[0])
    for_ngos = a_claim(report_id=IDS[1], violations=[ViolationType.TORTURE], consents=consents(Audience.NGOS))
    routing = routed(open_report, for_ngos)
    assert isinstance(find(routing, "UN-WGAD"), Route)
    held = refusal(routing, "UN-TORTURE")
    assert (held.rule, held.hold) == ("consent-absent", HoldReason.CONSENT)
    told_all, told_some = find(routing, "NGO-AI"), find(routing, "UN-WGAD")
    assert isinstance(told_all, Route)
    assert isinstance(told_some, Route)
    assert (told_all.priority, told_some.priority) == (Priority.P1, Priority.P2)


def test_an_embargo_holds_until_it_is_over() -> None:
    later = LATER + timedelta(days=1)
    embargoed = [
        a_claim(report_id=IDS[0], embargo_until=later),
        a_claim(report_id=IDS[1], embargo_until=LATER),
    ]
    held = refusal(routed(*embargoed), "UN-WGAD")
    assert (held.rule, held.hold, held.release_at) == ("under-embargo", HoldReason.EMBARGO, LATER)
    assert isinstance(find(routed(*embargoed, now=LATER), "UN-WGAD"), Route)


def test_a_report_without_embargo_is_told_beside_one_under_embargo() -> None:
    routing = routed(a_claim(report_id=IDS[0], embargo_until=LATER), a_claim(report_id=IDS[1]))
    assert isinstance(find(routing, "UN-WGAD"), Route)


def test_an_unlikely_report_is_held_for_a_person() -> None:
    routing = routed(a_claim(certainty=Certainty.UNLIKELY))
    held = refusal(routing, "UN-WGAD")
    assert (held.rule, held.hold) == ("certainty-unlikely", HoldReason.CERTAINTY)
    assert routing.needs_review
    assert not routing.routes


def test_an_uncertain_report_is_told_and_reviewed() -> None:
    routing = routed(a_claim(certainty=Certainty.UNKNOWN))
    assert routing.needs_review
    assert isinstance(find(routing, "UN-WGAD"), Route)


def test_silence_is_named_when_nobody_holds_a_competent_mandate() -> None:
    held = refusal(routed(a_claim(), to=[a_recipient(1, "UN-SRHRD")]), "UN-WGAD")
    assert (held.rule, held.hold) == ("no-recipient", HoldReason.NO_RECIPIENT)


def test_a_recipient_out_of_office_is_not_told() -> None:
    former = a_recipient(1, "UN-WGAD", valid_to=date(2026, 11, 24))
    future = a_recipient(2, "UN-WGAD", valid_from=date(2026, 11, 25))
    assert find(routed(a_claim(), to=[former, future]), "UN-WGAD").rule == "no-recipient"


def test_a_mechanism_without_competence_is_refused_once_with_the_reason() -> None:
    routing = routed(a_claim(country="CHN"))
    refused = [r for r in routing.refusals if r.mechanism == "ACHPR-SRHRD"]
    assert [(r.mandate, r.rule, r.hold) for r in refused] == [("ACHPR-SRHRD", "not-a-member", None)]


def test_a_person_with_two_mandates_gets_one_message() -> None:
    both = a_recipient(1, "UN-IJL", "UN-WGAD")
    routing = routed(a_claim(), to=[both])
    first, second = find(routing, "UN-WGAD"), find(routing, "UN-IJL")
    assert isinstance(first, Route)
    assert isinstance(second, Route)
    assert first.recipients == (both.recipient_id,)
    assert (second.recipients, second.told_through) == ((), ((both.recipient_id, "UN-WGAD"),))


def test_the_one_message_is_the_one_that_tells_most() -> None:
    both = a_recipient(1, "UN-WGAD", "UN-IJL")
    claim = a_claim(consents=[*consents("UN-WGAD", purposes=[Purpose.ALERT]), *consents("UN-SP")])
    found = find(routed(claim, to=[both]), "UN-WGAD")
    assert isinstance(found, Route)
    assert found.told_through == ((both.recipient_id, "UN-IJL"),)


def test_the_level_is_the_least_of_consent_and_recipient() -> None:
    def level(claim: Claim, recipient: Recipient) -> DisclosureLevel:
        found = find(routed(claim, to=[recipient]), "UN-WGAD")
        assert isinstance(found, Route)
        return found.level

    alert_only = a_claim(consents=consents(Audience.ALL_MECHANISMS, purposes=[Purpose.ALERT]))
    assert level(a_claim(), a_recipient(1, "UN-WGAD", level=DisclosureLevel.L2)) is DisclosureLevel.L1
    assert level(a_claim(), a_recipient(1, "UN-WGAD", level=DisclosureLevel.L0)) is DisclosureLevel.L0
    assert level(alert_only, a_recipient(1, "UN-WGAD")) is DisclosureLevel.L0


# --- properties ----------------------------------------------------------------------------------------------------

_rules = st.builds(
    ConsentRule,
    recipient=st.sampled_from([Audience.ALL_MECHANISMS, Audience.NGOS, "UN-WGAD", "UN-SP", "UN", "NGO-AI", "OIF"]),
    purpose=st.sampled_from([Purpose.ALERT, Purpose.SHARE]),
    status=st.sampled_from(ConsentStatus),
    expires_on=st.sampled_from([None, date(2026, 1, 1), date(2027, 1, 1)]),
)


@st.composite
def cases(draw: st.DrawFn) -> list[Claim]:
    return [
        a_claim(
            report_id=report_id,
            publisher=draw(st.sampled_from(["NGO-OBS", "UN-WGAD", "OIF"])),
            country=draw(st.sampled_from(["TGO", "CHN", "NER", "FRA"])),
            violations=draw(st.lists(st.sampled_from(ViolationType), min_size=1, max_size=3, unique=True)),
            consents=draw(st.just(consents(*Audience)) | st.lists(_rules, max_size=4)),
            certainty=draw(st.sampled_from(Certainty)),
            tlp=draw(st.sampled_from(Tlp)),
            embargo_until=draw(st.sampled_from([None, NOW, LATER])),
        )
        for report_id in IDS[: draw(st.integers(1, 3))]
    ]


_directories = st.lists(
    st.lists(st.sampled_from([m.key for m in load().mandates]), min_size=1, max_size=12, unique=True),
    max_size=8,
).map(lambda seats: [a_recipient(n, *mandates) for n, mandates in enumerate(seats)])


@given(cases(), _directories)
def test_no_route_without_a_report_that_may_be_told_to_the_mechanism(
    claims: list[Claim], recipients: list[Recipient]
) -> None:
    for found in routed(*claims, to=recipients).routes:
        audience = load().mechanisms[found.mechanism].audience
        assert any(
            isinstance(may(c, audience, found.mechanism, Purpose.ALERT, NOW, found.mandate), Allowed)
            and c.publisher not in {found.mechanism, found.mandate}
            and c.certainty is not Certainty.UNLIKELY
            and (c.embargo_until is None or c.embargo_until <= NOW)
            for c in claims
        )


@given(cases(), _directories)
def test_one_message_per_person_and_one_decision_per_mandate(claims: list[Claim], recipients: list[Recipient]) -> None:
    routing = routed(*claims, to=recipients)
    told = [person for r in routing.routes for person in r.recipients]
    assert len(told) == len(set(told))
    assert {p for r in routing.routes for p, _ in r.told_through} <= set(told)
    decided = [d.mandate for d in (*routing.routes, *routing.refusals)]
    assert len(decided) == len(set(decided))


@given(cases(), _directories, st.randoms(use_true_random=False))
def test_the_order_of_reports_and_recipients_changes_nothing(
    claims: list[Claim], recipients: list[Recipient], random: Any
) -> None:
    shuffled, others = list(claims), list(recipients)
    random.shuffle(shuffled)
    random.shuffle(others)
    assert routed(*shuffled, to=others) == routed(*claims, to=recipients)


@given(cases(), _directories)
def test_every_rule_has_words_in_both_languages(claims: list[Claim], recipients: list[Recipient]) -> None:
    routing = routed(*claims, to=recipients)
    rules = {routing.triage_rule, *(d.rule for d in (*routing.routes, *routing.refusals))}
    assert rules <= set(labels("en")["rules"])
    assert rules <= set(labels("fr")["rules"])


def test_the_reason_given_does_not_depend_on_which_of_two_reports_came_first() -> None:
    pair = [a_claim(report_id=IDS[0], country="NER"), a_claim(report_id=IDS[1], country="CHN")]
    assert routed(*pair) == routed(*pair[::-1])


@given(cases(), cases())
def test_a_report_that_may_not_be_told_adds_nothing_to_a_route(claims: list[Claim], others: list[Claim]) -> None:
    """A merge never widens consent: not the recipients, not the level, not the priority."""
    silent = [Claim(**(dict(c) | {"report_id": IDS[9 - n], "consents": []})) for n, c in enumerate(others)]
    assert routed(*claims, *silent).routes == routed(*claims).routes
