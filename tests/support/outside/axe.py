"""What axe-core finds wrong with a page in a browser (WCAG)."""

from pathlib import Path

import axe_core_python
from playwright.sync_api import Page

_AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
_FIND = """axe.run(document, {resultTypes: ["violations"]}).then(
    found => found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 90)).join(" | ")))"""


def violations(page: Page) -> list[str]:
    """Of the open page, with everything unfolded: each rule that is broken, and where."""
    page.evaluate(f"document.querySelectorAll('details').forEach(each => each.open = true); {_AXE}; 0")
    return list(page.evaluate(_FIND))


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
