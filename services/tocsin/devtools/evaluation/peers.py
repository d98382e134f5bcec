"""Other matchers of names, for the same pairs in the same run. Only those that are installed take part."""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from anyascii import anyascii
from rapidfuzz import fuzz, utils

from tocsin.domain.matching.matcher import Matcher

Scorer = Callable[[str, str], float]
"""How alike two names are; each matcher has a scale of its own."""


def contestants(matcher: Matcher) -> dict[str, Scorer]:
    """Name -> scorer; ours first."""
    found: dict[str, Scorer] = {
        f"tocsin {matcher.version}": lambda a, b: matcher.compare_names((a,), (b,)).probability,
        "rapidfuzz token_sort + anyascii": lambda a, b: fuzz.token_sort_ratio(_latin(a), _latin(b)),
        "rapidfuzz WRatio + anyascii": lambda a, b: fuzz.WRatio(_latin(a), _latin(b)),
    }
    if importlib.util.find_spec("nomenklatura") is not None:
        found["nomenklatura logic-v2"] = _logic_v2()
    return found


def _latin(name: str) -> str:
    return utils.default_process(anyascii(name))


def _logic_v2() -> Scorer:
    """Not a dependency, nor in the locks: whoever wants the comparison installs it."""
    algorithm: Any = importlib.import_module("nomenklatura.matching").LogicV2
    model: Any = importlib.import_module("followthemoney").model
    settings = algorithm.default_config()

    def person(name: str) -> Any:
        entity = model.make_entity("Person")
        entity.id = name
        entity.add("name", name)
        return entity

    def score(a: str, b: str) -> float:
        return float(algorithm.compare(person(a), person(b), settings).score)

    return score
