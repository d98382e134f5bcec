"""``python -m tocsin.devtools.fuzz``: inputs by mutation and by Hypothesis; ends at the first promise broken."""

import argparse
import time

from tocsin.devtools.fuzz import generating, mutating
from tocsin.devtools.fuzz.inputs import Input
from tocsin.devtools.fuzz.reading import Counts, check, peak_bytes

PROGRESS = 20_000
"""Inputs between two lines about how far it has come."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tocsin.devtools.fuzz", description=__doc__)
    parser.add_argument("--mutations", type=int, default=0, help="inputs made of the examples and the sample")
    parser.add_argument("--generated", type=int, default=0, help="inputs made by Hypothesis")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same inputs for the same seed")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    counts, started = Counts(), time.monotonic()

    def take(given: Input) -> None:
        check(given, counts)
        if counts.inputs % PROGRESS == 0:
            print(summary(counts, time.monotonic() - started), flush=True)

    for given in mutating.mutated(options.seed, options.mutations):
        take(given)
    if options.generated:
        generating.generate(options.generated, options.seed, take)
    print(summary(counts, time.monotonic() - started))


def summary(counts: Counts, seconds: float) -> str:
    return (
        f"{counts.inputs} inputs in {seconds:.0f} s ({counts.inputs / seconds:.0f}/s), {counts.accepted} accepted, "
        f"{len(counts.codes)} codes, slowest {counts.slowest * 1000:.0f} ms, {peak_bytes() / 2**20:.0f} MiB"
    )


if __name__ == "__main__":
    main()
