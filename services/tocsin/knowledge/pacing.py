"""Reads ``pacing.toml``: how many mails a person gets, and how long what can wait is gathered."""

import json
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

from tocsin_schemas.pacing import Budget, Gathering, Pacing
from tocsin_schemas.vocabulary import Priority


@cache
def load_pacing(file: Path | None = None) -> Pacing:
    """``file``: in place of our own. Raises ValueError if it does not have its shape, or leaves a priority out."""
    return pacing_from((file or resources.files(__package__) / "pacing.toml").read_text(encoding="utf-8"))


def pacing_from(text: str) -> Pacing:
    """``text``: TOML. Raises ValueError."""
    found = tomllib.loads(text)
    gathering = [Gathering.model_validate_json(json.dumps(row, default=str)) for row in found["gathering"]]
    by_priority = {one.priority: one for one in gathering}
    if len(gathering) != len(by_priority) or set(by_priority) != set(Priority):
        raise ValueError("every priority is gathered by one window")
    if any((one.over_budget is None) is not (one.priority is Priority.P1) for one in gathering):
        raise ValueError("a budget holds every priority but P1")
    return Pacing(budget=Budget.model_validate_json(json.dumps(found["budget"], default=str)), gathering=by_priority)
