"""A program that publishes numbered reports until it is killed: ``python spooling.py BROKER FOLDER FIRST``.

Each number is written down, durably, after ``submit`` has returned: that report is promised.
"""

import itertools
import os
import sys
from pathlib import Path

from builders import a_report
from tocsin.publisher import Publisher
from tocsin.runtime.jws import signing_key

NAME = "ACHPR-SRHRD"
KEY = signing_key("ACHPR-SRHRD.1", bytes(range(32)))


def reference(number: int) -> str:
    return f"2026/TGO/{number}"


def main(broker: str, folder: Path, first: int) -> None:
    """Every third call hands over four at once."""
    promised = os.open(folder / "promised", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with Publisher(broker, NAME, KEY, spool=folder / "spool", patience=1.0) as publisher:
        numbers = itertools.count(first)
        for call in itertools.count():
            taken = list(itertools.islice(numbers, 4 if call % 3 == 0 else 1))
            publisher.submit_all([a_report(publisher_reference=reference(number)) for number in taken])
            os.write(promised, "".join(f"{number}\n" for number in taken).encode())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
