"""The shape of the domain facts that ``tocsin.knowledge`` holds as data: mechanisms, memberships, mandates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin_schemas.model import Model
from tocsin_schemas.text import Country, Identifier, Language, Line
from tocsin_schemas.vocabulary import ActionType, Audience, Occupation, Priority, Topic, ViolationType


class Competence(StrEnum):
    """On what a mechanism's competence over a State rests."""

    ALL_STATES = "all_states"
    MEMBERS = "members"
    ALL_BUT_MEMBERS = "all_but_members"


class MembershipStatus(StrEnum):
    """How a State stands to an organisation; which of them bind it is the mechanism's own rule."""

    MEMBER = "member"
    STATE_PARTY = "state_party"
    PARTICIPATING = "participating"
    NON_PARTICIPATING = "non_participating"
    CONTESTED = "contested"
    LEFT_COMPETENCE_KEPT = "left_competence_kept"
    ASSOCIATE = "associate"
    OBSERVER = "observer"


BINDING = (
    MembershipStatus.MEMBER,
    MembershipStatus.STATE_PARTY,
    MembershipStatus.PARTICIPATING,
    MembershipStatus.NON_PARTICIPATING,
    MembershipStatus.CONTESTED,
    MembershipStatus.LEFT_COMPETENCE_KEPT,
)
"""Associates and observers of an organisation have not accepted its mechanisms."""


class ClockKind(StrEnum):
    """What a time is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ESCALATION = "escalation"
    REMINDER = "reminder"
    REPLY = "reply"
    EMBARGO = "embargo"
    RECOMMENDATION = "recommendation"
    REVIEW = "review"


class Flag(StrEnum):
    """Facts of a claim, other than vocabularies, that a mandate may be triggered by."""

    DEFENDER = "defender"
    STRICT_REPRISAL = "strict_reprisal"
    BROAD_REPRISAL = "broad_reprisal"
    WHEREABOUTS_UNKNOWN = "whereabouts_unknown"
    CARE_DENIED = "care_denied"
    TERRORISM_CHARGE = "terrorism_charge"
    COMPANY_INVOLVED = "company_involved"
    WOMAN = "woman"
    MINOR = "minor"
    RISK_TO_PERSON = "risk_to_person"
    """A risk to life, integrity or health (IACHR Rules of Procedure, art. 25)."""
    DETAINED = "detained"
    """Held by any of the violations that deprive of liberty."""
    INCOMMUNICADO = "incommunicado"
    ELDERLY = "elderly"


class Sourced(Model):
    """A fact with its source; ``verified_on`` is empty until a person has checked it."""

    source: Line
    verified_on: date | None = None


class Mechanism(Sourced):
    key: Identifier
    name: dict[Language, Line]
    competence: Competence
    basis: dict[Language, Line] = {}
    """What the competence rests on, in words."""
    organisation: Identifier | None = None
    """Key of the membership table; absent for ``all_states``."""
    audience: Audience = Audience.ALL_MECHANISMS
    """The class that a consent must cover: mechanisms or NGOs."""
    informed_consent: bool = False
    """Nothing is told to it without a consent that was recorded as informed (A/HRC/48/28; OHCHR on reprisals)."""
    languages: Annotated[list[Language], Field(min_length=1)]
    actions: list[ActionType] = []
    reply_clock: Line | None = None


class Membership(Sourced):
    organisation: Identifier
    country: Country
    status: MembershipStatus = MembershipStatus.MEMBER
    valid_from: date | None = None
    valid_to: date | None = None
    """The first day on which the State is no longer bound."""

    def covers(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


class Mandate(Sourced):
    """A seat that can be competent: a mechanism and a subject. Triggered if any listed fact is present."""

    key: Identifier
    mechanism: Identifier
    name: dict[Language, Line]
    always: bool = False
    """Competent for every case of its mechanism."""
    violations: list[ViolationType] = []
    topics: list[Topic] = []
    occupations: list[Occupation] = []
    flags: list[Flag] = []
    countries: list[Country] = []
    """Country mandates: the States concerned; empty means every State of the mechanism."""
    reprisal_mechanisms: list[Identifier] = []
    """For reprisal focal points: whose cooperation they protect, for example ``UN``."""
    requires: list[Flag] = []
    """All of these must be present as well."""
    valid_from: date | None = None
    valid_to: date | None = None


class Clock(Sourced):
    """A time within which somebody should answer."""

    key: Identifier
    kind: ClockKind
    duration: timedelta
    priority: Priority | None = None
    """Set for the acknowledgement, escalation and reminder clocks of alerts of this priority."""
    actions: list[ActionType] = []
    """Reply clocks: the actions that start it; empty: every letter of a mechanism that names it."""


class Territory(Sourced):
    """A code whose State responsible is another one, or that stands for no member of the United Nations."""

    code: Country
    name: dict[Language, Line]
    state: Country | None = None
    """The State whose commitments apply; absent: the code itself."""
    note: dict[Language, Line] = {}
    """For people: what is contested, and what a report should name besides."""


class HuridocsTerm(Model):
    """The nearest term of the HURIDOCS micro-thesauri (2001)."""

    thesaurus: int
    """Number of the list, for example 4: types of acts."""
    code: Line | None = None
    term: Line


class Code(Sourced):
    """One code of a closed vocabulary, in words."""

    code: Identifier
    name: dict[Language, Line]
    huridocs: HuridocsTerm | None = None


class ReprisalForm(Code):
    """A form that a reprisal takes, and the violations that express it."""

    violations: list[ViolationType] = []


class Term(Sourced):
    """One entry of the working glossary."""

    en: Line
    fr: Line


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything loaded, indexed for the router."""

    mechanisms: Mapping[str, Mechanism]
    memberships: Mapping[tuple[str, str], tuple[Membership, ...]]
    """(organisation, country) -> its periods."""
    mandates: tuple[Mandate, ...]
    version: str
    """Digest of the data, recorded with each routing decision."""
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    territories: Mapping[str, Territory] = field(default_factory=dict)
    glossary: tuple[Term, ...] = ()
