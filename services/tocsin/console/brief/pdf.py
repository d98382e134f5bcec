"""A page as PDF, tagged for readers of screens. Nothing is fetched but our own style sheet and sign."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent / "static"
_BASE = "http://brief.invalid/"
_log = logging.getLogger(__name__)


class Unavailable(RuntimeError):
    """This machine lacks what draws PDF: Pango, which is no Python package."""


def pdf_of(html: str, files: Mapping[str, tuple[bytes, str]]) -> bytes:
    """The page as it is printed.

    files: by path, what the page may load, with its media type; anything else is refused. Raises Unavailable where
    Pango is not installed; the page itself can be printed from a browser then.
    """
    try:
        from weasyprint import HTML  # loads Pango, which may be absent, and takes a second
    except OSError as error:
        _log.warning("PDF unavailable", extra={"code": "pango-absent"})
        raise Unavailable from error
    document = HTML(string=html, base_url=_BASE, url_fetcher=_fetcher(files))
    drawn: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return drawn


def _fetcher(files: Mapping[str, tuple[bytes, str]]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            del headers  # nothing is asked of anybody
            parts = urlsplit(url)
            if not url.startswith(_BASE) or parts.path not in files:
                raise ValueError("a brief loads nothing from elsewhere")
            body, kind = files[parts.path]
            return URLFetcherResponse(url, body, headers={"Content-Type": kind})

    return OwnFiles()
