"""The measures of ``make evaluate``, each from the labelled data of one part, or of both pooled."""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from tocsin.devtools.evaluation.compact import Compact, profile_of_compact
from tocsin.devtools.evaluation.intervals import lower_bound
from tocsin.devtools.evaluation.labelled import CasePair, NamePair, TokenPair
from tocsin.devtools.evaluation.naming import score_names
from tocsin.devtools.evaluation.ranking import average_precision, best_f1, counted, recall_at_precision
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Comparison, Verdict

Figures = dict[str, float]
"""Key of ``targets`` -> what was measured."""

T = TypeVar("T")
_PER_LANGUAGE, _CANDIDATES = 300, 20


def sampled(items: Sequence[T], number: int | None, seed: int = 1) -> list[T]:
    """All, or ``number`` of them drawn at random, the same at each run."""
    if number is None or number >= len(items):
        return list(items)
    return random.Random(seed).sample(items, number)  # noqa: S311 - repeatable, not secret


def measure_names(matcher: Matcher, pairs: Sequence[NamePair]) -> Figures:
    """Alias pairs. Without birth years: these pairs give themselves away by them."""
    started = time.perf_counter()
    scored = [score_names(matcher, pair.ours, pair.theirs) for pair in pairs]
    seconds = time.perf_counter() - started
    labels, scores = [pair.same for pair in pairs], [score.probability for score in scored]
    own = [score.decision == "same" for score in scored]
    figures = {
        "alias_f1": counted(own, labels).f1,
        "alias_best_f1": best_f1(scores, labels).counts.f1,
        "alias_ap": average_precision(scores, labels),
        "alias_recall_p99": recall_at_precision(scores, labels, 0.99),
        "names_rate": len(pairs) / seconds if seconds else 0.0,
    }
    return figures | _slices(pairs, own)


def _slices(pairs: Sequence[NamePair], own: Sequence[bool]) -> Figures:
    found: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for pair, predicted in zip(pairs, own, strict=True):
        found[pair.slice].append((predicted, pair.same))
    return {name: counted([p for p, _ in rows], [same for _, same in rows]).f1 for name, rows in found.items()}


def measure_tokens(matcher: Matcher, tokens: Iterable[TokenPair], each: int | None, seed: int = 1) -> Figures:
    """For each language, how often the right Latin form scores best among 20 that begin with the same letter.

    A tie counts for its share. each: words of a language; by default 300.
    """
    by_language: defaultdict[str, list[TokenPair]] = defaultdict(list)
    for token in tokens:
        by_language[token.language].append(token)
    return {
        f"token_{language}": _accuracy(matcher, rows, each or _PER_LANGUAGE, random.Random(seed))  # noqa: S311
        for language, rows in sorted(by_language.items())
    }


def _accuracy(matcher: Matcher, rows: Sequence[TokenPair], number: int, dice: random.Random) -> float:
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        alike[row.latin[0]].add(row.latin)
    usable = [row for row in rows if len(alike[row.latin[0]]) >= _CANDIDATES]
    pools = {initial: sorted(forms) for initial, forms in alike.items()}
    asked = dice.sample(usable, min(number, len(usable)))
    right = 0.0
    for row in asked:
        others = dice.sample(pools[row.latin[0]], _CANDIDATES)
        wrong = [form for form in others if form != row.latin][: _CANDIDATES - 1]
        right += _first_place(matcher, row, wrong)
    return right / len(asked) if asked else 0.0


def _first_place(matcher: Matcher, row: TokenPair, wrong: Sequence[str]) -> float:
    scores = [score_names(matcher, row.native, form).probability for form in (row.latin, *wrong)]
    best = max(scores)
    return 1 / scores.count(best) if scores[0] == best else 0.0


def compared(matcher: Matcher, pairs: Iterable[CasePair]) -> list[tuple[str, Comparison]]:
    """The kind of each pair, and what the matcher says of it."""
    return [(pair.kind, matcher.compare(*(_profile(report) for report in (pair.a, pair.b)))) for pair in pairs]


def measure_cases(found: Sequence[tuple[str, Comparison]]) -> Figures:
    """Case pairs: ``same`` is positive, the verdict ``duplicate`` merges, the two lower ones are below the floor."""
    labels = [kind == "same" for kind, _ in found]
    merged = [comparison.verdict is Verdict.DUPLICATE for _, comparison in found]
    scores = [comparison.score for _, comparison in found]
    counts = counted(merged, labels)
    dropped = [comparison.verdict in {Verdict.UNRELATED, Verdict.SAME_PERSON} for _, comparison in found]
    return {
        "case_f1": best_f1(scores, labels).counts.f1,
        "case_ap": average_precision(scores, labels),
        "case_own_f1": counts.f1,
        "merge_precision": counts.precision,
        "merge_bound": lower_bound(counts.hits, counts.hits + counts.false),
        "merge_recall": counts.recall,
        "new_event_merged": _share_of(found, merged, "new_event"),
        "co_arrest_merged": _share_of(found, merged, "co_arrest"),
        "lookalike_merged": _share_of(found, merged, "lookalike"),
        "below_floor": _share_of(found, dropped, "same"),
    }


def _share_of(found: Sequence[tuple[str, Comparison]], flags: Sequence[bool], kind: str) -> float:
    chosen = [flag for (name, _), flag in zip(found, flags, strict=True) if name == kind]
    return sum(chosen) / len(chosen) if chosen else 0.0


def _profile(report: Mapping[str, Any]) -> Profile:
    return profile_of_compact(Compact.model_validate(report), "")
