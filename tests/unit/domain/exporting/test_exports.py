"""Whatever a reader may not be told of a case changes nothing in what they are given, in any format."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from builders import RECEIVED_AT, a_claim
from consent_rule import fields as fields_by_the_rule
from consents import decision
from tocsin.console.brief.case_page import blocks, case_page
from tocsin.domain.claims import Claim
from tocsin.domain.exporting import cap, linked
from tocsin.domain.exporting.case import CaseExport, extracts
from tocsin.domain.following.acting import Acted
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.consent import Addressee
from tocsin.domain.routing.disclosure import FACTS, LEVELS, Shown
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    ActionType,
    Audience,
    CausalLink,
    Certainty,
    ConsentStatus,
    Occupation,
    Purpose,
    Tlp,
    Topic,
    Urgency,
    ViolationType,
    WgadCategory,
)

NOW = RECEIVED_AT + timedelta(days=3)
TOWARDS = Addressee(Audience.ALL_MECHANISMS, "UN-WGAD", "UN-WGAD")
SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "CAP-v1.2.xsd")
MARKS = [field for fields in LEVELS.values() for field in fields]
OTHERWISE: dict[str, Any] = {
    "publisher": "OSCE-ODIHR",
    "language": "ru",
    "country": "BFA",
    "further_states": ["NER"],
    "violations": [ViolationType.SMEAR],
    "date": "2025-01-31",
    "topics": [Topic.WATER],
    "occupations": [Occupation.ARTIST],
    "reprisal_mechanism": "AU-ACHPR",
    "urgency": Urgency.IMMEDIATE,
    "accountability": AccountabilityStatus.AMNESTY,
    "certainty": Certainty.OBSERVED,
    "categories": [WgadCategory.V],
    "actions_requested": [ActionType.PRISON_VISIT],
    "expected_on": "2027-02-28",
    "next_hearing": "2027-03-31",
    "cooperation_link": CausalLink.ESTABLISHED,
    **dict.fromkeys(("victims", "group_size", "independent_sources"), 97),
}
"""Values that no other claim here has; flags turn round. What decides itself about consent is left alone."""
DECIDING = {"certainty", "tlp", "revision"}


def claim_of(number: int, **over: Any) -> Claim:
    return a_claim(report_id=report_id("IACHR-RELE", str(number)), publisher="IACHR-RELE", **over)


def export_of(claims: Sequence[Claim], level: DisclosureLevel = DisclosureLevel.L2, **over: Any) -> CaseExport:
    found = [extract for extract in extracts(claims, TOWARDS, level, NOW) if extract.fields]
    acted = [Acted("IACHR-RELE", ActionType.PRESS_STATEMENT, False, date(2026, 11, 22), ("TGO",), True)]
    fields = {"revision": 2, "priority": "P1", "mandates": ["UN-WGAD"], "made_at": NOW, "acted": acted}
    return CaseExport(reference="HRD-7F3K-22Q", extracts=found, **(fields | over))


def everything(case: CaseExport) -> list[bytes]:
    """The case in every format and language. What is made of a page, PDF, is made of this page alone."""
    pages = [case_page(case, language, "").encode() for language in ("en", "fr")]
    return [*pages, cap.message(case, blocks(case)), json.dumps(linked.document(case)).encode()]


decisions = st.builds(
    decision,
    st.sampled_from([Audience.ALL_MECHANISMS, "UN", "UN-WGAD", "OSCE-ODIHR"]),
    st.sampled_from([ConsentStatus.GRANTED, ConsentStatus.GRANTED, *ConsentStatus]),
    st.sampled_from([Purpose.ALERT, Purpose.SHARE, Purpose.SHARE, Purpose.PUBLISH]),
)
claims = st.builds(
    claim_of,
    st.integers(1, 3),
    consents=st.lists(decisions, max_size=5),
    confidential_fields=st.lists(st.sampled_from(MARKS), max_size=4),
    tlp=st.sampled_from(Tlp),
    certainty=st.sampled_from(Certainty),
    categories=st.sampled_from([[], [WgadCategory.II]]),
    embargo_until=st.sampled_from([None, None, NOW + timedelta(hours=1), NOW - timedelta(hours=1)]),
)
cases = st.lists(claims, min_size=1, max_size=3, unique_by=lambda claim: claim.report_id)
levels = st.sampled_from(DisclosureLevel)


def allowed(claim: Claim, level: DisclosureLevel) -> set[str]:
    """By the rule that shares no code with the product; never above coded facts."""
    least = min(level, DisclosureLevel.L1).value
    return fields_by_the_rule(claim, "all_mechanisms", "UN-WGAD", "UN-WGAD", False, "share", least, NOW) or set()


def changed(claim: Claim, level: DisclosureLevel) -> Claim:
    """The same claim with another value for each fact that may not be told."""
    told = allowed(claim, level)
    names = [n for n in Shown.__dataclass_fields__ if n not in DECIDING and not FACTS[n] <= told]
    other = {n: OTHERWISE[n] if n in OTHERWISE else not getattr(claim, n) for n in names}
    kept_apart = {"publisher": claim.publisher}  # counted, never named: one from another would be another count
    return Claim(**(dict(claim) | other | kept_apart))


@settings(max_examples=20, deadline=None)
@given(cases, levels)
def test_what_may_not_be_told_changes_nothing_in_any_format(found: list[Claim], level: DisclosureLevel) -> None:
    others = [changed(claim, level) for claim in found]
    assert everything(export_of(found, level)) == everything(export_of(others, level))


@settings(max_examples=40, deadline=None)
@given(cases, levels)
def test_what_is_told_is_what_the_rule_allows(found: list[Claim], level: DisclosureLevel) -> None:
    by_id = {claim.report_id: claim for claim in found}
    for extract in extracts(found, TOWARDS, level, NOW):
        assert extract.fields <= allowed(by_id[extract.report_id], level)
        for fact in extract.told():
            assert FACTS[fact] <= allowed(by_id[extract.report_id], level), fact


def test_what_may_be_told_is_told() -> None:
    given_out = everything(export_of([claim_of(1, categories=[WgadCategory.II])]))
    assert all("arrest" in text.decode() and "2026" in text.decode() for text in (given_out[0], *given_out[2:]))
    assert b"TGO" in given_out[2]
    assert b"TGO" in given_out[3]


def test_no_format_names_who_reported_it() -> None:
    assert [b"RELE" in text for text in everything(export_of([claim_of(1)], acted=[]))] == [False] * 4


@pytest.mark.parametrize("level", list(DisclosureLevel))
@pytest.mark.parametrize("priority", ["P1", "P2", "P3", "P4"])
def test_a_cap_message_agrees_with_the_schema_of_oasis(level: DisclosureLevel, priority: str) -> None:
    claim = claim_of(1, urgency=Urgency.IMMEDIATE, further_states=["BEN"], categories=list(WgadCategory))
    case = export_of([claim, claim_of(2, date="2026-11")], level, priority=priority)
    SCHEMA.validate(cap.message(case, blocks(case)).decode())


def test_the_schema_refuses_what_is_no_cap_message() -> None:
    case = export_of([claim_of(1)])
    spoilt = cap.message(case, blocks(case)).replace(b"<scope>Private</scope>", b"")
    assert not SCHEMA.is_valid(spoilt.decode())


def test_every_name_in_the_linked_document_means_something_to_a_reader() -> None:
    case = export_of([claim_of(1, next_hearing="2026-12-01", strict_reprisal=True)])
    (expanded,) = jsonld.expand(linked.document(case))
    terms = {name for node in _nodes(expanded) for name in node}
    assert all(name.startswith(("@", "http://purl.org/", "urn:tocsin:terms:1:")) for name in terms)
    assert expanded["http://purl.org/dc/terms/identifier"] == [{"@value": "HRD-7F3K-22Q"}]
    assert len(terms) > 15


def _nodes(node: Any) -> list[dict[str, Any]]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return ([node] if isinstance(node, dict) else []) + [found for each in inner for found in _nodes(each)]
