"""How much a mandate is told: never more than the route discloses or than the most careful wishes, but for full text."""

import pytest

from builders import an_entry
from tocsin.domain.routing.levels import level_for
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.alerts import DisclosureLevel as L


@pytest.mark.parametrize(
    ("route", "wishes", "told"),
    [
        (L.L0, [L.L2, L.L1], L.L0),
        (L.L1, [L.L2], L.L1),
        (L.L2, [L.L1, L.L1], L.L1),
        (L.L2, [L.L2], L.L2),
        (L.L2, [L.L1, L.L2], L.L2),  # the first gets coded facts: each mail keeps to its own reader's level
        (L.L2, [L.L0, L.L2], L.L0),
        (L.L2, [], L.L1),
        (L.L0, [], L.L0),
    ],
)
def test_a_mandate_is_told_no_more_than_its_route_and_its_most_careful_person_allow(
    route: L, wishes: list[L], told: L
) -> None:
    assert level_for(route, wishes) is told


@pytest.mark.parametrize(
    ("level", "fingerprint", "highest"),
    [(L.L0, None, L.L0), (L.L1, "A" * 40, L.L1), (L.L2, None, L.L1), (L.L2, "A" * 40, L.L2)],
)
def test_without_a_certificate_nobody_is_told_more_than_coded_facts(
    level: L, fingerprint: str | None, highest: DisclosureLevel
) -> None:
    entry = an_entry("desk@un.example", ["UN-WGAD"], level=level, openpgp_fingerprint=fingerprint)
    assert entry.highest_level is highest
