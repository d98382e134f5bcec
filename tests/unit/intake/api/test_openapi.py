"""The intake keeps to its OpenAPI, whatever is sent: status codes, media types, schemas, refusals (schemathesis)."""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from intaking import Intake, an_intake
from tocsin.intake.api.contract import document
from tocsin.intake.refusing import Refused

EXAMPLES = int(os.environ.get("TOCSIN_OPENAPI_EXAMPLES", "2"))
"""Of each operation, as the document says and against it."""
OPERATIONS = [
    (path, method, mode)
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or "parameters" in operation  # nothing can be wrong with nothing
]
STATUSES = ["2xx", "4xx"]
"""What the schema allows may still be refused: nobody may speak in another's name, and dates must exist."""


@schemathesis.serializer("application/jose")
def _as_it_is(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    return an_intake(tmp_path_factory.mktemp("openapi"), rate=1e6)


@pytest.fixture(scope="module")
def contract(intake: Intake) -> Any:
    asked = {
        "analysis": {"constants": {"enabled": False}},
        "checks": {"positive_data_acceptance": {"expected-statuses": STATUSES}},
    }
    config = SchemathesisConfig.from_dict(asked)
    return schemathesis.openapi.from_asgi("/v1/openapi.json", intake.app, config=config)


@pytest.mark.parametrize(
    ("path", "method", "mode"), OPERATIONS, ids=[f"{o[1]} {o[0]} {o[2].value}" for o in OPERATIONS]
)
def test_every_answer_is_as_the_document_says(
    intake: Intake, contract: Any, path: str, method: str, mode: GenerationMode
) -> None:
    operation = contract[path][method.upper()]

    @seed(7)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: Any) -> None:
        case.call_and_validate(headers={"authorization": f"Bearer {intake.keys['both']}"})

    asked()


def test_a_contract_that_is_broken_is_noticed(intake: Intake, contract: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above can fail: here an answer has a status that the document does not name."""

    async def teapot(*_: object) -> None:
        raise Refused("idempotency-in-progress")

    monkeypatch.setattr(type(intake.desk.door), "enter", teapot)
    case = contract["/v1/receipts/{receipt}"]["GET"].Case(path_parameters={"receipt": "A" * 60})
    with pytest.raises(FailureGroup):
        case.call_and_validate()
