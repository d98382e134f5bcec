"""Inputs made by Hypothesis: any JSON at any place of a seed, and any bytes and headers."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from tocsin.devtools.fuzz.inputs import Input, seeds
from tocsin_schemas import contract

_WORDS = st.sampled_from(sorted(contract.words()))
_KEYS = _WORDS | st.text(max_size=8)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=10,
)
_HEADERS = st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=30)), max_size=3)


@st.composite
def _inputs(draw: st.DrawFn) -> Input:
    chosen = draw(st.sampled_from(seeds()))
    headers = chosen.headers
    if draw(st.booleans()):
        headers = (*draw(st.permutations(headers))[: draw(st.integers(0, 8))], *draw(_HEADERS))
    kinds = (lambda: draw(st.binary(max_size=200)), lambda: json.dumps(draw(_VALUES)).encode())
    kind = draw(st.integers(0, 3))
    return Input(headers, kinds[kind]() if kind < len(kinds) else _planted(draw, chosen.body))


def _planted(draw: st.DrawFn, body: bytes) -> bytes:
    """Another value for some field of the object, one or two levels down."""
    try:
        content = json.loads(body)
    except ValueError:
        return body
    if not isinstance(content, dict) or not content:
        return body
    name = draw(st.sampled_from(sorted(content)) | _KEYS)
    inner = content.get(name)
    value: Any = draw(_VALUES)
    if isinstance(inner, dict) and draw(st.booleans()):
        value = inner | {draw(_KEYS): value}
    return json.dumps(content | {name: value}).encode()


def generate(number: int, seed: int, take: Callable[[Input], None]) -> None:
    """Hand so many inputs to ``take``; what it raises ends the run, made as small as can be."""
    phases = (Phase.generate, Phase.shrink)
    without_bounds = settings(
        max_examples=number, database=None, deadline=None, phases=phases, suppress_health_check=list(HealthCheck)
    )
    seeded(seed)(without_bounds(given(_inputs())(take)))()
