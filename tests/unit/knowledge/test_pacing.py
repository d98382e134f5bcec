"""Windows and budgets fit the clocks beside them, and a file that does not hold together is refused."""

from importlib import resources

import pytest

from tocsin.knowledge.load import load
from tocsin.knowledge.pacing import load_pacing, pacing_from
from tocsin_schemas.knowledge import ClockKind
from tocsin_schemas.vocabulary import Priority

TEXT = (resources.files("tocsin.knowledge") / "pacing.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("priority", Priority)
def test_what_is_gathered_arrives_long_before_the_next_in_line_are_told(priority: Priority) -> None:
    gathering = load_pacing().gathering[priority]
    longest = max(gathering.window, gathering.over_budget or gathering.window)
    escalation = next(
        c.duration for c in load().clocks.values() if c.kind is ClockKind.ESCALATION and c.priority is priority
    )
    assert longest <= escalation / 3


@pytest.mark.parametrize(
    "broken",
    [
        TEXT.replace('priority = "P4"', 'priority = "P3"'),
        TEXT.replace('over_budget = "PT1H"\n', ""),
        TEXT.replace('window = "PT10M"', 'window = "PT10M"\nover_budget = "PT1H"'),
        TEXT.replace("per_case = 3", "per_case = 0"),
        TEXT.replace("source =", "origin ="),
    ],
)
def test_a_file_that_leaves_something_open_is_refused(broken: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's, or our own
        pacing_from(broken)
