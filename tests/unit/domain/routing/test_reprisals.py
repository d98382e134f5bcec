"""Guarantee: a reprisal reaches those who protect the cooperation that it punishes, and they alone more than others."""

from typing import Any

import pytest

from builders import a_claim
from routed import consents, find, refusal, routed
from tocsin.domain.routing.routes import Route
from tocsin_schemas.vocabulary import Audience

STRICT: dict[str, Any] = {"strict_reprisal": True, "publisher": "NGO-OBS"}


@pytest.mark.parametrize(
    ("country", "mechanism", "expected"),
    [
        ("TGO", "UN-WGAD", {"UN-ASG"}),
        ("TGO", "UN", {"UN-ASG"}),
        ("TGO", "ACHPR-CPTA", {"ACHPR-SRHRD"}),
        ("TGO", "ACHPR", {"ACHPR-SRHRD"}),
        ("TGO", "COE-CHR", set()),
        ("GEO", "COE-CHR", {"COE-SGPO"}),
        ("GEO", "COE", {"COE-SGPO"}),
        ("GEO", "UN-SRHRD", {"UN-ASG"}),
        ("MAR", "ACHPR", set()),
        ("COL", "IACHR-RHRD", set()),
    ],
)
def test_a_strict_reprisal_reaches_those_who_protect_that_cooperation(
    country: str, mechanism: str, expected: set[str]
) -> None:
    routing = routed(a_claim(country=country, reprisal_mechanism=mechanism, **STRICT))
    assert {r.mandate for r in routing.routes if r.rule == "mandate-by-reprisal"} == expected


@pytest.mark.parametrize("mechanism", ["UN-WGAD", "COE-CHR", "ACHPR-SRHRD"])
def test_a_broad_reprisal_reaches_the_mandates_on_defenders_and_no_focal_point(mechanism: str) -> None:
    for country, of_region in (("TGO", "ACHPR-SRHRD"), ("GEO", "COE-CHR"), ("COL", "IACHR-RHRD")):
        claim = a_claim(country=country, broad_reprisal=True, reprisal_mechanism=mechanism, publisher="NGO-OBS")
        found = {r.mandate: r.rule for r in routed(claim).routes}
        assert {"UN-SRHRD", of_region} <= set(found)
        assert not {"UN-ASG", "COE-SGPO"} & set(found)
        assert "mandate-by-reprisal" not in found.values()


def test_the_official_on_reprisals_needs_informed_consent() -> None:
    claim = a_claim(reprisal_mechanism="UN", consents=consents(Audience.ALL_MECHANISMS), **STRICT)
    assert refusal(routed(claim), "UN-ASG").rule == "consent-not-informed"
    assert isinstance(find(routed(claim), "UN-SRHRD"), Route)
