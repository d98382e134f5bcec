"""Sentences that are kept in English: of codes, ids and figures. Each is written in one form, and can be read again.

So whoever shows one says it in the reader's language, by the form's key and the facts in it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_FACT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Form:
    """text: with ``{names}`` where the facts stand."""

    key: str
    text: str

    def __call__(self, **facts: object) -> str:
        """The sentence. Raises KeyError if a fact of it is not given."""
        return self.text.format_map(facts)

    def read(self, sentence: str) -> dict[str, str] | None:
        """The facts in a sentence of this form; None if it is of another."""
        found = _pattern(self.text).fullmatch(sentence)
        return None if found is None else found.groupdict()

    @property
    def facts(self) -> list[str]:
        """The names of its facts."""
        return _FACT.findall(self.text)


def read(forms: Iterable[Form], sentence: str) -> tuple[Form, dict[str, str]] | None:
    """The first form that it has, with its facts."""
    for form in forms:
        if (facts := form.read(sentence)) is not None:
            return form, facts
    return None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = _FACT.split(text)  # what stands between facts, and names of facts, by turns
    return re.compile("".join(f"(?P<{part}>.*?)" if n % 2 else re.escape(part) for n, part in enumerate(parts)))
