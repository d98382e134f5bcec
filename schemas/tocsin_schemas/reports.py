"""The report that a mechanism publishes: the contract that everyone else codes against."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from tocsin_schemas.consent import ConsentDecision, Handling
from tocsin_schemas.dates import Day, EdtfDate, Instant
from tocsin_schemas.model import Model
from tocsin_schemas.text import Country, Identifier, Language, Line, Prose
from tocsin_schemas.victims import AllegedVictim, DescribedGroup
from tocsin_schemas.violations import Accountability, Detention, Reprisal, Risk, Violation
from tocsin_schemas.vocabulary import (
    ActionType,
    Certainty,
    EvidenceKind,
    ReferenceScheme,
    Reliability,
    SourceRelation,
)


class Reference(Model):
    """A number that some procedure gave to the case: the cheapest proof that two reports speak of one."""

    scheme: ReferenceScheme
    value: Line
    mechanism: Identifier | None = None
    """To whom the case was sent, for example ``UN-WGAD``."""
    sent_on: Day | None = None


class Source(Model):
    """Who told the publisher. Sealed on arrival; it never leaves the service (A/HRC/RES/5/2, art. 9)."""

    relation: SourceRelation
    name: Line | None = None
    organisation: Line | None = None
    contact: Prose | None = None
    country: Country | None = None


class Verification(Model):
    """How sure the publisher is, and why."""

    certainty: Certainty = Certainty.UNKNOWN
    independent_sources: Annotated[int, Field(ge=0, le=1000)] = 0
    """How many sources do not repeat one another."""
    source_reliability: Reliability | None = None
    verified_by: Line | None = None
    verified_on: Day | None = None


class Narrative(Model):
    """The account in words, in one language."""

    language: Language
    text: Prose
    translated: bool = False


class Evidence(Model):
    """A document or recording, kept elsewhere: where it lies, and the digest that proves it unchanged."""

    kind: EvidenceKind
    description: Line | None = None
    location: Line | None = None
    """A link or an archive number. Sealed."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    recorded_on: EdtfDate | None = None


class Report(Model):
    """One mechanism's account of one event. A repeat has the same publisher and reference; a correction, a higher
    revision.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["alleged_victims"], "properties": {"alleged_victims": {"minItems": 1}}},
                {"required": ["group"], "properties": {"group": {"type": "object"}}},
            ]
        }
    )

    publisher: Identifier
    """The publishing mechanism, for example ``ACHPR-SRHRD``."""
    publisher_reference: Line
    """The publisher's own number for this report."""
    revision: Annotated[int, Field(ge=1, le=10_000)] = 1
    language: Language
    received_at: Instant
    """When the publisher received it."""
    alleged_victims: Annotated[list[AllegedVictim], Field(max_length=200)] = []
    group: DescribedGroup | None = None
    violation: Violation
    detention: Detention | None = None
    reprisal: Reprisal | None = None
    accountability: Accountability | None = None
    risk: Risk | None = None
    references: Annotated[list[Reference], Field(max_length=50)] = []
    evidence: Annotated[list[Evidence], Field(max_length=100)] = []
    actions_requested: Annotated[list[ActionType], Field(max_length=24)] = []
    source: Source
    consent: Annotated[list[ConsentDecision], Field(max_length=100)] = []
    """What the victim or family allowed. What is absent is denied."""
    handling: Handling = Handling()
    verification: Verification = Verification()
    narratives: Annotated[list[Narrative], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _names_someone(self) -> Self:
        if not self.alleged_victims and self.group is None:
            raise PydanticCustomError(
                "report_without_victim", "name at least one alleged victim, or describe the group"
            )
        return self


class Withdrawal(Model):
    """A publisher takes a report back; its content is no longer used, and nothing unsent goes out."""

    publisher: Identifier
    publisher_reference: Line
    revision: Annotated[int, Field(ge=1, le=10_000)]
    """Higher than every revision published before."""
    reason: Literal["consent_withdrawn", "published_in_error", "unfounded", "other"]
    withdrawn_at: Instant
