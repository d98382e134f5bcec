"""What may be done with a report: consent by recipient and purpose, and handling marks."""

from typing import Annotated, Any, cast

from pydantic import Field, StringConstraints, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from tocsin_schemas.dates import Day, Instant
from tocsin_schemas.model import Model
from tocsin_schemas.text import Identifier, Line
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Pap, Purpose, Tlp

FieldPath = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^/[A-Za-z0-9_/]*$")]
"""JSON Pointer (RFC 6901) into the report, for example ``/alleged_victims/0/health``."""


def _one_problem(value: Any, validate: ValidatorFunctionWrapHandler) -> Audience | str:
    """One fault for the place, rather than one for each member of the union."""
    try:
        return cast("Audience | str", validate(value))
    except ValidationError:
        raise PydanticCustomError(
            "recipient_invalid", "name an audience of the controlled list, or one mechanism such as UN-WGAD"
        ) from None


ConsentRecipient = Annotated[
    Annotated[Audience, Field(strict=False)] | Identifier,
    Field(union_mode="left_to_right"),
    WrapValidator(_one_problem),
]
"""Not strict inside: a wrapped validator sees the text, not the JSON, and strict enums refuse text."""


class ConsentDecision(Model):
    """One decision of the victim, or of the family on their behalf, for one recipient and one purpose."""

    recipient: ConsentRecipient
    """A class of recipients, or one mechanism such as ``UN-WGAD``. The narrower decision prevails."""
    purpose: Purpose
    status: ConsentStatus
    informed: bool = False
    given_by: Line | None = None
    decided_on: Day | None = None
    expires_on: Day | None = None
    withdrawn_on: Day | None = None
    recorded_how: Line | None = None


class Handling(Model):
    """How the report may be handled: marks, embargo, confidential parts, retention."""

    tlp: Tlp = Tlp.AMBER
    pap: Pap | None = None
    chatham_house: bool = False
    """The content may be used, its source and the speakers never named."""
    embargo_until: Instant | None = None
    confidential_fields: Annotated[list[FieldPath], Field(max_length=100)] = []
    retention_until: Day | None = None
