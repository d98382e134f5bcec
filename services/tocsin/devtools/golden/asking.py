"""The shorthand of consent: what the victim was asked, and what they answered.

``informed``: alert and share, granted to mechanisms and NGOs, and recorded as informed · ``granted``: the same, not so
recorded · ``none``: nobody asked · or a list of these words and of sentences ``RECIPIENT PURPOSE STATUS [until DAY]
[withdrawn DAY] [informed]``.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

_MARKS = {"until": "expires_on", "withdrawn": "withdrawn_on"}


def consent_of(words: str | Sequence[str]) -> list[dict[str, Any]]:
    """Every decision in the order in which it is written."""
    sentences = [words] if isinstance(words, str) else words
    return [decision for sentence in sentences for decision in _decisions(sentence)]


def _decisions(sentence: str) -> Iterator[dict[str, Any]]:
    if sentence == "none":
        return
    if sentence in {"informed", "granted"}:
        for recipient in ("all_mechanisms", "ngos"):
            for purpose in ("alert", "share"):
                yield _decision(recipient, purpose, "granted", informed=sentence == "informed")
        return
    recipient, purpose, status, *rest = sentence.split()
    marks = {_MARKS[mark]: day for mark, day in pairwise(rest) if mark in _MARKS}
    yield _decision(recipient, purpose, status, informed="informed" in rest) | marks


def _decision(recipient: str, purpose: str, status: str, *, informed: bool) -> dict[str, Any]:
    return {"recipient": recipient, "purpose": purpose, "status": status, "informed": informed}
