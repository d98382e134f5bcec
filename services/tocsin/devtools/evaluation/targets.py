"""The figures to reach, beside what others reach (issue 4; research/entity_resolution.md §3 for words of a name)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """best: of the open matchers; earlier: of our prototype. Figures to stay below have ``at_most``."""

    key: str
    title: str
    best: float | None = None
    earlier: float | None = None
    floor: float | None = None
    aim: float | None = None
    at_most: bool = False

    def reached(self, figure: float) -> str:
        """``aim``, ``floor`` or ``short``; "" if there is nothing to reach."""
        if self.floor is None:
            return ""
        sign = -1 if self.at_most else 1
        if self.aim is not None and sign * figure >= sign * self.aim:
            return "aim"
        return "floor" if sign * figure >= sign * self.floor else "short"


SECTIONS: dict[str, tuple[Target, ...]] = {
    "names": (
        Target("alias_f1", "alias pairs: F1 at our own decision", 0.78, 0.889, 0.905, 0.92),
        Target("alias_best_f1", "  F1 at the best threshold", 0.78, 0.889, 0.905, 0.92),
        Target("alias_ap", "  average precision", 0.86, 0.946, 0.957, 0.965),
        Target("alias_recall_p99", "  recall at 99 % precision", 0.57, 0.69, 0.74, 0.80),
        Target("x-arabic", "  F1, Arabic ↔ Latin", 0.24, 0.83, 0.86, 0.89),
        Target("x-cyrillic", "  F1, Cyrillic ↔ Latin", 0.95, 0.94, 0.955, 0.965),
        Target("x-hangul", "  F1, Hangul ↔ Latin", 0.35),
        Target("x-cjk", "  F1, Han ↔ Latin"),
        Target("x-katakana", "  F1, kana ↔ Latin"),
        Target("x-hebrew", "  F1, Hebrew ↔ Latin"),
        Target("latin-eu", "  F1, Latin forms of the EU"),
        Target("latin-ofac", "  F1, Latin forms of OFAC"),
        Target("latin-un", "  F1, Latin forms of the UN"),
        Target("names_rate", "name comparisons a second, in process", 5200, 14000),
        Target("names_cli_rate", "  through the command", 5200, 14000, 10_000, 30_000),
    ),
    "name_bench": (
        Target("bench_ap", "name_bench, persons: average precision", 0.81, 0.875, 0.89, 0.91),
        Target("bench_f1", "  F1 at our own decision", 0.76, 0.81, 0.83, 0.87),
        Target("bench_best_f1", "  F1 at the best threshold", 0.756, 0.828),
    ),
    "transliteration": (
        Target("token_arabic", "right among 20: Arabic", 0.78, 0.85),
        Target("token_russian", "  Russian", 0.91, 0.89),
        Target("token_hebrew", "  Hebrew", 0.73, 0.70),
        Target("token_korean", "  Korean", 0.70, 0.36),
        Target("token_chinese", "  Chinese", 0.69, 0.35),
        Target("token_katakana", "  kana", 0.83, 0.78),
    ),
    "cases": (
        Target("case_f1", "case pairs: F1 at the best threshold", 0.82, 0.89, 0.91, 0.94),
        Target("case_own_f1", "  F1 of what is merged unseen"),
        Target("case_ap", "  average precision", 0.821, 0.944),
        Target("merge_precision", "merged unseen: precision", 1.0, 0.997, 0.995, 0.997),
        Target("merge_bound", "  its lower bound (95 %)"),
        Target("merge_recall", "  recall", 0.25, 0.55, 0.60, 0.75),
        Target("new_event_merged", "  of new arrests", 0.048, 0.030, 0.003, 0.001, at_most=True),
        Target("co_arrest_merged", "  of relatives taken together", 0.017, 0.069, 0.003, 0.001, at_most=True),
        Target("lookalike_merged", "  of look-alikes", at_most=True),
        Target("below_floor", "true duplicates below the review floor", None, 0.010, 0.005, 0.002, at_most=True),
    ),
    "candidates": (
        Target("recall_50", "candidate recall at 50", 0.89, 0.945, 0.975, 0.985),
        Target("recall_50_arabic", "  across Arabic and others", 0.46, 0.92, 0.95),
        Target("recall_10", "  at 10"),
        Target("lookup_p99", "  milliseconds a look-up, 99 %", at_most=True),
        Target("index_rate", "  names indexed a second"),
    ),
    "stream": (
        Target("stream_swallowed", "stream: distinct cases swallowed", None, 0.0019, 0.001, 0.0005, at_most=True),
        Target("stream_joined", "  joined by itself", None, 0.54, 0.75, 0.85),
        Target("stream_missed", "  missed even by review", None, 0.027, 0.01, 0.005, at_most=True),
        Target("stream_bcubed", "  B-cubed F1", None, 0.82, 0.90, 0.95),
        Target("stream_bcubed_precision", "  B-cubed precision"),
        Target("stream_bcubed_recall", "  B-cubed recall"),
        Target("stream_nameless", "  name withheld, merged unseen", None, 0, 0, 0, at_most=True),
        Target("stream_rate", "whole resolver: reports a second", None, 137, 150, 400),
        Target("stream_p50", "  milliseconds, median", at_most=True),
        Target("stream_p99", "  milliseconds, 99 %", None, 46, 40, 20, at_most=True),
    ),
}
