"""Dates keep their precision; text is kept as written or refused."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from tocsin_schemas.dates import DateRange, Precision, parse_edtf
from tocsin_schemas.text import Line, Prose

LINE: TypeAdapter[str] = TypeAdapter(Line)
PROSE: TypeAdapter[str] = TypeAdapter(Prose)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026", DateRange(date(2026, 1, 1), date(2026, 12, 31), Precision.YEAR, False)),
        ("2024-02?", DateRange(date(2024, 2, 1), date(2024, 2, 29), Precision.MONTH, True)),
        ("2026-03-09", DateRange(date(2026, 3, 9), date(2026, 3, 9), Precision.DAY, False)),
        ("2026-03-09~/2026-04", DateRange(date(2026, 3, 9), date(2026, 4, 30), Precision.INTERVAL, True)),
    ],
)
def test_an_edtf_date_means_a_range_of_days(written: str, meant: DateRange) -> None:
    assert parse_edtf(written) == meant


@pytest.mark.parametrize(
    "written", ["", "26", "2026-13", "2026-02-30", "2026\n", "٢٠٢٦", "0001", "9999", "2026/", "/", "a/b"]
)
def test_what_names_no_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_edtf(written)


@pytest.mark.parametrize(
    "name",
    ["Afi Mensahvi", "Lê Thị Hoài Anh", "مهین نیک\u200cپور", "क्\u200dष", "Вера Саблукова", "O’Duvalle", "李若溪", "ꓡꓲ"],
)
def test_names_of_all_scripts_are_kept_as_written(name: str) -> None:
    assert LINE.validate_python(name) == name


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\u0000b", "text_control_character"),
        ("a\u0085b", "text_control_character"),
        ("a\u202eb", "text_invisible_character"),
        ("a\u2066b", "text_invisible_character"),
        ("a\u200bb", "text_invisible_character"),
        ("a\ufeffb", "text_invisible_character"),
        ("a\U000e0041b", "text_invisible_character"),
        ("a\ue000b", "text_invisible_character"),
        ("a\uffffb", "text_invisible_character"),
        ("a\rb", "text_control_character"),
        ("a\nb", "text_line_break"),
        ("a\u2028b", "text_line_break"),
        (" \u00a0", "text_blank"),
    ],
)
def test_a_line_refuses_what_cannot_be_seen(text: str, fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        LINE.validate_python(text)
    assert [error["type"] for error in caught.value.errors()] == [fault]


def test_prose_keeps_its_lines() -> None:
    assert PROSE.validate_python("one\n\ttwo") == "one\n\ttwo"
