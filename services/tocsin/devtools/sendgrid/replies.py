"""Answers that machines and people write to an alert: samples for tests, and for the mailbox page."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SAMPLES = Path(__file__).with_name("replies.toml")


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer as mail systems and people write it. All of them invented.

    kind: ``out-of-office`` (the person is away), ``left`` (holds the post no more), ``receipt`` (a machine confirms
    that mail arrived), ``read`` (a read receipt), ``challenge`` (a machine asks the sender to prove himself), ``list``
    (a mailing list or a ticket system answers), or ``person`` (a human answer, also where it speaks of absence).
    headers: as sent beside the usual ones. return_path: empty for the null sender. is_declared: whether a header says
    that it is automatic. until: last day of absence if the text gives one, ISO 8601. substitute: address named in it.
    """

    name: str
    kind: str
    language: str
    subject: str
    text: str
    headers: Mapping[str, str]
    return_path: str | None
    is_declared: bool
    until: str | None
    substitute: str | None

    @property
    def is_automatic(self) -> bool:
        return self.kind != "person"

    def subject_for(self, subject: str) -> str:
        """Its subject as an answer to a mail with ``subject``."""
        return self.subject.replace("{subject}", subject)


@cache
def load() -> tuple[Sample, ...]:
    """Every sample, in the order of the file."""
    with _SAMPLES.open("rb") as file:
        found = tomllib.load(file)["sample"]
    return tuple(
        Sample(
            name=one["name"],
            kind=one["kind"],
            language=one["language"],
            subject=one.get("subject", "Re: {subject}"),
            text=one["text"],
            headers=one.get("headers", {}),
            return_path=one.get("return_path"),
            is_declared=one["is_declared"],
            until=one.get("until"),
            substitute=one.get("substitute"),
        )
        for one in found
    )
