"""``python -m tocsin.devtools.evaluation``: every figure of the matcher, beside what it has to reach."""

import os
from pathlib import Path

import click
from rich.console import Console

from tocsin.devtools.evaluation.labelled import VARIABLE, NoLabelledData, find
from tocsin.devtools.evaluation.runs import Evaluation
from tocsin.devtools.evaluation.table import table
from tocsin.devtools.evaluation.targets import SECTIONS
from tocsin.resolver.matching import load_matcher

_WIDTH = 124
"""Of the table, in a pipe as well."""


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help=f"Folder of the labelled pairs; else ${VARIABLE}.")
@click.option("--only", type=click.Choice(list(SECTIONS)), multiple=True, help="This alone; may be repeated.")
@click.option("--sample", type=click.IntRange(1), help="So many pairs of each kind, for a quick look.")
@click.option("--indexed", type=click.IntRange(0), default=0, help="Reports to take in before the stream.")
@click.option("--name-bench", type=click.Path(exists=True, path_type=Path), help="nomenklatura's cases.csv.")
@click.option("--seed", default=1, show_default=True, help="Of what is drawn at random.")
def main(
    data: Path | None, only: tuple[str, ...], sample: int | None, indexed: int, name_bench: Path | None, seed: int
) -> None:
    """Measure the matcher on the labelled pairs, and print what was measured beside the floor and the aim."""
    console = Console()
    console.width = max(console.width, _WIDTH)
    try:
        labelled = find(data)
    except NoLabelledData as absent:
        raise click.ClickException(str(absent)) from None
    with Console(stderr=True).status("…") as status:
        evaluation = Evaluation(labelled, load_matcher(), sample, indexed, seed, name_bench, tell=status.update)
        for section in only or SECTIONS:
            getattr(evaluation, section)()
    console.print(f"{os.cpu_count()} processors; matcher {evaluation.matcher.version}; data in {labelled.folder.name}")
    console.print(table(evaluation.found))


if __name__ == "__main__":
    main()
