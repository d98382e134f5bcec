"""nomenklatura's name_bench (contrib/name_bench/cases.csv, MIT): measured on, never learned from or kept here."""

import csv
from pathlib import Path

from tocsin.devtools.evaluation.labelled import NamePair
from tocsin.devtools.evaluation.measuring import Figures, measure_names
from tocsin.domain.matching.matcher import Matcher


def persons(path: Path) -> list[NamePair]:
    """The pairs of persons in the file; its columns are ``schema``, ``name1``, ``name2``, ``is_match`` and more."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["schema"] == "Person"]
    return [
        NamePair(str(n), row["name1"], row["name2"], row["is_match"] == "true", row["case_group"], (None, None))
        for n, row in enumerate(rows)
    ]


def measure_name_bench(matcher: Matcher, pairs: list[NamePair]) -> Figures:
    found = measure_names(matcher, pairs)
    return {"bench_ap": found["alias_ap"], "bench_f1": found["alias_f1"], "bench_best_f1": found["alias_best_f1"]}
