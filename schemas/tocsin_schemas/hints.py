"""What a validator written in Python checks, said again in JSON Schema for those who do not run it."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Hint:
    """Adds a pattern and a description to the JSON Schema of an annotated type; validates nothing."""

    pattern: str
    description: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"pattern": self.pattern, "description": self.description}
