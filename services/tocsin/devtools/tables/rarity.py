"""Counts how common the sounds of names are.

``python -m tocsin.devtools.tables.rarity translit_train.csv.gz index_names.dev.csv.gz > …/knowledge/names/rarity.csv``
Three independent counts: the words of Wikidata's person names by how many persons bear them, the words of 50,000
synthetic names of the world (the rows ``padding``), and those of the persons on public lists (the other rows), whose
names are of the regions that reports come from. The commonest counts; what is rare in all stays out.
"""

import csv
import gzip
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

from tocsin.domain.names.lexicon import RAREST, bare_lexicon
from tocsin.domain.names.phones import phones, skeleton
from tocsin.domain.names.romanisation import readings
from tocsin.domain.names.scripts import Script
from tocsin.domain.names.tokens import analyse

_LEAST = 1.0
_FEWEST_PERSONS = 3
_WORDS_OF_A_NAME = 2.2


def main() -> None:
    """Write skeleton and bits, the commonest first."""
    counts = [_of_transliterations(Path(sys.argv[1])), *_of_names(Path(sys.argv[2]))]
    bits: dict[str, float] = {}
    for counted in counts:
        persons = sum(counted.values()) / _WORDS_OF_A_NAME
        for bones, count in counted.items():
            bits[bones] = min(bits.get(bones, RAREST), max(_LEAST, math.log2(persons / count)))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["skeleton", "bits"])
    for bones, value in sorted(bits.items(), key=lambda item: (item[1], item[0])):
        if value < RAREST - 0.5 and bones:
            writer.writerow([bones, f"{value:.1f}"])


def _of_transliterations(path: Path) -> Counter[str]:
    counted: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            latin = readings(row["latin"].casefold(), Script.LATIN)[0].latin
            counted[skeleton(phones(latin))] += int(row["count"])
    return counted


def _of_names(path: Path) -> tuple[Counter[str], Counter[str]]:
    """Of synthetic names, one person each, and of listed persons, each with all spellings."""
    synthetic: Counter[str] = Counter()
    listed: dict[str, set[str]] = defaultdict(set)
    lexicon = bare_lexicon()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            bones = {t.sounds[0].skeleton for t in analyse(row["name"], lexicon)}
            if row["role"] == "padding":
                synthetic.update(bones)
            else:
                listed[row["person"]] |= bones
    persons = Counter(bone for bones in listed.values() for bone in bones)
    return synthetic, Counter({bone: n for bone, n in persons.items() if n >= _FEWEST_PERSONS})


if __name__ == "__main__":
    main()
