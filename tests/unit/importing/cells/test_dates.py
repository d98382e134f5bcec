"""A date means what its writer wrote; where it could mean two days, the mapping must say which."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.importing.cells.dates import Order, edtf_of, instant_of
from tocsin.importing.faults import Unreadable
from tocsin_schemas.dates import parse_edtf

DAY, MONTH = Order.DAY_FIRST, Order.MONTH_FIRST
READ = [
    ("2026-11-20", None, "2026-11-20"),
    ("2026", None, "2026"),
    (2026, None, "2026"),
    ("2026-11~", None, "2026-11~"),
    ("2026-11-01/2026-11-03", None, "2026-11-01/2026-11-03"),
    ("2026-11-01~2026-11-03", None, "2026-11-01/2026-11-03"),
    ("2026-11-20 00:00:00", None, "2026-11-20"),
    ("2026-11-20T14:30:00Z", None, "2026-11-20"),
    ("2026/11/20", None, "2026-11-20"),
    ("20261120", None, "2026-11-20"),
    ("03/04/2026", DAY, "2026-04-03"),
    ("03/04/2026", MONTH, "2026-03-04"),
    ("3.4.2026", DAY, "2026-04-03"),
    ("11/2026", None, "2026-11"),
    ("20 novembre 2026", None, "2026-11-20"),
    ("1er mars 2026", None, "2026-03-01"),
    ("November 20, 2026", None, "2026-11-20"),
    ("20 de noviembre de 2026", None, "2026-11-20"),
    ("20 ноября 2026 г.", None, "2026-11-20"),
    ("٢٠ نوفمبر ٢٠٢٦", None, "2026-11-20"),
    ("٢٠٢٦-١١-٢٠", None, "2026-11-20"),
    ("20 تشرين 2026", None, "date-unreadable"),
    ("mars 2026", None, "2026-03"),
    (datetime.fromisoformat("2026-11-20T14:30"), None, "2026-11-20"),
    ("03/04/2026", None, "date-order-untold"),
    ("25/12/2026", None, "date-order-untold"),
    ("25/12/2026", MONTH, "date-impossible"),
    ("31/02/2026", DAY, "date-impossible"),
    ("2026-02-31", None, "date-impossible"),
    ("03/04/26", DAY, "date-two-digit-year"),
    ("3 mars 26", None, "date-two-digit-year"),
    ("46346", None, "date-serial-untold"),
    (46346.5, None, "date-serial-untold"),
    ("1448-05-12", None, "date-other-calendar"),
    ("12/05/1448", DAY, "date-other-calendar"),
    ("12 رمضان 1447", None, "date-other-calendar"),
    ("۲۹/۰۸/۱۴۰۵", DAY, "date-other-calendar"),
    ("20/11/2569", DAY, "date-other-calendar"),
    ("last week", None, "date-unreadable"),
    ("", None, "date-unreadable"),
    (True, None, "date-unreadable"),
    (12, None, "date-unreadable"),
    ("0026-11-20", None, "date-out-of-range"),
]


@pytest.mark.parametrize(("cell", "order", "expected"), READ, ids=[f"{r[0]!r}-{r[1]}" for r in READ])
def test_a_date_is_read_or_its_fault_is_named(cell: object, order: Order | None, expected: str) -> None:
    try:
        found = edtf_of(cell, order, None)  # type: ignore[arg-type]
    except Unreadable as unreadable:
        found = unreadable.code
    assert found == expected


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)), st.sampled_from("/.-"))
def test_the_order_that_is_told_is_the_order_that_is_read(day: object, mark: str) -> None:
    written = f"{day:%d{mark}%m{mark}%Y}"
    assert edtf_of(written, DAY, None) == f"{day:%Y-%m-%d}"
    assert edtf_of(f"{day:%m{mark}%d{mark}%Y}", MONTH, None) == f"{day:%Y-%m-%d}"


@given(st.text(max_size=30) | st.integers() | st.floats(allow_nan=True) | st.booleans())
def test_whatever_a_cell_holds_a_date_comes_of_it_or_a_reason(cell: object) -> None:
    try:
        found = edtf_of(cell, DAY, 1900)  # type: ignore[arg-type]
    except Unreadable as unreadable:
        found = unreadable.code
    assert found.startswith("date-") or parse_edtf(found)


def test_days_of_excel_follow_the_epoch_that_is_told() -> None:
    assert edtf_of(46346, None, 1900) == "2026-11-20"
    assert edtf_of(44884, None, 1904) == "2026-11-20"


INSTANTS = [
    ("2026-11-20", "+00:00", "2026-11-20T00:00:00+00:00"),
    ("20/11/2026 14:30", "+01:00", "2026-11-20T14:30:00+01:00"),
    ("2026-11-20T14:30:05Z", "+01:00", "2026-11-20T14:30:05Z"),
    (datetime.fromisoformat("2026-11-20T14:30"), "-05:00", "2026-11-20T14:30:00-05:00"),
    ("2026-11", "+00:00", "date-day-needed"),
]


@pytest.mark.parametrize(("cell", "offset", "expected"), INSTANTS, ids=[str(i[0]) for i in INSTANTS])
def test_an_instant_has_the_offset_of_the_cell_or_of_the_mapping(cell: object, offset: str, expected: str) -> None:
    try:
        found = instant_of(cell, DAY, None, offset)  # type: ignore[arg-type]
    except Unreadable as unreadable:
        found = unreadable.code
    assert found == expected
