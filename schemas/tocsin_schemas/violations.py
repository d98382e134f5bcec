"""What happened, where, by whom, and what followed."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from tocsin_schemas.dates import EdtfDate
from tocsin_schemas.model import Model
from tocsin_schemas.text import Country, Identifier, Line, Prose
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    AuthorityKind,
    CausalLink,
    Cooperation,
    CooperationStatus,
    Urgency,
    ViolationType,
    WgadCategory,
)


class Place(Model):
    """Where it happened."""

    name: Line
    administrative_area: Line | None = None
    country: Country | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Decimal degrees, coarse (about 10 km): a precise position endangers people."""
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


class Authority(Model):
    """Who is said to have done it."""

    kind: AuthorityKind
    name: Line | None = None
    unit: Line | None = None
    link_to_state: Prose | None = None
    identified_by: Prose | None = None


class Violation(Model):
    """The act: its types, date, State responsible and alleged perpetrators."""

    types: Annotated[list[ViolationType], Field(min_length=1, max_length=36)]
    date: EdtfDate
    end_date: EdtfDate | None = None
    ongoing: bool = False
    country: Country
    """The State responsible for the act, which decides competence; not the victim's nationality."""
    further_states: Annotated[list[Country], Field(max_length=10)] = []
    place: Place | None = None
    authorities: Annotated[list[Authority], Field(max_length=20)] = []
    companies: Annotated[list[Line], Field(max_length=20)] = []
    means: Prose | None = None
    current_situation: Prose | None = None
    witnesses: Prose | None = None
    """Who saw it. Sealed: a witness is in danger as well."""
    link_to_defence_work: Prose | None = None
    """Why the source believes the act answers the person's work (E/CN.4/2002/106, annex)."""


class Custody(Model):
    """One place of custody and its dates."""

    place: Line
    authority: AuthorityKind = AuthorityKind.UNKNOWN
    since: EdtfDate | None = None
    until: EdtfDate | None = None


class Detention(Model):
    """The WGAD model questionnaire (Fact Sheet 26, annex V), and items 3 to 5 of the WGEID form."""

    arrested_on: EdtfDate | None = None
    arresting_authority: AuthorityKind = AuthorityKind.UNKNOWN
    warrant_shown: bool | None = None
    stated_reason: Prose | None = None
    law_cited: Line | None = None
    charges: Annotated[list[Line], Field(max_length=40)] = []
    terrorism_charge: bool = False
    custodies: Annotated[list[Custody], Field(max_length=20)] = []
    court: Line | None = None
    sentence: Line | None = None
    next_hearing: EdtfDate | None = None
    lawyer_access: bool | None = None
    family_access: bool | None = None
    whereabouts_known: bool | None = None
    capture_denied: bool = False
    steps_to_locate: Prose | None = None
    """What the family or lawyer did to find the person (WGEID form, item 5)."""
    treatment: Prose | None = None
    """Conditions, ill-treatment and health in custody."""
    released_on: EdtfDate | None = None
    categories: Annotated[list[WgadCategory], Field(max_length=5)] = []


class Reprisal(Model):
    """Punishment for cooperating with a mechanism (strict, HRC res. 12/2) or for human rights work at large (broad)."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"strict": {"const": True}}, "required": ["strict"]},
            "then": {"required": ["mechanism"], "properties": {"mechanism": {"type": "string"}}},
        }
    )

    strict: bool
    broad: bool = False
    mechanism: Identifier | None = None
    """The mechanism that was cooperated with, for example ``UN`` or ``ACHPR``; required when strict."""
    cooperation: Cooperation | None = None
    cooperation_status: CooperationStatus = CooperationStatus.DONE
    cooperated_on: EdtfDate | None = None
    known_by: Prose | None = None
    adverse_act: Prose | None = None
    link: CausalLink = CausalLink.ALLEGED
    evidence: Prose | None = None

    @model_validator(mode="after")
    def _strict_names_the_mechanism(self) -> Self:
        if self.strict and self.mechanism is None:
            raise PydanticCustomError(
                "reprisal_without_mechanism", "a strict reprisal must name the mechanism that was cooperated with"
            )
        return self


class Accountability(Model):
    """The impunity chain: what earlier attacks led to, and whether anyone answered for them."""

    status: AccountabilityStatus = AccountabilityStatus.NONE
    complaints: Prose | None = None
    authority_reply: Prose | None = None
    investigations: Prose | None = None
    protection_offered: Prose | None = None
    remedies_exhausted: bool | None = None
    remedies_unavailable_because: Prose | None = None
    prior_event_references: Annotated[list[Line], Field(max_length=40)] = []


class Risk(Model):
    """Gravity, urgency and irreparable harm (IACHR Rules of Procedure, art. 25), in the terms of CAP 1.2."""

    urgency: Urgency = Urgency.UNKNOWN
    to_life: bool = False
    to_integrity: bool = False
    to_health: bool = False
    irreparable: bool = False
    expected_on: EdtfDate | None = None
    rights_at_risk: Annotated[list[Line], Field(max_length=20)] = []
    gravity: Prose | None = None
    urgency_facts: Prose | None = None
    irreparable_harm: Prose | None = None
    protection_fails_because: Prose | None = None
    measures_sought: Prose | None = None
    petition_pending: bool | None = None
