"""What is wrong with an event, in words that a publisher can act on; never an echo of what was sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault.

    code: stable, kebab-case, for machines.
    path: JSON Pointer (RFC 6901) to the faulty place, "" for the whole event.
    sentence: what to do about it, in English.
    """

    code: str
    path: str
    sentence: str


class InvalidEvent(ValueError):
    """The event cannot be accepted; ``problems`` says why, the first being the most telling."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.code} at {p.path or '/'}: {p.sentence}" for p in problems))
        self.problems = problems

    @property
    def code(self) -> str:
        return self.problems[0].code
