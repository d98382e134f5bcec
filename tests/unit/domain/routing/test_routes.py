"""Guarantee: everyone competent is told once, nobody is told beyond consent, and each decision names its rule."""

from datetime import date, timedelta

from builders import a_claim
from routed import EVERYONE, NOW, a_recipient, consents, find, refusal, routed, told
from tocsin.domain.claims import Claim
from tocsin.domain.routing.chain import Tier
from tocsin.domain.routing.directory import index
from tocsin.domain.routing.disclosure import fields_of
from tocsin.domain.routing.routes import Route, route
from tocsin.domain.routing.standing import Lowered, Standing
from tocsin.knowledge.load import load
from tocsin_schemas.alerts import DisclosureLevel, HoldReason
from tocsin_schemas.directory import Recipient, Role
from tocsin_schemas.vocabulary import Audience, Certainty, Priority, Purpose, ViolationType

LATER = NOW + timedelta(days=30)
IDS = [f"00000000-0000-5000-8000-00000000000{n}" for n in range(10)]


def test_an_arrest_in_togo_reaches_every_competent_mandate() -> None:
    found = {r.mandate for r in routed(a_claim(publisher="NGO-OBS")).routes}
    assert found == {
        *("UN-SRHRD", "UN-WGAD", "UN-IJL", "UN-IP", "UN-ENV", "UN-TOX", "UN-CLIMATE", "UN-VAW", "UN-WGDAWG"),
        *("ACHPR-SRHRD", "ACHPR-COUNTRY", "ACHPR-PRISONS", "ACHPR-EXTRACTIVE", "ACHPR-INDIGENOUS", "ACHPR-WOMEN"),
        "ACHPR-JUDICIARY",
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
        tuple(sorted(fields_of(a_claim(), DisclosureLevel.L1))),
        (Tier("mandate_holder", (f"{1:032x}",)),),
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


# --- tiers ---------------------------------------------------------------------------------------------------------

DESK = a_recipient(1, "UN-WGAD", role=Role.STAFF)
HOLDER = a_recipient(2, "UN-WGAD")
DEPUTY = a_recipient(3, "UN-WGAD", role=Role.DEPUTY)
OFFICER = a_recipient(4, "UN-WGAD", role=Role.DUTY_OFFICER)


def test_the_first_tier_is_told_and_the_chain_names_who_follows() -> None:
    found = told(routed(a_claim(), to=[OFFICER, DEPUTY, HOLDER, DESK]), "UN-WGAD")
    assert found.recipients == (DESK.recipient_id,)
    assert [tier.step for tier in found.chain] == ["staff", "mandate_holder", "deputy", "duty_officer"]


def test_without_staff_the_holder_is_told_first() -> None:
    found = told(routed(a_claim(), to=[HOLDER, OFFICER]), "UN-WGAD")
    assert (found.recipients, len(found.chain)) == ((HOLDER.recipient_id,), 2)


def test_someone_who_is_told_elsewhere_remains_in_the_chain() -> None:
    both = a_recipient(9, "UN-SRHRD", "UN-WGAD", role=Role.STAFF)
    found = told(routed(a_claim(), to=[both]), "UN-WGAD")
    assert (found.recipients, found.told_through) == ((), ((both.recipient_id, "UN-SRHRD"),))
    assert found.chain == (Tier("staff", (both.recipient_id,)),)


def test_someone_of_a_later_tier_is_not_told_yet_even_where_another_mandate_tells_nobody_else() -> None:
    """The holder of one mandate is the deputy of another; each mandate begins with its own first tier."""
    chair = a_recipient(5, "UN-SRHRD")
    desk = a_recipient(6, "UN-WGAD", role=Role.STAFF, deputy=chair.key)
    routing = routed(a_claim(), to=[chair, desk])
    assert told(routing, "UN-WGAD").recipients == (desk.recipient_id,)
    assert told(routing, "UN-SRHRD").recipients == (chair.recipient_id,)


def test_a_directory_arranged_once_gives_the_same_routing() -> None:
    claim = a_claim()
    assert route([claim], index(EVERYONE), load(), NOW) == route([claim], EVERYONE, load(), NOW)


# --- what may be shown ----------------------------------------------------------------------------------------------


def test_without_consent_to_share_nothing_of_the_report_may_be_shown() -> None:
    claim = a_claim(consents=consents(Audience.ALL_MECHANISMS, purposes=[Purpose.ALERT]))
    assert told(routed(claim), "UN-WGAD").fields == ()


def test_what_the_publisher_withheld_may_be_shown_to_nobody() -> None:
    found = told(routed(a_claim(confidential_fields=["/violation/date"])), "UN-WGAD")
    assert "/violation/date" not in found.fields
    assert "/violation/types" in found.fields


def test_of_several_reports_a_field_may_be_shown_that_one_of_them_allows() -> None:
    shared = a_claim(report_id=IDS[0], confidential_fields=["/violation/date"])
    silent = a_claim(report_id=IDS[1], consents=consents(Audience.ALL_MECHANISMS, purposes=[Purpose.ALERT]))
    open_report = a_claim(report_id=IDS[2])
    assert "/violation/date" not in told(routed(shared, silent), "UN-WGAD").fields
    assert "/violation/date" in told(routed(shared, silent, open_report), "UN-WGAD").fields


def test_a_recipient_who_wishes_to_know_only_that_there_is_a_case_is_shown_no_field() -> None:
    assert told(routed(a_claim(), to=[a_recipient(1, "UN-WGAD", level=DisclosureLevel.L0)]), "UN-WGAD").fields == ()


def test_the_level_is_that_of_a_report_on_the_subject_of_the_mandate() -> None:
    """The torture may only be alerted of; that the detention may be shared opens nothing to the mandate on torture."""
    detention = a_claim(report_id=IDS[0])
    alert_only = consents(Audience.ALL_MECHANISMS, purposes=[Purpose.ALERT])
    torture = a_claim(report_id=IDS[1], violations=[ViolationType.TORTURE], consents=alert_only)
    routing = routed(detention, torture)
    assert (told(routing, "UN-TORTURE").level, told(routing, "UN-TORTURE").fields) == (DisclosureLevel.L0, ())
    assert told(routing, "UN-WGAD").level is DisclosureLevel.L1


def test_a_lowering_holds_for_the_case_and_for_each_route() -> None:
    standing = Standing(lowered=Lowered(Priority.P4, "operator-1", Priority.P2))
    routing = routed(a_claim(), standing=standing)
    assert (routing.priority, routing.triage_rule) == (Priority.P4, "lowered")
    assert {r.priority for r in routing.routes} == {Priority.P4}
    assert told(routing, "UN-WGAD").reply_by == NOW + timedelta(days=14)


def test_the_routing_tells_the_reasons_of_its_priority() -> None:
    routing = routed(a_claim(), standing=Standing(emblematic=True))
    assert (routing.priority, routing.reasons[-1]) == (Priority.P1, "emblematic")
