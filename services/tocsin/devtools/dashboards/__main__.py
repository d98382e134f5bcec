"""Writes ``deploy/grafana``: ``python -m tocsin.devtools.dashboards``; ``--check`` exits 1 if a dashboard differs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tocsin.devtools.dashboards.grafana import as_json
from tocsin.devtools.dashboards.views import VIEWS

FOLDER = Path(__file__).resolve().parents[4] / "deploy" / "grafana" / "dashboards"


def files() -> dict[str, str]:
    """Every dashboard, by its file's name."""
    return {f"{view.uid}.json": as_json(view) for view in VIEWS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a dashboard differs")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the dashboards are")
    options = parser.parse_args(arguments)
    made = files()
    differing = [name for name, text in made.items() if not _is_there(options.folder / name, text)]
    if options.check:
        print(*(f"{name} differs: python -m tocsin.devtools.dashboards" for name in differing), sep="\n", end="")
        return 1 if differing else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in differing:
        (options.folder / name).write_text(made[name], encoding="utf-8")
        print(f"{name} written")
    return 0


def _is_there(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
