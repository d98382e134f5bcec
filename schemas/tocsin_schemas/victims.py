"""Who was harmed, and what they defend."""

from typing import Annotated

from pydantic import Field

from tocsin_schemas.dates import EdtfDate
from tocsin_schemas.model import Model
from tocsin_schemas.text import Country, Language, Line, Prose, Script
from tocsin_schemas.vocabulary import Gender, GroupKind, NameKind, Occupation, Topic, VictimStatus


class PersonName(Model):
    """A name as the source wrote it; never normalised in place."""

    value: Line
    kind: NameKind = NameKind.FULL
    script: Script | None = None
    language: Language | None = None


class Organisation(Model):
    """An organisation that the person belongs to."""

    name: Line
    role: Line | None = None
    country: Country | None = None


class DefenderActivity(Model):
    """What the person does for human rights: the test of Declaration A/RES/53/144 is the activity, not the title."""

    topics: Annotated[list[Topic], Field(max_length=27)] = []
    description: Prose | None = None
    since: EdtfDate | None = None
    where: Line | None = None
    prior_attacks: Prose | None = None
    protection_measures: Prose | None = None


class Health(Model):
    """What makes the person's health urgent."""

    condition: Prose | None = None
    urgent_care_needed: bool = False
    care_denied: bool = False
    pregnant: bool = False


class AllegedVictim(Model):
    """One person who was harmed, as alleged."""

    names: Annotated[list[PersonName], Field(min_length=1, max_length=20)]
    birth: EdtfDate | None = None
    gender: Gender = Gender.UNDISCLOSED
    nationalities: Annotated[list[Country], Field(max_length=8)] = []
    residence: Line | None = None
    ethnicity: Line | None = None
    occupations: Annotated[list[Occupation], Field(max_length=13)] = []
    organisations: Annotated[list[Organisation], Field(max_length=20)] = []
    defender: DefenderActivity | None = None
    """Absent if the person is not a defender, for example a relative attacked in their place."""
    health: Health | None = None
    minor: bool = False
    status: VictimStatus = VictimStatus.UNKNOWN
    """Where the person stands at the time of the report."""
    identity_document: Line | None = None
    """Kind and number, if a procedure asks for it. Sealed."""
    dependants: Prose | None = None
    contact: Prose | None = None
    """How to reach the victim, family or lawyer. Sealed: it never leaves the service."""


class DescribedGroup(Model):
    """A family, organisation or community whose members are not all named, yet can be determined."""

    kind: GroupKind
    description: Prose
    size_estimate: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    topics: Annotated[list[Topic], Field(max_length=27)] = []
