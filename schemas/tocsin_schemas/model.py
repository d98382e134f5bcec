"""The base of every published model."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Strict, closed and immutable; a validation error never repeats what was sent."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        regex_engine="rust-regex",
    )
