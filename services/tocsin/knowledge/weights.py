"""The weights and thresholds of matching: one file, one place."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def load_weights() -> dict[str, Any]:
    """``matching.toml`` by section: version, names, person, event, thresholds."""
    return tomllib.loads((resources.files(__package__) / "matching.toml").read_text(encoding="utf-8"))
