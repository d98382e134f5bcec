"""Draws pages from templates, in the visitor's language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from tocsin.runtime.catalogues import Words

TEMPLATES = Path(__file__).parent / "templates"
"""The frame of every page, and the page that says one thing."""


class Pages:
    """The pages of one folder, with ``templates`` and ``static``.

    root: the path below which they stand, without a slash at its end. languages: each with its own name.
    """

    def __init__(self, folder: Path, root: str, languages: Mapping[str, str]) -> None:
        self._folder = folder
        self._common: dict[str, Any] = {"root": root, "languages": languages.items()}
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder / "templates"), FileSystemLoader(TEMPLATES)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def draw(self, said: Words, name: str, status: int, content: Mapping[str, Any]) -> HTMLResponse:
        """A page. name: of its template. content: what this uses beside words and languages."""
        common = self._common | {"t": said, "language": said.language, "direction": said.dir}
        return HTMLResponse(self._environment.get_template(f"{name}.html").render({**common, **content}), status)

    def static(self) -> StaticFiles:
        """Style sheets and pictures: those of the folder, and those that all pages have."""
        return static(self._folder)


def static(folder: Path) -> StaticFiles:
    """The files of ``folder/static``, with the colours and the sign that all pages have."""
    return StaticFiles(directory=folder / "static", packages=[("tocsin.runtime.pages", "ground")])


def see(path: str) -> RedirectResponse:
    """What was sent is done with: the next page is asked for with GET, so that nothing is sent twice."""
    return RedirectResponse(path, 303)
