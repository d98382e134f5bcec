"""``python -m tocsin.devtools.fuzz.guided``: atheris (libFuzzer), which follows what code an input reaches.

Run by ``make fuzz`` in an environment of its own (``deploy/locks/fuzz.txt``). An input is written as lines of headers,
an empty line, and the body; libFuzzer's own options follow ``--``. It ends at the first promise broken.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tocsin_schemas", "tocsin.runtime.jws", "tocsin.runtime.jwe"]):
    from tocsin.devtools.fuzz import mutating
    from tocsin.devtools.fuzz.__main__ import PROGRESS, summary
    from tocsin.devtools.fuzz.inputs import Input, seeds
    from tocsin.devtools.fuzz.reading import Counts, check

_SPLIT = b"\n\n"


def written(given: Input) -> bytes:
    lines = [name.encode("utf-8", "replace") + b":" + value.replace(b"\n", b" ") for name, value in given.headers]
    return b"\n".join(lines) + _SPLIT + given.body


def read(data: bytes) -> Input:
    head, _, body = data.partition(_SPLIT)
    pairs = [line.partition(b":") for line in head.split(b"\n") if line]
    return Input(tuple((name.decode("utf-8", "replace"), value) for name, _, value in pairs), body)


def mutated(data: bytes, largest: int, seed: int) -> bytes:
    """Half of the time as a message of ours is changed, else as libFuzzer changes bytes."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    if dice.random() < 0.5:
        return written(mutating.changed(dice, read(data)))[:largest]
    return bytes(atheris.Mutate(data, largest))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tocsin.devtools.fuzz.guided", description=__doc__)
    parser.add_argument("--inputs", type=int, required=True)
    options, rest = parser.parse_known_args()
    counts, started = Counts(), time.monotonic()

    def one(data: bytes) -> None:
        check(read(data), counts)
        if counts.inputs % PROGRESS == 0 or counts.inputs == options.inputs:
            print(summary(counts, time.monotonic() - started), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            Path(folder, f"{number:04}").write_bytes(written(seed))
        # Of the wall's clock, for what never ends; ``check`` measures each input by the processor's.
        limits = [f"-runs={options.inputs}", "-timeout=60", "-rss_limit_mb=512", "-max_len=20000", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *limits, *rest, folder], one, custom_mutator=mutated)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
