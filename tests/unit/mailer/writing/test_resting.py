"""A mail shows of each report what that report's own consent, marks and level allow, and no fact of any other."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_claim
from databases import NOW
from mailing import MANDATE, a_letter
from tocsin.domain.claims import Claim, ConsentRule
from tocsin.knowledge import load as knowledge
from tocsin.mailer.writing.letters import Basis
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.resting import bases
from tocsin_schemas.alerts import DisclosureLevel, UpdateCause
from tocsin_schemas.deliveries import MailKind
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Purpose, Tlp, ViolationType

KNOWN = knowledge.load()
MECHANISM = KNOWN.mechanisms[MANDATE]
GRANTED, REFUSED = ConsentStatus.GRANTED, ConsentStatus.REFUSED
ALL_FIELDS = {"/violation/types", "/violation/country", "/violation/date"}


def claim(
    number: int, alert: ConsentStatus | None = GRANTED, share: ConsentStatus | None = GRANTED, **over: Any
) -> Claim:
    """A claim of which nothing is like any other's: ``number`` chooses what it alleges."""
    asked = ((Purpose.ALERT, alert), (Purpose.SHARE, share))
    informed = over.pop("informed", True)
    consents = [
        ConsentRule(recipient=Audience.ALL_MECHANISMS, purpose=purpose, status=status, informed=informed)
        for purpose, status in asked
        if status is not None
    ]
    facts = {
        "report_id": f"00000000-0000-5000-8000-{number:012d}",
        "publisher": "UN-WGAD",
        "country": ("TGO", "BEN", "GHA", "MLI")[number],
        "violations": [(ViolationType.TORTURE, ViolationType.RAID, ViolationType.SMEAR, ViolationType.KILLING)[number]],
        "date": f"2026-11-1{number}",
        "received_at": NOW - timedelta(hours=number),
        "consents": consents,
    }
    return a_claim(**(facts | over))


WORDS = (
    ("Togo", "torture", "10 November 2026"),
    ("Benin", "raid", "11 November 2026"),
    ("Ghana", "smear campaign", "12 November 2026"),
    ("Mali", "killing", "13 November 2026"),
)


def resting(*claims: Claim, level: DisclosureLevel = DisclosureLevel.L1, informed: bool = False) -> list[Basis]:
    mechanism = MECHANISM.model_copy(update={"informed_consent": informed})
    return bases(claims, mechanism, MANDATE, level, NOW)


@pytest.mark.parametrize(
    ("alert", "share", "over", "rests", "shows"),
    [
        (GRANTED, GRANTED, {}, True, ALL_FIELDS),
        (GRANTED, None, {}, True, set()),
        (GRANTED, REFUSED, {}, True, set()),
        (GRANTED, ConsentStatus.WITHDRAWN, {}, True, set()),
        (None, GRANTED, {}, False, set()),
        (REFUSED, GRANTED, {}, False, set()),
        (None, None, {}, False, set()),
        (GRANTED, GRANTED, {"tlp": Tlp.RED}, False, set()),
        (GRANTED, GRANTED, {"certainty": Certainty.UNLIKELY}, False, set()),
        (GRANTED, GRANTED, {"embargo_until": NOW + timedelta(days=1)}, False, set()),
        (
            GRANTED,
            GRANTED,
            {"confidential_fields": ["/violation/country"]},
            True,
            {"/violation/types", "/violation/date"},
        ),
        (GRANTED, GRANTED, {"confidential_fields": ["/violation"]}, True, set()),
        (GRANTED, GRANTED, {"next_hearing": "2026-12-01"}, True, {*ALL_FIELDS, "/detention/next_hearing"}),
        (GRANTED, GRANTED, {"level": DisclosureLevel.L0}, True, set()),
        (GRANTED, GRANTED, {"needs_informed": True, "informed": False}, False, set()),
        (GRANTED, GRANTED, {"needs_informed": True}, True, ALL_FIELDS),
    ],
)
def test_what_may_be_shown_of_one_report(
    alert: ConsentStatus | None, share: ConsentStatus | None, over: dict[str, Any], rests: bool, shows: set[str]
) -> None:
    level, informed = over.pop("level", DisclosureLevel.L1), over.pop("needs_informed", False)
    found = resting(claim(0, alert, share, **over), level=level, informed=informed)
    assert bool(found) is rests
    assert {field for basis in found for field in basis.fields} == shows


def test_the_first_received_comes_first_whatever_order_they_are_read_in() -> None:
    claims = [claim(number) for number in range(3)]
    wanted = [c.report_id for c in reversed(claims)]
    assert [basis.report_id for basis in resting(*claims)] == wanted
    assert [basis.report_id for basis in resting(*reversed(claims))] == wanted


STATUSES = st.sampled_from([None, *ConsentStatus])
KINDS = st.sampled_from([MailKind.ALERT, MailKind.UPDATE, MailKind.ESCALATION])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(STATUSES, STATUSES), min_size=1, max_size=4),
    KINDS,
    st.sampled_from([*UpdateCause]),
)
def test_no_kind_of_mail_tells_a_fact_of_a_report_that_may_not_be_shared(
    consents: list[tuple[ConsentStatus | None, ConsentStatus | None]], kind: MailKind, cause: UpdateCause
) -> None:
    claims = [claim(number, alert, share) for number, (alert, share) in enumerate(consents)]
    rests_on = resting(*claims)
    level = DisclosureLevel.L1 if any(basis.fields for basis in rests_on) else DisclosureLevel.L0
    letter = a_letter(kind=kind, update_cause=cause, rests_on=rests_on, level=level)
    mail = Rendering("https://console.example/", "tocsin.example")(letter)
    shared = any(alert is GRANTED for alert, _ in consents)
    for (_, share), words in zip(consents, WORDS, strict=False):
        told = list(words) if shared and share is GRANTED else []
        assert [word for word in words if word in " ".join(mail.text.split())] == told
        assert [word for word in words if word in mail.html] == told
