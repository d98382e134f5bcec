"""What one check found."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    FINE = "fine"
    WARNING = "warning"
    """It could not be checked, or will be wrong soon."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """check: which, as a code. sentence: what is so, and what to do about it; no address, no key."""

    check: str
    verdict: Verdict
    sentence: str


def fine(check: str, sentence: str) -> Finding:
    return Finding(check, Verdict.FINE, sentence)


def warning(check: str, sentence: str) -> Finding:
    return Finding(check, Verdict.WARNING, sentence)


def wrong(check: str, sentence: str) -> Finding:
    return Finding(check, Verdict.WRONG, sentence)
