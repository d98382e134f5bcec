"""Writes the pages in ``deploy/routing``: ``python -m tocsin.devtools.golden``; ``--check`` exits 1 if they differ."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tocsin.devtools.golden.page import golden_page
from tocsin.devtools.golden.words import LANGUAGES
from tocsin.devtools.golden.worked import worked_example

FOLDER = Path(__file__).resolve().parents[4] / "deploy" / "routing"


def pages() -> dict[str, str]:
    """Every generated page, by its file's name."""
    examples = {f"example.{language}.md": worked_example(language) for language in LANGUAGES}
    return {"golden.md": golden_page(), **examples}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page differs")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are")
    options = parser.parse_args(arguments)
    differing = [name for name, text in pages().items() if not _is_there(options.folder / name, text)]
    if options.check:
        print(*(f"{name} differs: python -m tocsin.devtools.golden" for name in differing), sep="\n", end="")
        return 1 if differing else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in differing:
        (options.folder / name).write_text(pages()[name], encoding="utf-8")
        print(f"{name} written")
    return 0


def _is_there(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
