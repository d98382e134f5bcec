"""No text, however hostile, is read in more time than its length allows."""

import time
from collections.abc import Callable

import pytest

from builders import a_report
from tocsin.domain.matching.references import references_in, references_of
from tocsin_schemas.reports import Narrative

HOSTILE = [
    "1/", "/", "1", "A", " ", "N. ", "AL ", "AL TUN ", "AL TUN 4/2026 ", "0703/OBS 064.", "UA 1/", "OPINION OF THE ",
    "CODE=", "RES 12/20 CIDH ", "ANOTHER A A ", "SEE ALSO ", "%25", "%", "ALERT 12345 COE ", "CASE 12.345 IACHR ", "\ufdfa", "é",
    "1\u0301", ". A", "(",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_time_grows_with_the_length_of_a_hostile_text_and_no_faster(unit: str) -> None:
    short, long = unit * (12_500 // len(unit)), unit * (100_000 // len(unit))
    assert _seconds(lambda: references_in(long)) < 24 * _seconds(lambda: references_in(short)) + 0.01


def _seconds(call: Callable[[], object]) -> float:
    """The least of three runs, in seconds of this process."""
    times = []
    for _ in range(3):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("unit", ["TUN 4/2026 ", "SEE ALSO TUN 4/2026, ", "an earlier letter; AL TUN 4/2026. "])
def test_the_time_for_a_report_grows_with_its_narratives_and_no_faster(unit: str) -> None:
    short, long = (
        a_report(narratives=[Narrative(language="en", text=unit * (length // len(unit)))]) for length in (6_000, 48_000)
    )
    assert _seconds(lambda: references_of(long)) < 24 * _seconds(lambda: references_of(short)) + 0.01
