"""What is said of a refusal to people: what is wrong and how to mend it, in English and in French."""

from dataclasses import dataclass

from tocsin_schemas.problems import Problem


@dataclass(frozen=True, slots=True)
class Said:
    """sentence: what is wrong. remedy: what to do about it."""

    sentence: str
    remedy: str


def said(problem: Problem, language: str) -> Said:
    """In ``language`` (``en`` or ``fr``)."""
    return Said(problem.sentence, "")
