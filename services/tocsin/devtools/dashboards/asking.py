"""What a dashboard asks of Prometheus, read from its JSON as Grafana reads it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SPAN = re.compile(r"now-(\d+)([hd])")
_SECONDS = {"h": 3600, "d": 86400}
_POINTS = 360
"""Of a line; Grafana asks for about as many as there are pixels."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One expression of one panel, with its variables filled in. letter: of the query in its panel."""

    dashboard: str
    panel: str
    number: int
    letter: str
    expr: str


def dashboards(folder: Path) -> dict[str, dict[str, Any]]:
    """Each dashboard's JSON by its uid."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def asked_by(dashboard: dict[str, Any]) -> Iterator[Asked]:
    """Every expression. Raises ValueError where a variable is in it: there is none but the data source."""
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            if "$" in target["expr"]:
                raise ValueError(f"a variable that nobody fills in: {target['expr']}")
            yield Asked(dashboard["uid"], panel["title"], panel["id"], target["refId"], target["expr"])


def span_of(dashboard: dict[str, Any], end: int) -> dict[str, int]:
    """``from``, ``to`` and ``step`` in seconds, for the time that the dashboard shows at first. end: Unix time."""
    found = _SPAN.fullmatch(dashboard["time"]["from"])
    if found is None:
        raise ValueError(f"a span that is not in hours or days: {dashboard['time']['from']}")
    seconds = int(found[1]) * _SECONDS[found[2]]
    step = max(60, seconds // _POINTS // 60 * 60)
    return {"from": (end - seconds) // step * step, "to": end // step * step, "step": step}
