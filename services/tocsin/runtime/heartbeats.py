"""Signs of life: each watcher leaves one after each round, and another watcher reads how old it is."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

CANARY, AUDITOR = "canary", "auditor"
_SILENT = 1.8


def silence(canary_seconds: float) -> timedelta:
    """For how long a watcher may leave no sign: nine minutes of five from drill to drill, so that whoever reads it has
    a minute left of ten.
    """
    return timedelta(seconds=_SILENT * canary_seconds)


def beat(home: Path, name: str, now: datetime, told: Mapping[str, Any] | None = None) -> None:
    """Leave a sign, which is there whole or not at all. told: what else the reader may know; no secrets."""
    folder = home / "heartbeats"
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f".{name}"
    written.write_text(json.dumps({"at": now.isoformat(), **(told or {})}), encoding="utf-8")
    written.replace(folder / name)


def last(home: Path, name: str) -> tuple[datetime, Mapping[str, Any]] | None:
    """When the last sign was left, and what was told; None: there is none that can be read."""
    try:
        told = json.loads((home / "heartbeats" / name).read_text(encoding="utf-8"))
        return datetime.fromisoformat(told["at"]), told
    except (OSError, ValueError, KeyError, TypeError):
        return None
