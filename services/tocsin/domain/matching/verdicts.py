"""What the comparison of two reports says, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The decision table of person × event."""

    DUPLICATE = "duplicate"
    SAME_PERSON = "same_person_new_case"
    POSSIBLE = "possible_duplicate"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason. ``code`` and ``bits`` may be stored in clear; ``words`` quote the reports and may not.

    bits: additive log-odds, base 2; negative speaks against.
    """

    code: str
    bits: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class NameComparison:
    """Two sets of spellings. probability: that one person bears both."""

    probability: float
    bits: float
    conflict: bool
    """Another first name, or a shifted line of fathers: never one person by itself."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports, compared; the same whichever comes first.

    person: P(same person). event: P(same event, given the same person). vetoes: codes; any of them forbids joining
    without a person's decision, whatever the bits.
    """

    person: float
    event: float
    verdict: Verdict
    vetoes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def score(self) -> float:
        """P(one case)."""
        return self.person * self.event

    @property
    def bits(self) -> float:
        return sum(e.bits for e in self.evidence)
