"""Draws a mail twice from the same facts: plain text that is complete in itself, and HTML beside it.

``frame.html`` and ``opening.txt`` want what ``frame`` gives; ``blocks.html`` and ``blocks.txt`` have macros for facts,
lists, notes and links. Sentences come as ``Said``, with their isolates.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import END, FIRST_STRONG

ACCENTS = {True: "#9b1c1c", False: "#1f4e5f"}
"""Of what is urgent, and of the rest."""
_WIDTH = 76
_UNBROKEN = re.compile(r"[^ \t\r\n]+")
"""A no-break space holds together what stands at its sides."""
_RIGHT_TO_LEFT = "\u200f"
_BEGINS_FOREIGN = re.compile(rf"^(?:- |  )?{FIRST_STRONG}", re.MULTILINE)


def frame(
    words: Words,
    title: str,
    intro: Sequence[str],
    *,
    urgent: bool = False,
    possible_repeat: bool = False,
    exercise: bool = False,
) -> dict[str, Any]:
    """What every mail has. exercise: marks it as a drill in title, band and text; see also ``subjects.exercise``."""
    return {
        "words": words,
        "title": title,
        "intro": intro,
        "accent": ACCENTS[urgent],
        "possible_repeat": possible_repeat,
        "exercise": exercise,
    }


def draw(kind: str, facts: dict[str, Any]) -> tuple[str, str]:
    """Text and HTML. kind: the folder of the templates."""
    text, html = (template(f"{kind}/{part}").render(facts).strip() for part in ("body.txt", "body.html"))
    return f"{_turned(text) if facts['words'].is_rtl else text}\n", f"{html}\n"


@cache
def template(name: str) -> Any:
    """A template by its path."""
    return _ENVIRONMENT.get_template(name)


def wrapped(text: str, indent: str = "") -> str:
    """In lines of at most 76 characters; what has no place to break, such as a link, is left whole.

    A line ends every isolate (it is a paragraph to the bidirectional algorithm), so the next begins those anew.
    """
    lines = [""]
    for word in _UNBROKEN.findall(str(text)):
        if lines[-1] and len(_bare(lines[-1])) + 1 + len(_bare(word)) > _WIDTH - len(indent):
            still_open = lines[-1].count(FIRST_STRONG) - lines[-1].count(END)
            lines[-1] += END * still_open
            lines.append(FIRST_STRONG * still_open + word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return f"\n{indent}".join(lines)


def _turned(text: str) -> str:
    """A line that begins with a foreign piece says which way it runs, for programs that look at its first letter."""
    return _BEGINS_FOREIGN.sub(f"{_RIGHT_TO_LEFT}\\g<0>", text)


def _bare(text: str) -> str:
    return text.replace(FIRST_STRONG, "").replace(END, "")


_ENVIRONMENT = SandboxedEnvironment(
    loader=FileSystemLoader(str(files("tocsin.mailer.writing") / "templates")),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters["wrapped"] = wrapped
