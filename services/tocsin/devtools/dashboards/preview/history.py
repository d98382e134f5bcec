"""The invented week as Prometheus keeps it: written as OpenMetrics, made into blocks by promtool."""

import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from tocsin.devtools.dashboards.preview.invented import END, Invented
from tocsin.devtools.prometheus import RULES
from tocsin.runtime.labels import REGISTRY

WEEK, DAY = timedelta(days=7, hours=2), timedelta(hours=26)
"""All of it, and the part of which every figure is kept each minute."""
_RARELY = 4
"""Minutes between two figures of the days before: Prometheus calls a series gone that is silent for five."""
_BLOCK = 7200
"""Seconds of a block of Prometheus; promtool reads all that it is given once for each."""
_OF_A_WEEK = ("hrd_mails_per_person", "hrd_reviews_o", "hrd_alerts", "hrd_escalations", "hrd_dedup")
_SERVICES = ("auditor", "canary", "console", "dispatcher", "intake", "mailer", "pages", "relay", "resolver", "webhook")


def write(folder: Path) -> None:
    """Blocks for ``--storage.tsdb.path``. Raises CalledProcessError if promtool refuses what we wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    written = folder.parent / "written.om"
    for _, moments in groupby(_moments(), key=lambda moment: _at(moment[0]) // _BLOCK):
        with written.open("w", encoding="utf-8") as file:
            for now, names in moments:
                file.writelines(_lines(now, names))
            file.write("# EOF\n")
        command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q", str(written), str(folder)]
        subprocess.run(command, check=True)
    written.unlink()


def _moments() -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Each minute of which something is kept, once it has come, and the beginnings of the names of what is kept."""
    deployment, now = Invented(), END - WEEK
    while now <= END:
        deployment.minute(now)
        if now > END - DAY:
            yield now, ("hrd_",)
        elif now.minute % _RARELY == 0:
            yield now, _OF_A_WEEK
        now += timedelta(minutes=1)


def record(address: str, folder: Path) -> None:
    """What the recording rules would have kept in the last hours; twice, since some build upon others."""
    span = [f"--start={_at(END - timedelta(hours=9))}", f"--end={_at(END)}", "--eval-interval=60s"]
    into = [f"--url={address}", f"--output-dir={folder}", str(RULES / "recording.yml")]
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "rules", *span, *into], check=True, capture_output=True)


def _lines(now: datetime, names: tuple[str, ...]) -> Iterator[str]:
    """Of every series whose name begins so. As one instance: every query adds up or takes the greatest."""
    at = _at(now)
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name.startswith(names) and not sample.name.endswith(("_created", "_sum")):
                labels = "".join(f',{name}="{value}"' for name, value in sample.labels.items())
                yield f'{sample.name}{{job="tocsin",instance="tocsin"{labels}}} {sample.value} {at}\n'
    for service in _SERVICES:
        yield f'up{{job="tocsin",instance="{service}"}} 1 {at}\n'


def _at(moment: datetime) -> int:
    return int(moment.timestamp())
