"""Learns the edit weights from transliterations: expectation–maximisation with the best alignment (Viterbi training).

``python -m tocsin.devtools.tables.edits translit_train.csv.gz > services/tocsin/knowledge/names/edits.csv``
Columns of the input: language, native, latin, count (how many persons bear the pair). Wrong pairs are dropped as the
weights become able to tell them. Deterministic: the same input gives the same table.
"""

import csv
import gzip
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tocsin.domain.names.edits import EditWeights, edit_weights
from tocsin.domain.names.hygiene import clean
from tocsin.domain.names.phones import phones
from tocsin.domain.names.romanisation import readings
from tocsin.domain.names.scripts import Script

_LANGUAGES = {
    "arabic": Script.ARABIC,
    "hebrew": Script.HEBREW,
    "russian": Script.CYRILLIC,
    "korean": Script.HANGUL,
    "chinese": Script.HAN,
    "katakana": Script.KANA,
}
_VARIANTS = ("arabic", "russian", "hebrew")
"""Spelt in Latin in several ways because other alphabets were read in several ways."""
_PAIRS = 30_000
_ROUNDS = 6
_LEAST_SIMILARITY = (-9.0, 0.0, 0.25, 0.3, 0.35, 0.35)
_SMOOTHING = 0.2

Pair = tuple[tuple[str, ...], str, float]
"""The readings of a word, its other spelling, and how much the pair counts."""
Row = tuple[str, str, float]


def main() -> None:
    """Write the table of every script to the standard output."""
    lexicon = _read(Path(sys.argv[1]))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["script", "ours", "theirs", "bits"])
    tables = {str(script): _cross(lexicon[language], script) for language, script in _LANGUAGES.items()}
    tables["latin"] = _variants(lexicon)
    for name, pairs in sorted(tables.items()):
        for a, b, bits in _learn(pairs, symmetric=name == "latin"):
            writer.writerow([name, a, b, f"{bits:.2f}"])


def _read(path: Path) -> dict[str, list[tuple[str, str, int]]]:
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found[row["language"]].append((row["native"], _latin(row["latin"]), int(row["count"])))
    return found


def _latin(word: str) -> str:
    found = readings(word.casefold(), Script.LATIN)
    return found[0].latin if found else ""


def _cross(rows: list[tuple[str, str, int]], script: Script) -> list[Pair]:
    """The commonest pairs; of several readings the weights will choose the nearest."""
    common = sorted(rows, key=lambda r: (-r[2], r))[:_PAIRS]
    spoken = ((_spoken(native, script), phones(latin), n) for native, latin, n in common)
    return [(ours, theirs, math.log2(1 + n)) for ours, theirs, n in spoken if ours and theirs]


def _spoken(native: str, script: Script) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phones(r.latin) for r in readings(clean(native), script)))


def _variants(lexicon: dict[str, list[tuple[str, str, int]]]) -> list[Pair]:
    """Two Latin spellings of one native word, weighted by the rarer of the two."""
    found: Counter[tuple[str, str]] = Counter()
    for language in _VARIANTS:
        spelt: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for native, latin, count in lexicon[language]:
            spelt[native].append((count, latin))
        for forms in spelt.values():
            best = sorted(forms, reverse=True)[:4]
            for place, (_, a) in enumerate(best):
                for count, b in best[place + 1 :]:
                    found[min(a, b), max(a, b)] += count
    common = sorted(found.items(), key=lambda item: (-item[1], item[0]))[: 2 * _PAIRS]
    return [((phones(a),), phones(b), math.log2(1 + n)) for (a, b), n in common if a and b and a != b]


def _learn(pairs: list[Pair], *, symmetric: bool) -> list[Row]:
    """Align, count, weigh again; at first equal phones count as alike and everything else as strange."""
    if symmetric:
        pairs = [*pairs, *(((b,), a[0], n) for a, b, n in pairs)]
    letters = sorted({p for a, b, _ in pairs for p in "".join(a) + b})
    rows: list[Row] = [(a, b, 3.0 if a == b else -1.0) for a in letters for b in letters]
    rows += [row for p in letters for row in ((p, "", -2.0), ("", p, -2.0))]
    for least in _LEAST_SIMILARITY[:_ROUNDS]:
        rows = _weigh(_count(edit_weights(rows), pairs, least), symmetric=symmetric)
    return rows


def _count(weights: EditWeights, pairs: list[Pair], least: float) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for spoken, b, n in pairs:
        a = max(spoken, key=lambda reading: weights.similarity(reading, b))
        if weights.similarity(a, b) >= least:
            for step in _alignment(weights, a, b):
                counted[step] += n  # type: ignore[assignment]
    return counted


def _alignment(weights: EditWeights, a: str, b: str) -> Iterator[tuple[str, str]]:
    """The steps of the best alignment, from the end."""
    rows = [[0.0]]
    for q in b:
        rows[0].append(rows[0][-1] + weights.theirs[q])
    for p in a:
        row = [rows[-1][0] + weights.ours[p]]
        for j, q in enumerate(b):
            row.append(
                max(rows[-1][j] + weights.pairs[p][q], rows[-1][j + 1] + weights.ours[p], row[-1] + weights.theirs[q])
            )
        rows.append(row)
    i, j = len(a), len(b)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + weights.pairs[a[i - 1]][b[j - 1]]:
            i, j = i - 1, j - 1
            yield a[i], b[j]
        elif i and rows[i][j] == rows[i - 1][j] + weights.ours[a[i - 1]]:
            i -= 1
            yield a[i], ""
        else:
            j -= 1
            yield "", b[j]


def _weigh(counted: Counter[tuple[str, str]], *, symmetric: bool) -> list[Row]:
    """Pointwise mutual information, against phones drawn by their own frequency on each side."""
    ours: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    for (a, b), n in counted.items():
        ours[a] += n
        theirs[b] += n
    if symmetric:
        ours = theirs = ours + theirs
    total = sum(counted.values())
    left, right = (sum(n for p, n in side.items() if p) for side in (ours, theirs))
    rows = []
    for (a, b), n in sorted(counted.items()):
        probability = (n + _SMOOTHING) / (total + _SMOOTHING)
        if a and b:
            bits = math.log2(probability / (ours[a] / left * theirs[b] / right))
        else:
            alone = ours[a] / left if a else theirs[b] / right
            bits = math.log2(probability / alone)
        rows.append((a, b, max(-6.0, min(9.0, bits))))
    return rows


if __name__ == "__main__":
    main()
