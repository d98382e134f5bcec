"""The shares of publishers are complete and fall with urgency, and a file that does not hold together is refused."""

from importlib import resources
from pathlib import Path

import pytest

from tocsin.devtools.stack import HURRIED, SHIPPED_SHARES
from tocsin.knowledge.fairness import fairness_from, load_fairness
from tocsin_schemas.vocabulary import Priority

TEXT = (resources.files("tocsin.knowledge") / "fairness.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("overrides", [HURRIED, SHIPPED_SHARES], ids=["for storms", "as in operation"])
def test_every_priority_has_its_share(overrides: dict[str, str]) -> None:
    assert set(load_fairness(Path(overrides["fairness_file"])).shares) == set(Priority)


def test_without_another_file_our_own_is_read() -> None:
    assert load_fairness() == load_fairness(Path(SHIPPED_SHARES["fairness_file"]))


@pytest.mark.parametrize(
    "broken",
    [
        TEXT.replace('priority = "P4"', 'priority = "P3"'),
        TEXT.replace("weight = 8", "weight = 1"),
        TEXT.replace("burst = 1", "burst = 0", 1),
        TEXT.replace("per_second = 0.5", "per_second = 0.0", 1),
        TEXT.replace("per_second = 0.5", "per_second = 0.4", 1),
        TEXT.replace("busy = 0.25", "busy = 0.9"),
        TEXT.replace("source =", "origin ="),
    ],
)
def test_a_file_that_leaves_something_open_is_refused(broken: str) -> None:
    assert broken != TEXT
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's, or our own
        fairness_from(broken)
