"""Draws the status page as files that any web server can give out: one in each language, and what they look like."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tocsin.canary.telling import FOLDER, LANGUAGES
from tocsin.domain.watching import Standing
from tocsin.runtime.catalogues import catalogue

_HERE = Path(__file__).parent
_NAMES = {"en": "English", "fr": "Français"}
_GROUND = ("ground.css", "tocsin.svg")


def page_of(language: str) -> str:
    """The file of a language; the English one is what a folder shows."""
    return "index.html" if language == "en" else f"{language}.html"


class StatusPages:
    """folder: to write to; it holds nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        ground = resources.files("tocsin.runtime.pages") / "ground"
        for name in _GROUND:
            (folder / name).write_bytes((ground / name).read_bytes())
        shutil.copyfile(_HERE / "static" / "status.css", folder / "status.css")
        self._template = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("status.html")

    def show(self, standings: Mapping[str, Standing], delivered_at: datetime | None, now: datetime) -> None:
        """Write every page; a reader gets the one before or the new one, never a half.

        standings: by component. delivered_at: when a drill came through last.
        """
        for language in LANGUAGES:
            written = self._folder / f".{page_of(language)}"
            written.write_text(self.draw(language, standings, delivered_at, now), encoding="utf-8")
            written.replace(self._folder / page_of(language))

    def draw(
        self, language: str, standings: Mapping[str, Standing], delivered_at: datetime | None, now: datetime
    ) -> str:
        """One page."""
        said = catalogue(FOLDER, language)
        return self._template.render(
            t=said,
            standings=standings,
            worst=_worst(standings),
            delivered_at=delivered_at,
            now=now,
            pages=[(code, name, page_of(code)) for code, name in _NAMES.items()],
        )


def _worst(standings: Mapping[str, Standing]) -> Standing | None:
    """Of all of them; None: nothing is known yet."""
    found = set(standings.values())
    return next((one for one in (Standing.DOWN, Standing.DEGRADED, Standing.WORKING) if one in found), None)
