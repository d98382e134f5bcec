"""From what a caller has to a checked model: a model, a mapping, or JSON."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic_core import PydanticSerializationError, to_json

from tocsin.publisher.errors import InvalidReport
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.model import Model
from tocsin_schemas.problems import SENTENCES, InvalidEvent, Problem

Given = Model | Mapping[str, Any] | bytes | str
"""A model of ``tocsin_schemas``; or its JSON as mapping, as text, or as bytes in UTF-8."""

M = TypeVar("M", bound=Model)


def checked(given: Given, model: type[M]) -> M:
    """Raises InvalidReport, or TypeError for a model of another kind."""
    if isinstance(given, model):
        return given
    if isinstance(given, Model):
        raise TypeError(f"a {model.__name__} was expected, not a {type(given).__name__}")
    try:
        return decode_as(_json(given), model)
    except InvalidEvent as refusal:
        raise InvalidReport.of(refusal) from None


def problem(code: str, path: str) -> InvalidReport:
    return InvalidReport([Problem(code, path, SENTENCES[code])])


def _json(given: Mapping[str, Any] | bytes | str) -> bytes:
    """Times and dates of Python are written as JSON has them."""
    if isinstance(given, bytes):
        return given
    try:
        return given.encode() if isinstance(given, str) else to_json(given)
    except UnicodeError:
        raise problem("string-unicode", "") from None
    except (PydanticSerializationError, ValueError, TypeError):
        raise problem("value-invalid", "") from None
