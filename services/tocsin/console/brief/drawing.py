"""Draws the brief and the printed case, as pages and as PDF."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tocsin.console.brief.pdf import pdf_of
from tocsin.console.brief.sections import sections
from tocsin.console.brief.words import LANGUAGES, words
from tocsin.domain.briefing.composing import Brief
from tocsin.domain.briefing.periods import Period
from tocsin.domain.briefing.suppression import SMALLEST
from tocsin.runtime.pages import drawing
from tocsin.runtime.pages.drawing import Pages

ROOT = "/brief"
"""Below which the pages stand."""
Frame = Mapping[str, Any]
"""What stands around a page that is read in the console: see ``routes``."""
_HERE = Path(__file__).parent
_PAGES = Pages(_HERE, "", LANGUAGES)
_GROUND = Path(drawing.__file__).parent / "ground"
_KINDS = {".css": "text/css", ".svg": "image/svg+xml"}
SHEETS, _SIGN = ("/static/ground.css", "/static/brief/brief.css"), "/static/tocsin.svg"
"""Addresses in the console."""
_OFFERED = 12
"""Quarters to choose from."""


def files() -> Mapping[str, tuple[bytes, str]]:
    """Style sheets and pictures by path, with their media types."""
    known = {
        SHEETS[0]: _GROUND / "ground.css",
        SHEETS[1]: _HERE / "static" / "brief.css",
        _SIGN: _GROUND / "tocsin.svg",
    }
    return {name: (path.read_bytes(), _KINDS[path.suffix]) for name, path in known.items()}


def as_pdf(html: str) -> bytes:
    """A page as it is printed. Raises ``pdf.Unavailable``."""
    return pdf_of(html, files())


def draw(language: str, name: str, frame: Frame | None = None, **content: Any) -> str:
    """A page. language: one of ``LANGUAGES``. frame: None: it stands alone."""
    common = {"signed_in": False, "csrf": "", "here": "", "places": (), "own": ROOT} | dict(frame or {})
    return bytes(_PAGES.draw(words(language), name, 200, common | content).body).decode()


def period_page(
    brief: Brief | None, today: date, language: str, frame: Frame | None = None, refused: bool = False
) -> str:
    """The brief, or without one the question for a period. refused: what was asked for is none."""
    said, quarters = words(language), _quarters(today)
    content: dict[str, Any] = {"brief": brief, "refused": refused, "sections": [], "from_day": "", "to_day": ""}
    if brief is not None:
        days = {"from": brief.period.first.isoformat(), "to": brief.period.last.isoformat()}
        content |= {
            "sections": sections(brief, said),
            "first": said.day(brief.period.first),
            "last": said.day(brief.period.last),
            "made": said.instant(brief.made_at),
            "largest": SMALLEST - 1,
            "from_day": days["from"],
            "to_day": days["to"],
            "here": "".join(f"{name}={day}&" for name, day in days.items()),
        }
    content |= {
        "firsts": [(q.first.isoformat(), said.day(q.first)) for q in quarters],
        "lasts": [(q.last.isoformat(), said.day(q.last)) for q in quarters],
    }
    return draw(language, "period", frame, **content)


def last_quarter(today: date) -> Period:
    """The quarter before the one that ``today`` is in."""
    return _quarters(today)[1]


def _quarters(today: date) -> Sequence[Period]:
    """The quarter of ``today`` and those before it."""
    found, first = [], date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    for _ in range(_OFFERED):
        after = (first + timedelta(days=95)).replace(day=1)
        found.append(Period(first, after - timedelta(days=1)))
        first = (first - timedelta(days=80)).replace(day=1)
    return found
