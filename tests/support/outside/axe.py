"""What axe-core finds wrong with a page in a browser (WCAG)."""

from pathlib import Path

import axe_core_python

from chromium import Tab

_AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
_FIND = """axe.run(document, {resultTypes: ["violations"]}).then(
    found => found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 90)).join(" | ")))"""


def violations(tab: Tab) -> list[str]:
    """Of the open page, with everything unfolded: each rule that is broken, and where."""
    tab.run(f"document.querySelectorAll('details').forEach(each => each.open = true); {_AXE}; 0")
    return list(tab.run(_FIND))


def fits(tab: Tab) -> bool:
    """Whether nothing is wider than the window."""
    return bool(tab.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def darken(tab: Tab) -> None:
    """Let the page be drawn as for somebody who prefers dark colours."""
    tab.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
