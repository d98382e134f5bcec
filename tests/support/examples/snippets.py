"""The snippets of the pages for publishers: fenced blocks, of which those marked ``run`` are run as they stand."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGES = {"en": ROOT / "deploy" / "publishers.md", "fr": ROOT / "deploy" / "publishers.fr.md"}
_FENCE = re.compile(r"^```(?P<info>\S[^\n]*)?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Snippet:
    """language: sh, python … needs: programs without which it is not run. line: where it stands in the page."""

    language: str
    runs: bool
    needs: tuple[str, ...]
    text: str
    line: int

    @property
    def without_comments(self) -> str:
        """What is the same in every language of the page."""
        kept = (re.sub(r"(^|\s)#(?![!{]).*$", "", line).rstrip() for line in self.text.splitlines())
        return "\n".join(line for line in kept if line)


def snippets(language: str) -> list[Snippet]:
    """Of the page in that language, in order."""
    page = PAGES[language].read_text(encoding="utf-8")
    found = []
    for block in _FENCE.finditer(page):
        kind, *marks = (block["info"] or "text").split()
        line = page.count("\n", 0, block.start()) + 1
        found.append(Snippet(kind, "run" in marks, tuple(m for m in marks if m != "run"), block["text"], line))
    return found
