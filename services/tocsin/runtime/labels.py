"""Labels of metrics come from small closed sets: no id, country or person. What is none of a set is ``other``."""

import re
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge

REGISTRY = CollectorRegistry()
OTHER = "other"
FAMILIES = ("achpr", "coe", "eu", "iachr", "ngo", "oif", "osce", "un")
"""Of publishers, as consent names them: ``un`` of ``UN-WGAD``. Who of them sends how much is nobody's business."""
_LABEL = re.compile(r"(?![0-9a-f-]{16,}$)[a-z][a-z0-9_.-]{0,39}|P[1-4]")
_MAX_VALUES = 64
_seen: dict[str, set[str]] = {"family": {*FAMILIES}}
_FULL = frozenset({"family"})
"""Labels of which every value is known beforehand."""


def closed(label: str, value: str) -> str:
    """The value, or ``other`` if it is no code word or the set has grown past its bound."""
    known = _seen.setdefault(label, set())
    if value in known:
        return value
    if label in _FULL or len(known) >= _MAX_VALUES or not _LABEL.fullmatch(value):
        return OTHER
    known.add(value)
    return value


def family(publisher: str) -> str:
    """Of a publisher's name; ``other`` if it is none that is known."""
    return closed("family", publisher.partition("-")[0].lower())


def replace(gauge: Gauge, label: str, values: Mapping[str, float]) -> None:
    """Set every value of the label; those no longer present fall to 0. What is one label is added up."""
    found: dict[str, float] = dict.fromkeys(_seen.get(label, ()), 0)
    for value, number in values.items():
        name = closed(label, value)
        found[name] = found.get(name, 0) + number
    for name, number in found.items():
        gauge.labels(name).set(number)


def replace_oldest(gauge: Gauge, label: str, ages: Mapping[str, float]) -> None:
    """As ``replace``, of ages in seconds: of what is one label the greatest counts."""
    oldest: dict[str, float] = {}
    for value, age in ages.items():
        name = closed(label, value)
        oldest[name] = max(oldest.get(name, 0.0), age, 0.0)
    replace(gauge, label, oldest)
