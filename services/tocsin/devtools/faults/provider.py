"""Faults of the mail provider, planned in a simulator that runs elsewhere."""

import json
import urllib.request
from collections.abc import Mapping

MAIL_FAULTS: Mapping[str, float] = {
    "drop_before": 0.01,
    "drop_after": 0.01,
    "cut_answer": 0.01,
    "error_before": 0.01,
    "error_after": 0.01,
    "hang_after": 0.005,
    "throttle": 0.01,
    "throttle_bare": 0.005,
    "events_lost": 0.02,
    "events_many": 0.02,
    "events_reordered": 0.1,
    "events_delayed": 0.05,
    "events_badly_signed": 0.02,
    "events_malformed": 0.05,
    "events_not_json": 0.02,
    "log_unavailable": 0.1,
    "log_throttled": 0.05,
}
"""By name, each with its chance where it could strike: replies lost, events lost, late, repeated or spoilt."""
LATEST_EVENT = 8.0
"""Seconds after which every event was posted, however late."""
_SECONDS = {"hang_after": 3.0, "events_delayed": 5.0, "throttle": 1.0}


def plan(simulator: str, faults: Mapping[str, float], seed: int) -> None:
    """Let each of ``faults`` strike by chance, until told otherwise. simulator: its address."""
    for number, (name, chance) in enumerate(faults.items()):
        wanted = {"fault": name, "times": -1, "chance": chance, "seed": seed * 1000 + number}
        _post(simulator, wanted | {"seconds": _SECONDS.get(name, 0.0)})


def clear(simulator: str) -> None:
    """Nothing strikes any more."""
    _post(simulator, {"clear": True})


def _post(simulator: str, wanted: Mapping[str, object]) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{simulator}/simulator/faults", json.dumps(wanted).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        answer.read()
