"""The full text of reports as its reader gets it, encrypted: the rest of the mail says coded facts alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.domain.routing.excerpts import Excerpt, excerpts
from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels
from tocsin.runtime.catalogues import Words

_LABELLED = {"/violation/types": "violations", "/actions_requested": "actions"}
_STATES = frozenset({"/violation/country", "/violation/further_states", "/alleged_victims/nationalities"})
_HEADERS = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A report that may be shown to one reader. content: its JSON. shown: the fields, as consent has it now."""

    report_id: str
    content: Mapping[str, Any]
    shown: frozenset[str]


def full_text(opened: Sequence[Opened], words: Words) -> str:
    """Plain text, a heading for each report and a paragraph for each field."""
    parts = [str(words("full.careful"))]
    for report in opened:
        title = str(words("full.title"))
        parts += [
            f"{title}\n{'-' * len(title)}",
            *(_paragraph(e, words) for e in excerpts(report.content, report.shown)),
        ]
    return "\n\n".join(parts) + "\n"


def as_entity(text: str) -> bytes:
    """``text`` as a MIME entity (RFC 3156), which is what is encrypted."""
    return (_HEADERS + text.replace("\r\n", "\n").replace("\n", "\r\n")).encode()


def _paragraph(excerpt: Excerpt, words: Words) -> str:
    label = str(words("full." + excerpt.field.strip("/").replace("/", ".")))
    if excerpt.number is not None:
        label = str(words("full.numbered", label=label, number=excerpt.number))
    return f"{label}\n" + "\n".join(f"  {line}" for value in _said(excerpt, words) for line in value.splitlines())


def _said(excerpt: Excerpt, words: Words) -> Iterator[str]:
    known = labels(words.language).get(_LABELLED.get(excerpt.field, ""), {})
    for value in excerpt.values:
        if excerpt.field in _STATES:
            yield country_name(value, words.language)
        else:
            yield str(words.foreign(known.get(value, value)))
