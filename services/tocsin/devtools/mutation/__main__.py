"""``python -m tocsin.devtools.mutation MODULE … -- TESTS``: every change to the modules that no test notices.

TESTS is what pytest is given. Changes that can make no difference stand in ``equivalent.toml``, each with its reason.
"""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from tocsin.devtools.mutation.mutants import Mutant, mutants
from tocsin.devtools.mutation.trying import Trial, passes_unchanged, source_of, survivors, usable_processes


def main(arguments: Sequence[str]) -> int:
    """0 if every mutant was noticed, or makes no difference."""
    if "--" not in arguments:
        print(__doc__, file=sys.stderr)
        return 2
    place = arguments.index("--")
    modules, tests = arguments[:place], arguments[place + 1 :]
    return max(_try(module, tests) for module in modules)


def _try(module: str, tests: Sequence[str]) -> int:
    file = source_of(module)
    source = file.read_text(encoding="utf-8")
    trials = [Trial(module, str(file), mutant, tests) for mutant in mutants(source)]
    if not passes_unchanged(Trial(module, str(file), Mutant(0, "none", source), tests)):
        print(f"{module}: the tests fail without any change", file=sys.stderr)
        return 2
    alive, harmless = [], _harmless(module)
    for mutant in survivors(trials, usable_processes()):
        if mutant.change not in harmless:
            alive.append(mutant)
            print(f"{file.name}:{mutant.line}: {mutant.change}", flush=True)
    equal = sum(trial.mutant.change in harmless for trial in trials)
    print(f"{module}: {len(trials)} mutants, {equal} without difference, {len(alive)} survived")
    return 1 if alive else 0


def _harmless(module: str) -> Mapping[str, str]:
    """By change, why it makes no difference."""
    text = (files(__package__) / "equivalent.toml").read_text(encoding="utf-8")
    entries: Mapping[str, Mapping[str, str]] = tomllib.loads(text)
    return entries.get(module, {})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
