"""What the intake answers with."""

from typing import Annotated, Any, Literal

from pydantic import Field

from tocsin_schemas.dates import Instant
from tocsin_schemas.model import Model


class ToldProblem(Model):
    """One fault of what was sent."""

    code: str
    """Stable, for machines."""
    pointer: str
    """JSON Pointer (RFC 6901) into the body; "" for the whole."""
    detail: str
    """What is wrong."""
    remedy: str
    """How to mend it."""


class ReceiptAnswer(Model):
    """An event was stored. Ask with the receipt, from ``outcome_from`` on, what became of it."""

    receipt: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{60}$")]
    status: Literal["received", "accepted", "refused"]
    received_at: Instant
    outcome_from: Instant
    """Until then every event is ``received``."""
    problems: list[ToldProblem]
    """Of a refused event, what to mend; send the mended event as a new one."""


class ProblemAnswer(Model):
    """RFC 9457."""

    type: Annotated[str, Field(pattern="^urn:tocsin:problem:[a-z0-9-]+$")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    problems: Annotated[list[ToldProblem], Field(min_length=1)]
    instance: str | None = None
    """Of a failure of ours: what to tell the operators."""


class SealingKey(Model):
    """A public key (RFC 7517, RFC 8037) to which bodies may be sealed: JWE, ECDH-ES and A256GCM, not compressed."""

    kty: Literal["OKP"]
    crv: Literal["X25519"]
    x: str
    kid: str
    use: Literal["enc"]


class SealingKeys(Model):
    keys: list[SealingKey]


def schemas(*models: type[Model]) -> dict[str, Any]:
    """Their JSON Schemas by name, each name once, as OpenAPI's components have them."""
    found: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(mode="validation", ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {}) | {model.__name__: schema}
    return found
