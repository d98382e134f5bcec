"""Writes the pictures of the dashboards: ``python -m tocsin.devtools.dashboards.preview``.

Needs Prometheus and Chromium (Debian has both), and ``npm ci && npm run build`` in ``deploy/grafana/preview``.
"""

import argparse
import json
import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image

from tocsin.devtools.dashboards.asking import asked_by, dashboards, span_of
from tocsin.devtools.dashboards.preview import history
from tocsin.devtools.dashboards.preview.invented import END
from tocsin.devtools.mails.browser import picture
from tocsin.devtools.prometheus import Prometheus

_DEPLOY = Path(__file__).resolve().parents[5] / "deploy"
_PREVIEW = _DEPLOY / "grafana" / "preview"
_WIDTH, _ROW, _ABOVE = 1440, 38, 70
"""Pixels: of a picture, of a row of Grafana's grid, and of the title with what is around it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Invent, ask and draw. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".tocsin/preview"), help="emptied at the start")
    parser.add_argument("--out", type=Path, default=_DEPLOY / "pictures", help="where the pictures go")
    options = parser.parse_args(arguments)
    if not (_PREVIEW / "dist").is_dir():
        print(f"First: cd {_PREVIEW} && npm ci && npm run build", file=sys.stderr)
        return 1
    shutil.rmtree(options.home, ignore_errors=True)
    site = options.home.resolve() / "site"
    shutil.copytree(_PREVIEW / "dist", site / "dist")
    shutil.copy(_PREVIEW / "index.html", site)
    found = dashboards(_DEPLOY / "grafana" / "dashboards")
    _ask(options.home, found, site / "answers")
    with _served(site) as address:
        for uid, dashboard in found.items():
            rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
            to = options.out.resolve() / f"dashboard-{uid.removeprefix('tocsin-')}.png"
            picture(f"{address}/index.html#{uid}", to, _WIDTH, rows * _ROW + _ABOVE)
            _few_colours(to)
            print(f"{to.name}: {to.stat().st_size // 1000} kB")
    return 0


def _ask(home: Path, found: dict[str, dict[str, Any]], folder: Path) -> None:
    """Every query, over the time that its dashboard shows; one file for each dashboard."""
    folder.mkdir()
    prometheus = Prometheus(home, {})
    history.write(prometheus.blocks)
    for _ in range(2):
        with prometheus:
            history.record(prometheus.address, prometheus.blocks)
    with prometheus:
        for uid, dashboard in found.items():
            told = _told(prometheus, dashboard)
            (folder / f"{uid}.json").write_text(json.dumps(told), encoding="utf-8")


def _told(prometheus: Prometheus, dashboard: dict[str, Any]) -> dict[str, Any]:
    span = span_of(dashboard, int(END.timestamp()))
    answers: dict[int, dict[str, Any]] = {}
    for asked in asked_by(dashboard):
        series = prometheus.ask_span(asked.expr, span["from"], span["to"], span["step"])
        answers.setdefault(asked.number, {})[asked.letter] = series
    return {"dashboard": dashboard, "span": span, "answers": answers}


def _few_colours(drawn: Path) -> None:
    """Of a palette: a third of the size, and nobody sees it."""
    with Image.open(drawn) as image:
        image.convert("RGB").quantize(colors=192, dither=Image.Dither.NONE).save(drawn, optimize=True)


@contextmanager
def _served(site: Path) -> Iterator[str]:
    """On loopback: a browser loads no module from a file."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: the browser is ours."""


if __name__ == "__main__":
    sys.exit(main())
