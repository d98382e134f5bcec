"""What a file means: the mapping that a person checks before anything is sent."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tocsin.importing.faults import Fault, NotImportable
from tocsin.importing.mapping.targets import CONSENT, TARGETS, Target
from tocsin.importing.reading.forms import DateOrder, FileForm
from tocsin_schemas.model import Model

MAX_MAPPING_BYTES = 1 << 20
NOW = "now"
"""``received_at`` of reports that the file does not date: the moment of the import."""


def _known(name: str) -> str:
    if name not in TARGETS:
        raise PydanticCustomError("mapping_target_unknown", "no such place in a report")
    return name


TargetName = Annotated[str, AfterValidator(_known)]


class MappedField(Model):
    """One place of the report and the column, or columns, that fill it."""

    into: TargetName
    column: str | None = None
    columns: list[str] = Field(default_factory=list)
    """Several columns, joined: family and given names, or a composed reference."""
    join: str = " "
    split: str | None = None
    """What stands between several values in one cell."""
    codes: dict[str, str] = Field(default_factory=dict)
    """Their words, and our codes."""
    dates: DateOrder | None = None
    excel_days: Literal[1900, 1904] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    """Of a narrative, if it is not the report's."""

    @model_validator(mode="after")
    def _has_a_column(self) -> Self:
        if (self.column is None) == (not self.columns):
            raise PydanticCustomError("mapping_column_untold", "name one column, or several as columns")
        return self

    @model_validator(mode="after")
    def _codes_are_ours(self) -> Self:
        ours = self.target.codes
        if ours is not None and not set(self.codes.values()) <= set(ours):
            raise PydanticCustomError("mapping_codes_unfinished", "a code is not of our list")
        return self

    @property
    def target(self) -> Target:
        return TARGETS[self.into]

    @property
    def sources(self) -> list[str]:
        return [self.column] if self.column is not None else self.columns


class Mapping(Model):
    """The whole file. constants: what holds for every row, by target."""

    file: FileForm = FileForm()
    constants: dict[TargetName, str | int | bool | list[str]] = Field(default_factory=dict)
    field: list[MappedField]

    @model_validator(mode="after")
    def _grants_nothing_for_all(self) -> Self:
        """Consent is each person's own: what was not asked of somebody is not granted by a line about everybody."""
        consents = (said for name, said in self.constants.items() if TARGETS[name].list_name == CONSENT)
        if any("granted" in (said if isinstance(said, list) else [said]) for said in consents):
            raise PydanticCustomError("mapping_consent_for_all", "consent is granted row by row")
        return self

    @model_validator(mode="after")
    def _fills_what_is_required(self) -> Self:
        filled = {field.into for field in self.field} | set(self.constants)
        if not any(field.into == "publisher_reference" for field in self.field):
            raise PydanticCustomError("mapping_reference_untold", "a column must give the reference")
        if not {"publisher", "language", "source.relation"} <= filled:
            raise PydanticCustomError("mapping_constant_untold", "publisher, language and source.relation are needed")
        return self


def load_mapping(path: Path) -> Mapping:
    """Read a mapping. Raises NotImportable with faults whose column is the place in the mapping."""
    try:
        if path.stat().st_size > MAX_MAPPING_BYTES:
            raise NotImportable(Fault(0, path.name, "file-too-large"))
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise NotImportable(Fault(0, path.name, "file-unreadable")) from None
    except tomllib.TOMLDecodeError:
        raise NotImportable(Fault(0, path.name, "mapping-not-toml")) from None
    try:
        return Mapping.model_validate(given)
    except ValidationError as error:
        raise NotImportable(*_faults(error, given)) from None


def _faults(error: ValidationError, given: dict[str, Any]) -> Iterator[Fault]:
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        code = detail["type"].replace("_", "-")
        yield Fault(0, _place(detail["loc"], given), code if code.startswith("mapping-") else "mapping-invalid")


def _place(location: tuple[int | str, ...], given: dict[str, Any]) -> str:
    """Where in the mapping, as a person looks for it: a field by what it leads into, else by its number from 1."""
    match location:
        case ("field", int(number), *rest):
            name = given["field"][number].get("into")
            told = f"field “{name}”" if name in TARGETS else f"field {number + 1}"
            return ".".join([told, *map(str, rest)])
        case _:
            return ".".join(map(str, location))
