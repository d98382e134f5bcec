"""How grave, how urgent and how sure (CAP 1.2)."""

from enum import StrEnum


class Urgency(StrEnum):
    """When the harm happens (CAP 1.2)."""

    IMMEDIATE = "immediate"
    EXPECTED = "expected"
    PAST = "past"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """How sure it is (CAP 1.2)."""

    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"


class Priority(StrEnum):
    """P1 now, P2 same day, P3 digest, P4 weekly."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Reliability(StrEnum):
    """Reliability of the source (Admiralty scale)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
