"""What a file means: the mapping that a person checks before anything is sent."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tocsin.importing.dates import Order
from tocsin.importing.faults import Fault, NotImportable
from tocsin.importing.targets import TARGETS, Target
from tocsin_schemas.model import Model

MAX_MAPPING_BYTES = 1 << 20
NOW = "now"
"""``received_at`` of reports that the file does not date: the moment of the import."""


def _known(name: str) -> str:
    if name not in TARGETS:
        raise PydanticCustomError("mapping_target_unknown", "no such place in a report")
    return name


TargetName = Annotated[str, AfterValidator(_known)]
_DateOrder = Annotated[Order, Field(strict=False)]


class FileForm(Model):
    """How the file is written; what is not told is detected, and said."""

    kind: Literal["table", "uwazi"] = "table"
    sheet: str | None = None
    header_rows: Annotated[int, Field(ge=1, le=4)] | None = None
    """Rows that make up the header, read together: ``Victim / Name``."""
    header_at: Annotated[int, Field(ge=1, le=100)] | None = None
    """The header's first row, as a spreadsheet program counts."""
    encoding: Literal["utf-8", "cp1252", "cp1256", "cp1251", "utf-16"] | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    dates: _DateOrder | None = None
    excel_days: Literal[1900, 1904] | None = None
    utc_offset: Annotated[str, Field(pattern=r"^[+-][0-9]{2}:[0-9]{2}$")] = "+00:00"
    empty: list[str] = Field(default_factory=list)
    """Words that stand for an empty cell, such as ``n/a``."""
    unpublished: bool = False
    """Whether entities that Uwazi calls unpublished are sent as well."""


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
    dates: _DateOrder | None = None
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
