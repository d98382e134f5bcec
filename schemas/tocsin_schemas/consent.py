"""What may be done with a report: consent by recipient and purpose, and handling marks."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from tocsin_schemas.model import Model
from tocsin_schemas.text import Identifier, Line
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose, Tlp

FieldPath = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^/[A-Za-z0-9_/]*$")]
"""JSON Pointer (RFC 6901) into the report, for example ``/alleged_victims/0/health``."""


class ConsentDecision(Model):
    """One decision of the victim, or of the family on their behalf, for one recipient and one purpose."""

    recipient: Audience | Identifier
    """A class of recipients, or one mechanism such as ``UN-WGAD``. The narrower decision prevails."""
    purpose: Purpose
    status: ConsentStatus
    informed: bool = False
    given_by: Line | None = None
    decided_on: date | None = None
    expires_on: date | None = None
    withdrawn_on: date | None = None
    recorded_how: Line | None = None


class Handling(Model):
    tlp: Tlp = Tlp.AMBER
    embargo_until: AwareDatetime | None = None
    confidential_fields: Annotated[list[FieldPath], Field(max_length=100)] = []
    retention_until: date | None = None
