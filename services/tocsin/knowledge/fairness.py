"""Reads ``fairness.toml``: what each publisher may send at once, and when what waits has its turn."""

import json
import tomllib
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

from tocsin_schemas.fairness import Fairness, Release, Share
from tocsin_schemas.vocabulary import Priority


@cache
def load_fairness(file: Path | None = None) -> Fairness:
    """``file``: in place of our own. Raises ValueError if it does not have its shape."""
    return fairness_from((file or resources.files(__package__) / "fairness.toml").read_text(encoding="utf-8"))


def fairness_from(text: str) -> Fairness:
    """``text``: TOML. Raises ValueError if it lacks something, or if a more urgent report had a smaller share."""
    found = tomllib.loads(text)
    rows = [Share.model_validate_json(json.dumps(row, default=str)) for row in found["share"]]
    shares = {share.priority: share for share in rows}
    if len(rows) != len(shares) or set(shares) != set(Priority):
        raise ValueError("every priority has one share")
    by_urgency = [(shares[p].weight, shares[p].per_second, shares[p].burst) for p in reversed(Priority)]
    if any(before > after for column in zip(*by_urgency, strict=True) for before, after in pairwise(column)):
        raise ValueError("what is more urgent has no smaller share")
    return Fairness(release=Release.model_validate_json(json.dumps(found["release"], default=str)), shares=shares)
