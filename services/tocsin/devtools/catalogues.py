"""``python -m tocsin.devtools.catalogues``: write the English text, as it is now, above each translation (``#. …``)."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message

import tocsin
from tocsin.runtime.catalogues import FALLBACK, languages, read

_KEY = re.compile(r'msgid "(.+)"')
ROOT = Path(tocsin.__file__).parent
FOLDERS = sorted([ROOT / "runtime" / "words", *ROOT.rglob("catalogues/")])
"""Whatever has words."""


def comments_of(message: Message) -> list[str]:
    """What stands above a translation: the English text, of one with a number the form for many."""
    text = message.string if isinstance(message.string, str) else (message.string or [""])[-1]
    return [f"#. {text}".rstrip()]


def commented(translation: str, english: dict[str, list[str]]) -> str:
    """A file's text with the comments as they should be. english: comments by key."""
    return "\n".join(_lines(translation, english)) + "\n"


def _lines(translation: str, english: dict[str, list[str]]) -> Iterator[str]:
    for line in translation.splitlines():
        if line.startswith("#."):
            continue
        if key := _KEY.fullmatch(line):
            yield from english.get(key[1], [])
        yield line


def english_of(path: Path) -> dict[str, list[str]]:
    """Comments by key, from an English file."""
    found = (message for message in read(path, FALLBACK) if message.id)
    return {m.id if isinstance(m.id, str) else m.id[0]: comments_of(m) for m in found}


def main() -> None:
    """Rewrite every file whose comments are stale."""
    for folder in FOLDERS:
        for path in sorted((folder / FALLBACK).glob("*.po")):
            english = english_of(path)
            for language in set(languages(folder)) - {FALLBACK}:
                other = folder / language / path.name
                text = other.read_text(encoding="utf-8") if other.exists() else ""
                if text and (fresh := commented(text, english)) != text:
                    other.write_text(fresh, encoding="utf-8")
                    print(other.relative_to(ROOT))


if __name__ == "__main__":
    main()
