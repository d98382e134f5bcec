"""``python -m tocsin.devtools.bench.validating``: how long it takes to read and check a report of 20 kB."""

import json
import time
from statistics import median

from tocsin.devtools.bench.reports_of_size import report
from tocsin.devtools.corpus.generator import person
from tocsin_schemas.decoding import decode

SIZE = 20_000
"""Bytes."""
MOST_MILLISECONDS = 2.0
_TIMES = 500


def kinds() -> dict[str, bytes]:
    """A report of many people; one long account in Latin letters; one in Arabic, one in composed Vietnamese."""
    whole = json.loads(report(1, "FLD", SIZE))
    accounts = {
        "Latin": "She was arrested at her office.\n",
        "Arabic": "اعتُقلت في مكتبها\n",
        "Vietnamese": "Bà bị bắt giữ\n",
    }
    victims = [{"names": [{"value": person(n, 1)}]} for n in range(10)]
    found = {"many people": report(1, "FLD", SIZE)}
    for name, sentence in accounts.items():
        text = sentence * ((SIZE - 3_000) // len(sentence.encode()))
        content = whole | {"alleged_victims": victims, "narratives": [{"language": "en", "text": text}]}
        found[name] = json.dumps(content, ensure_ascii=False).encode()
    return found


def milliseconds(body: bytes) -> float:
    """Median of reading it so many times, caps and all."""
    taken = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        decode(body, "report.submitted")
        taken.append(time.perf_counter() - started)
    return median(taken) * 1000


def main() -> None:
    for name, body in kinds().items():
        print(f"{name:12} {len(body):6} bytes  {milliseconds(body):.2f} ms (to reach: ≤ {MOST_MILLISECONDS} ms)")


if __name__ == "__main__":
    main()
