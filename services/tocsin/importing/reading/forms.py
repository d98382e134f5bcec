"""How a file is written."""

from typing import Annotated, Literal

from pydantic import Field

from tocsin.importing.cells.dates import Order
from tocsin_schemas.model import Model

DateOrder = Annotated[Order, Field(strict=False)]


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
    dates: DateOrder | None = None
    excel_days: Literal[1900, 1904] | None = None
    utc_offset: Annotated[str, Field(pattern=r"^[+-][0-9]{2}:[0-9]{2}$")] = "+00:00"
    empty: list[str] = Field(default_factory=list)
    """Words that stand for an empty cell, such as ``n/a``."""
    unpublished: bool = False
    """Whether entities that Uwazi calls unpublished are sent as well."""
