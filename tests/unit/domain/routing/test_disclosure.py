"""Guarantee: a field is shown at the level that its place in the table says, and never one that is not in it."""

import re
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from builders import a_claim
from tocsin.domain.claims import Claim
from tocsin.domain.routing.disclosure import CEILINGS, FACTS, LEVELS, Shown, fields_of, redact, withheld
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.reports import Report
from tocsin_schemas.vocabulary import Purpose

L0, L1, L2 = DisclosureLevel
CODED, WRITTEN, NEVER = set(LEVELS[L1]), set(LEVELS[L2]), set(LEVELS[None])
PAGE = (Path(__file__).parents[4] / "deploy" / "consent.md").read_text(encoding="utf-8")


def leaves(model: type[BaseModel], at: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        below = list(_models(field.annotation))
        if not below:
            yield f"{at}/{name}"
        for part in below:
            yield from leaves(part, f"{at}/{name}")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


LEAVES = list(leaves(Report))


def covering(leaf: str) -> list[str]:
    return [field for fields in LEVELS.values() for field in fields if f"{leaf}/".startswith(f"{field}/")]


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_field_of_a_report_is_classified_once(leaf: str) -> None:
    assert len(covering(leaf)) == 1, f"{leaf} has to be put into the table"


def test_the_table_names_nothing_that_is_not_in_a_report() -> None:
    fields = [field for of in LEVELS.values() for field in of]
    assert len(fields) == len(set(fields))
    for field in fields:
        assert any(f"{leaf}/".startswith(f"{field.removesuffix('/-')}/") for leaf in LEAVES), field


def test_a_coded_field_is_a_single_one_so_that_nothing_new_is_shown_with_it() -> None:
    counted = {field for field in CODED if field.endswith("/-")}
    assert counted == {"/alleged_victims/-", "/violation/companies/-", "/accountability/prior_event_references/-"}
    assert set(LEAVES) >= CODED - counted


def test_no_level_shows_the_source_contacts_documents_witnesses_or_evidence() -> None:
    assert {
        "/source",
        "/consent",
        "/alleged_victims/contact",
        "/alleged_victims/identity_document",
        "/violation/witnesses",
        "/evidence/location",
        "/verification/verified_by",
        "/handling/confidential_fields",
    } == NEVER


def test_names_places_words_and_health_are_not_coded_facts() -> None:
    assert {
        *("/alleged_victims/names", "/violation/place", "/narratives", "/alleged_victims/health/condition"),
        *("/alleged_victims/health/pregnant", "/alleged_victims/birth", "/violation/authorities", "/references"),
        *("/detention/treatment", "/publisher", "/publisher_reference", "/alleged_victims/organisations"),
    } <= WRITTEN


@pytest.mark.parametrize("fact", Claim.model_fields)
def test_every_fact_of_a_claim_has_its_sources_in_the_table(fact: str) -> None:
    assert FACTS[fact], f"{fact} has to be traced to the fields of a report"
    assert FACTS[fact] <= CODED | WRITTEN | NEVER
    assert (fact in Shown.__dataclass_fields__) is (
        FACTS[fact].isdisjoint(NEVER) and fact not in {"report_id", "received_at", "embargo_until"}
    )


SOURCES = {
    "risk_to_health": {"/risk/to_health", "/alleged_victims/health/urgent_care_needed"},
    "elderly": {"/alleged_victims/birth", "/violation/date"},
    "incommunicado": {"/detention/lawyer_access", "/detention/family_access"},
    "whereabouts_unknown": {"/detention/whereabouts_known", "/detention/capture_denied"},
    "topics": {"/alleged_victims/defender/topics", "/group/topics"},
    "defender": {"/alleged_victims/defender/topics", "/group/topics"},
    "report_id": {"/publisher", "/publisher_reference"},
    "victims": {"/alleged_victims/-"},
    "consents": {"/consent"},
}


@pytest.mark.parametrize("fact", SOURCES)
def test_a_fact_that_is_worked_out_needs_every_field_behind_it(fact: str) -> None:
    assert FACTS[fact] == SOURCES[fact]


def test_every_level_shows_more_than_the_one_below() -> None:
    claim = a_claim()
    assert fields_of(claim, L0) == frozenset()
    assert fields_of(claim, L1) == CODED
    assert fields_of(claim, L2) == CODED | WRITTEN


def test_the_most_that_each_purpose_discloses() -> None:
    nothing = {Purpose.ALERT, Purpose.CONTACT, Purpose.USE_PHOTO}
    assert {purpose: L0 if purpose in nothing else L2 for purpose in Purpose} == CEILINGS
    for purpose in Purpose:
        assert fields_of(a_claim(), L1, purpose) == (set() if purpose in nothing else CODED)


HIDDEN: list[tuple[str, set[str]]] = [
    ("/violation/date", {"/violation/date"}),
    ("/alleged_victims/0/health/care_denied", {"/alleged_victims/health/care_denied"}),
    ("/alleged_victims/7/names/0/value", {"/alleged_victims/names"}),
    ("/alleged_victims/0/health", {f for f in CODED | WRITTEN if f.startswith("/alleged_victims/health/")}),
    ("/violation/companies", {"/violation/companies", "/violation/companies/-"}),
    ("/violation/companies/0", {"/violation/companies", "/violation/companies/-"}),
    ("/alleged_victims", {f for f in CODED | WRITTEN | NEVER if f.startswith("/alleged_victims/")}),
    ("/alleged_victims/0", {f for f in CODED | WRITTEN | NEVER if f.startswith("/alleged_victims/")}),
    ("/alleged_victims/0/unheard_of", {f for f in CODED | WRITTEN | NEVER if f.startswith("/alleged_victims/")}),
    ("/risk/", {f for f in CODED | WRITTEN if f.startswith("/risk/")}),
    ("/violation/types/0", {"/violation/types"}),
    ("//detention/", {f for f in CODED | WRITTEN if f.startswith("/detention/")}),
    ("/violation/type", {f for f in CODED | WRITTEN | NEVER if f.startswith("/violation/")}),
    ("/source/name", {"/source"}),
    ("/", CODED | WRITTEN | NEVER),
    ("/unheard_of", CODED | WRITTEN | NEVER),
]


@pytest.mark.parametrize(("mark", "hidden"), HIDDEN, ids=[h[0] for h in HIDDEN])
def test_a_mark_hides_its_field_and_all_beneath_or_else_the_nearest_above(mark: str, hidden: set[str]) -> None:
    claim = a_claim(confidential_fields=[mark])
    assert withheld(claim) == hidden
    for level in DisclosureLevel:
        assert fields_of(claim, level) == fields_of(a_claim(), level) - hidden


def test_marks_add_up() -> None:
    assert withheld(a_claim()) == frozenset()
    claim = a_claim(confidential_fields=["/violation/date", "/risk/urgency"])
    assert withheld(claim) == {"/violation/date", "/risk/urgency"}


A_LOT = a_claim(
    care_denied=True,
    pregnant=True,
    risk_to_health=True,
    elderly=True,
    incommunicado=True,
    further_states=["GHA"],
    expected_on="2026-12-01",
)


def test_what_is_hidden_reads_as_none_or_empty() -> None:
    assert redact(A_LOT, frozenset()) == Shown()
    shown = redact(A_LOT, frozenset({"/violation/country", "/violation/types"}))
    assert shown == Shown(country=A_LOT.country, violations=A_LOT.violations)
    assert redact(A_LOT, frozenset({"/violation/country"})) == Shown(country=A_LOT.country)
    assert all(not getattr(Shown(), fact) for fact in Shown.__dataclass_fields__)


def test_what_is_shown_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Shown().country = "TGO"
    with pytest.raises(TypeError):
        LEVELS[L1] = ("/source",)


def test_a_claim_without_marks_is_shown_as_it_is() -> None:
    shown = redact(A_LOT, fields_of(A_LOT, L2))
    for fact in Shown.__dataclass_fields__:
        assert getattr(shown, fact) == getattr(A_LOT, fact)


def test_coded_facts_leave_out_what_only_the_full_text_tells() -> None:
    shown = redact(A_LOT, fields_of(A_LOT, L1))
    hidden = {fact for fact in Shown.__dataclass_fields__ if getattr(A_LOT, fact) and not getattr(shown, fact)}
    assert hidden == {"publisher", "revision", "language", "pregnant", "elderly"}


MARKED_FACTS = [
    ("/alleged_victims/0/health", {"care_denied", "pregnant", "risk_to_health"}),
    ("/alleged_victims/0/health/urgent_care_needed", {"risk_to_health"}),
    ("/alleged_victims/0/birth", {"elderly"}),
    ("/violation/date", {"date", "elderly"}),
    ("/detention/family_access", {"incommunicado"}),
    ("/violation/further_states/0", {"further_states"}),
    ("/", {fact for fact in Shown.__dataclass_fields__ if getattr(A_LOT, fact)}),
]


@pytest.mark.parametrize(("mark", "facts"), MARKED_FACTS, ids=[m[0] for m in MARKED_FACTS])
def test_a_mark_hides_every_fact_derived_from_the_field(mark: str, facts: set[str]) -> None:
    claim = A_LOT.model_copy(update={"confidential_fields": [mark]})
    shown = redact(claim, fields_of(claim, L2))
    assert {f for f in Shown.__dataclass_fields__ if getattr(claim, f) and not getattr(shown, f)} == facts


@pytest.mark.parametrize(("level", "heading"), [(L1, "L1"), (L2, "L2"), (None, "Never")])
def test_the_page_for_lawyers_lists_the_fields_of_the_table(level: DisclosureLevel | None, heading: str) -> None:
    section = re.search(rf"^### {heading}\b.*?\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section is not None
    assert set(re.findall(r"`(/[a-z0-9_/-]+)`", section[1])) == set(LEVELS[level])
