"""What can go wrong while publishing. Each error has a stable ``code``; none repeats what was to be published."""

from collections.abc import Sequence
from typing import ClassVar

from tocsin.publisher.receipts import Receipt
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.refusals import said


class PublishError(Exception):
    """Something was not published, and is not kept for later either.

    receipts: of ``submit_all``, those of the reports before the one that failed.
    """

    code: ClassVar[str] = "publish-error"
    receipts: Sequence[Receipt] = ()


class InvalidReport(PublishError):
    """The report or action breaks the contract: mend it, and submit it again. ``problems``: what and where."""

    code = "invalid-report"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(_told(problem) for problem in problems))
        self.problems = tuple(problems)

    @classmethod
    def of(cls, refusal: InvalidEvent) -> "InvalidReport":
        return cls(refusal.problems)


class KeyUnusable(PublishError):
    """The signing key cannot be read, can be read by others, or is no Ed25519 key."""

    code = "key-unusable"


class BrokerUnavailable(PublishError):
    """The broker did not acknowledge in time. It may have the report all the same: submit it again, it is the same."""

    code = "broker-unavailable"


class BrokerRefused(PublishError):
    """The broker answers, and will not take it: no right to write there, for example."""

    code = "broker-refused"


class SpoolProblem(PublishError):
    """The folder in which reports wait cannot be used."""

    code = "spool-unusable"


class SpoolFull(SpoolProblem):
    """As many bytes wait as may, or the disk is full: this report was not taken."""

    code = "spool-full"


class SpoolInUse(SpoolProblem):
    """Another process, or another publisher of this process, has the folder."""

    code = "spool-in-use"


class SpoolOfAnotherKey(SpoolProblem):
    """What waits was signed and encrypted with another key: open the folder with that one, and let it empty."""

    code = "spool-of-another-key"


class SpoolDamaged(SpoolProblem):
    """Reports that were taken cannot be read any more: the disk has lost or changed them.

    sequences: of the damaged ones; a sequence is close to the microseconds since 1970 at which it was submitted.
    """

    code = "spool-damaged"

    def __init__(self, told: str, sequences: Sequence[int] = ()) -> None:
        super().__init__(told)
        self.sequences = tuple(sequences)


class PublisherClosed(PublishError):
    """It was closed before."""

    code = "publisher-closed"


def _told(problem: Problem) -> str:
    words = said(problem, "en")
    return f"{problem.code} at {problem.path or '/'}: {'; '.join(filter(None, (words.sentence, words.remedy)))}"
