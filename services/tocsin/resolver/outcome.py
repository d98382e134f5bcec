"""What became of one event."""

from dataclasses import dataclass

from tocsin.domain.matching.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """word: opened, joined, corrected, withdrawn, repeat or superseded. case_id: where the report stands.

    candidates: how many reports the index gave. linked: cases that it may belong to, or that share its person. changed:
    other reports whose case is another than before.
    """

    word: str
    report_id: str
    case_id: str
    verdict: Verdict = Verdict.UNRELATED
    candidates: int = 0
    linked: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
