"""Chromium without a window: a page becomes a picture, or tells what axe finds wrong with it."""

import base64
import json
import re
import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

FLAGS = [
    "--headless=old",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-site-isolation-trials",
    "--hide-scrollbars",
    "--disable-features=IsolateSandboxedIframes,IsolateOrigins,site-per-process",
]
"""Of a browser that looks at nothing but what it is given."""
_AT_ONCE = "--virtual-time-budget=4000"
_FOUND = re.compile(r'<pre id="axe">(.*?)</pre>', re.DOTALL)
_ASK = """<pre id="axe"></pre><script>{axe}</script><script>
axe.run(document.body.querySelector("table")).then(found => {{
  document.getElementById("axe").textContent = btoa(JSON.stringify(
    found.violations.map(v => [v.id, v.nodes.map(n => n.target.join(" "))])));
}});</script></body>"""


def program() -> str | None:
    """Where Chromium is, if it is installed."""
    return shutil.which("chromium")


def picture(page: Path | str, to: Path, width: int = 700, height: int = 1300) -> None:
    """Draw ``page``, a file or an address. width, height: of the window, in CSS pixels.

    Raises CalledProcessError if the browser fails.
    """
    _chromium(f"--window-size={width},{height}", f"--screenshot={to}", page if isinstance(page, str) else page.as_uri())


def faults(html: str) -> list[Any]:
    """What axe finds in a page: each rule that it breaks, and where."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html.replace("</body>", _ASK.format(axe=axe)), encoding="utf-8")
        found = _FOUND.search(_chromium("--dump-dom", page.as_uri()))
    if found is None or not found[1]:
        raise RuntimeError("axe gave no answer")
    answer: list[Any] = json.loads(base64.b64decode(found[1]))
    return answer


def _chromium(*arguments: str) -> str:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program() or "chromium", *FLAGS, _AT_ONCE, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=90).stdout
