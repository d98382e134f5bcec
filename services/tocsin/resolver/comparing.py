"""Comparing one report with others, within a budget of steps; what cannot be compared is said, never passed over."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tocsin.domain.matching.blocking import Key
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Comparison, Verdict
from tocsin_schemas.reports import Report

BUDGET = 150
"""Comparisons for one report."""
MATCHING_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TimeoutError,
    TypeError,
    ValueError,
)
"""What a hostile or unforeseen report could raise in pure rules. It must cost a match, not the alert."""
log = logging.getLogger(__name__)


class Comparer(Protocol):
    """What the resolver needs of a matcher; ``domain.matching.matcher.Matcher`` is the one that is shipped."""

    @property
    def version(self) -> str: ...

    def profile_of(self, report: Report, report_id: str) -> Profile: ...

    def keys_of(self, known: Profile) -> list[Key]: ...

    def compare(self, a: Profile, b: Profile) -> Comparison: ...


@dataclass(slots=True)
class Comparing:
    """The comparisons of ``profile``. failures: why a report that should have been compared was not, in a code."""

    matcher: Comparer
    profile: Profile
    budget: int = BUDGET
    results: dict[str, Comparison] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def with_each(self, order: Iterable[str], profiles: Mapping[str, Profile | None], optional: bool = False) -> None:
        """Compare with the reports in this order; one without a profile is erased, and is left out.

        optional: a report for which the budget is spent need not be compared.
        """
        for report_id in order:
            if report_id not in profiles or report_id in self.results or report_id in self.failures:
                continue
            if self.budget > 0:
                self.budget -= 1
                self._compare(report_id, profiles[report_id])
            elif not optional:
                self.failures[report_id] = "budget"

    def related(self) -> list[str]:
        """Reports that may have to do with this one, the nearest first; those that could not be compared come last."""
        near = [r for r, c in self.results.items() if c.verdict is not Verdict.UNRELATED]
        return sorted(near, key=lambda r: (-self.results[r].score, r)) + list(self.failures)

    def is_automatic(self, report_id: str) -> bool:
        found = self.results.get(report_id)
        return found is not None and found.verdict is Verdict.DUPLICATE and not found.vetoes

    def _compare(self, report_id: str, other: Profile | None) -> None:
        if other is None:
            self.failures[report_id] = "unreadable"
            return
        try:
            found = self.matcher.compare(self.profile, other)
            if not 0 <= found.score <= 1:
                raise ArithmeticError("no probability")
            self.results[report_id] = found
        except MATCHING_ERRORS as error:
            self.failures[report_id] = type(error).__name__
            log.warning("a comparison failed", extra={"report_id": report_id, "problem": type(error).__name__})
