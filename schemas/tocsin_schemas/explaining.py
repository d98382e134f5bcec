"""What pydantic found, in our words: its own text and the sender's keys and values stay out."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from tocsin_schemas import contract
from tocsin_schemas.mistakes import hint
from tocsin_schemas.model import Model
from tocsin_schemas.nearness import near
from tocsin_schemas.problems import Problem, code_of, pointer, problem

MAX_PROBLEMS = 20


def explained(error: ValidationError, model: type[Model], parsed: Any) -> list[Problem]:
    """At most twenty problems, each at its place.

    parsed: the body as ``parse_json`` reads it.
    """
    if isinstance(parsed, Mapping) and {"specversion", "data"} <= parsed.keys():
        return [problem("extra-forbidden", hint="envelope", of=model.__name__)]
    details = error.errors(include_url=False, include_context=False)[:MAX_PROBLEMS]
    return [_problem(detail["type"], detail["loc"], detail["input"], model) for detail in details]


def _problem(kind: str, place: tuple[int | str, ...], sent: Any, model: type[Model]) -> Problem:
    code = code_of(kind)
    if code == "extra-forbidden":
        return _unknown_field(place, model)
    of = contract.place_of(model, place)
    close = near(sent, contract.permitted(of)) if code == "enum" else ()
    recognised = "" if code == "missing" else hint(code, sent, of)
    return problem(code, pointer(place), hint=recognised, of=of, near=close)


def _unknown_field(place: tuple[int | str, ...], model: type[Model]) -> Problem:
    """Told at the object that holds it, without its name: that is the sender's own word."""
    *owner, name = place
    of = contract.place_of(model, owner)
    close: tuple[str, ...] = near(name, contract.permitted(of))
    homes = contract.homes(model, str(name)) if not close and contract.is_a_field(str(name)) else ()
    return problem("extra-forbidden", pointer(owner), hint="elsewhere" if homes else "", of=of, near=close or homes[:3])
