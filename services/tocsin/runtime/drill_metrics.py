"""Metrics of the canary's drills, and of the components that it watches."""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from tocsin.runtime.labels import REGISTRY, closed

_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_drills = Counter("hrd_canary_drills", "Drills of the canary by what became of them", ["outcome"], registry=REGISTRY)
_drill_took = Histogram(
    "hrd_canary_seconds",
    "From publishing a drill to the provider's acceptance, and to delivery",
    ["until"],
    registry=REGISTRY,
    buckets=_BUCKETS,
)
_drill_last = Gauge("hrd_canary_last_timestamp_seconds", "When a drill was delivered last", registry=REGISTRY)
_components = Gauge("hrd_component_standing", "1 for the standing of it", ["component", "standing"], registry=REGISTRY)


def drill(outcome: str) -> None:
    """``outcome``: delivered, late, unpublished."""
    _drills.labels(closed("outcome_of_drill", outcome)).inc()


def passed(accepted_seconds: float, delivered_seconds: float, at: datetime) -> None:
    """How long a drill took from its publishing. at: when it was delivered."""
    _drill_took.labels("accepted").observe(max(accepted_seconds, 0.0))
    _drill_took.labels("delivered").observe(max(delivered_seconds, 0.0))
    _drill_last.set(at.timestamp())


def components(standings: Mapping[str, str]) -> None:
    """By component: working, degraded or down."""
    for component, standing in standings.items():
        for one in ("working", "degraded", "down"):
            _components.labels(closed("component", component), one).set(one == standing)
