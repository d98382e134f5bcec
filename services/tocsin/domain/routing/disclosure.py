"""Disclosure: which fields of a report each level lets through, and what its publisher's marks take away again.

A field is a JSON Pointer into the report without the indices of lists: ``/violation/types``. A pointer that ends in
``/-``, in RFC 6901 the place after the last element, stands for how many there are and for nothing that they say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from tocsin.domain.claims import Claim
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    ActionType,
    CausalLink,
    Certainty,
    Occupation,
    Purpose,
    Tlp,
    Topic,
    Urgency,
    ViolationType,
    WgadCategory,
)


def _beneath(group: str, names: str) -> tuple[str, ...]:
    return tuple(f"{group}/{name}" for name in names.split())


LEVELS: Mapping[DisclosureLevel | None, tuple[str, ...]] = MappingProxyType(
    {
        # That there is a case, and nothing of the report.
        DisclosureLevel.L0: (),
        # Coded facts.
        DisclosureLevel.L1: (
            *_beneath("/alleged_victims", "- minor gender occupations"),
            *_beneath("/alleged_victims", "defender/topics health/care_denied health/urgent_care_needed"),
            *_beneath("/group", "size_estimate topics"),
            *_beneath("/violation", "types date ongoing country further_states companies/-"),
            *_beneath("/detention", "categories terrorism_charge next_hearing lawyer_access family_access"),
            *_beneath("/detention", "whereabouts_known capture_denied"),
            *_beneath("/reprisal", "strict broad mechanism link"),
            *_beneath("/accountability", "status prior_event_references/-"),
            *_beneath("/risk", "urgency to_life to_integrity to_health irreparable expected_on"),
            *_beneath("/verification", "certainty independent_sources"),
            "/actions_requested",
            "/handling/tlp",
        ),
        # Who, where, and in whose words; only encrypted to the recipient.
        DisclosureLevel.L2: (
            *_beneath("", "publisher publisher_reference revision language received_at"),
            *_beneath("/alleged_victims", "names birth nationalities residence ethnicity organisations"),
            *_beneath("/alleged_victims", "status dependants health/condition health/pregnant"),
            *_beneath("/alleged_victims/defender", "description since where prior_attacks protection_measures"),
            *_beneath("/group", "kind description"),
            *_beneath("/violation", "end_date place authorities companies means current_situation"),
            "/violation/link_to_defence_work",
            *_beneath("/detention", "arrested_on arresting_authority warrant_shown stated_reason law_cited charges"),
            *_beneath("/detention", "custodies court sentence steps_to_locate treatment released_on"),
            *_beneath("/reprisal", "cooperation cooperation_status cooperated_on known_by adverse_act evidence"),
            *_beneath("/accountability", "complaints authority_reply investigations protection_offered"),
            *_beneath("/accountability", "remedies_exhausted remedies_unavailable_because prior_event_references"),
            *_beneath("/risk", "rights_at_risk gravity urgency_facts irreparable_harm protection_fails_because"),
            *_beneath("/risk", "measures_sought petition_pending"),
            *_beneath("/evidence", "kind description sha256 recorded_on"),
            *_beneath("/handling", "pap chatham_house embargo_until retention_until"),
            *_beneath("/verification", "source_reliability verified_on"),
            "/references",
            "/narratives",
        ),
        # At no level, for no purpose: whoever told, saw or can be found through it (A/HRC/RES/5/2, art. 9).
        None: (
            "/source",
            "/consent",
            *_beneath("/alleged_victims", "contact identity_document"),
            "/violation/witnesses",
            "/evidence/location",
            "/verification/verified_by",
            "/handling/confidential_fields",
        ),
    }
)
"""Every field of a report by the first level that shows it. What is not in the table is shown to nobody."""

_FACTS = """
report_id: /publisher /publisher_reference
publisher: /publisher
revision: /revision
language: /language
received_at: /received_at
country: /violation/country
further_states: /violation/further_states
violations: /violation/types
date: /violation/date
ongoing: /violation/ongoing
victims: /alleged_victims/-
group_size: /group/size_estimate
defender: /alleged_victims/defender/topics /group/topics
minor: /alleged_victims/minor
woman: /alleged_victims/gender
topics: /alleged_victims/defender/topics /group/topics
occupations: /alleged_victims/occupations
strict_reprisal: /reprisal/strict
broad_reprisal: /reprisal/broad
reprisal_mechanism: /reprisal/mechanism
terrorism_charge: /detention/terrorism_charge
whereabouts_unknown: /detention/whereabouts_known /detention/capture_denied
lawyer_denied: /detention/lawyer_access
care_denied: /alleged_victims/health/care_denied
company_involved: /violation/companies/-
urgency: /risk/urgency
risk_to_life: /risk/to_life
risk_to_integrity: /risk/to_integrity
risk_to_health: /risk/to_health /alleged_victims/health/urgent_care_needed
irreparable: /risk/irreparable
accountability: /accountability/status
certainty: /verification/certainty
independent_sources: /verification/independent_sources
categories: /detention/categories
actions_requested: /actions_requested
consents: /consent
tlp: /handling/tlp
embargo_until: /handling/embargo_until
confidential_fields: /handling/confidential_fields
incommunicado: /detention/lawyer_access /detention/family_access
pregnant: /alleged_victims/health/pregnant
elderly: /alleged_victims/birth /violation/date
expected_on: /risk/expected_on
next_hearing: /detention/next_hearing
prior_attacks: /accountability/prior_event_references/-
cooperation_link: /reprisal/link
"""
FACTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {fact: frozenset(sources.split()) for fact, sources in (line.split(":") for line in _FACTS.strip().splitlines())}
)
"""Each fact of a claim, and the fields that it is derived from. It is shown where all of them are."""

CEILINGS: Mapping[Purpose, DisclosureLevel] = MappingProxyType(
    {
        Purpose.ALERT: DisclosureLevel.L0,
        Purpose.SHARE: DisclosureLevel.L2,
        Purpose.TRANSMIT_TO_GOVERNMENT: DisclosureLevel.L2,
        Purpose.PUBLISH: DisclosureLevel.L2,
        Purpose.CONTACT: DisclosureLevel.L0,
        Purpose.USE_PHOTO: DisclosureLevel.L0,
    }
)
"""The most that each purpose discloses: who may be alerted, or may make contact, has not therefore been shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The facts of one claim that somebody may be shown. A hidden one reads as None, or as empty."""

    publisher: str | None = None
    revision: int | None = None
    language: str | None = None
    country: str | None = None
    further_states: Sequence[str] = ()
    violations: Sequence[ViolationType] = ()
    date: str | None = None
    ongoing: bool | None = None
    victims: int | None = None
    group_size: int | None = None
    defender: bool | None = None
    minor: bool | None = None
    woman: bool | None = None
    topics: Sequence[Topic] = ()
    occupations: Sequence[Occupation] = ()
    strict_reprisal: bool | None = None
    broad_reprisal: bool | None = None
    reprisal_mechanism: str | None = None
    terrorism_charge: bool | None = None
    whereabouts_unknown: bool | None = None
    lawyer_denied: bool | None = None
    care_denied: bool | None = None
    company_involved: bool | None = None
    urgency: Urgency | None = None
    risk_to_life: bool | None = None
    risk_to_integrity: bool | None = None
    risk_to_health: bool | None = None
    irreparable: bool | None = None
    accountability: AccountabilityStatus | None = None
    certainty: Certainty | None = None
    independent_sources: int | None = None
    categories: Sequence[WgadCategory] = ()
    actions_requested: Sequence[ActionType] = ()
    tlp: Tlp | None = None
    incommunicado: bool | None = None
    pregnant: bool | None = None
    elderly: bool | None = None
    expected_on: str | None = None
    next_hearing: str | None = None
    prior_attacks: bool | None = None
    cooperation_link: CausalLink | None = None


def fields_of(claim: Claim, level: DisclosureLevel, purpose: Purpose = Purpose.SHARE) -> frozenset[str]:
    """The fields of this claim's report that a consent to ``purpose`` opens at ``level``."""
    return _fields(tuple(claim.confidential_fields), min(level, CEILINGS[purpose]))


def withheld(claim: Claim) -> frozenset[str]:
    """The fields that the publisher's marks hide from everyone, at every level.

    A mark hides the field that it points to and all beneath it; an index is not looked at, so that a mark on one
    victim holds for all. One that points beneath a field, or to none that is known, hides the nearest above it.
    """
    return _withheld(tuple(claim.confidential_fields))


def redact(claim: Claim, fields: frozenset[str]) -> Shown:
    """The facts of the claim that can be told from ``fields`` alone."""
    return Shown(**{fact: getattr(claim, fact) for fact in _SHOWN if FACTS[fact] <= fields})


_SHOWN = tuple(Shown.__dataclass_fields__)
_FIELDS = tuple(field for fields in LEVELS.values() for field in fields)
_OPENED: Mapping[DisclosureLevel, frozenset[str]] = {
    level: frozenset(field for below in DisclosureLevel if below <= level for field in LEVELS[below])
    for level in DisclosureLevel
}


@lru_cache(maxsize=4096)
def _fields(marks: tuple[str, ...], level: DisclosureLevel) -> frozenset[str]:
    return _OPENED[level] - _withheld(marks)


@lru_cache(maxsize=4096)
def _withheld(marks: tuple[str, ...]) -> frozenset[str]:
    return frozenset(field for mark in marks for field in _hidden_by(_steps(mark)))


def _hidden_by(mark: tuple[str, ...]) -> list[str]:
    hidden = [field for field in _FIELDS if _steps(field)[: len(mark)] == mark]
    return hidden or _hidden_by(mark[:-1])


def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(step for step in pointer.split("/") if step and not step.isdigit())
