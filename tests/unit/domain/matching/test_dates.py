"""Dates agree by their precision and role, whichever comes first; narratives give up the days they name, in any script."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.matching.dates import DateLevel, compare_dates, date_level, dates_in

E, W3, W31, MONTH, W120 = (
    DateLevel.EXACT,
    DateLevel.WITHIN_3,
    DateLevel.WITHIN_31,
    DateLevel.SAME_MONTH,
    DateLevel.WITHIN_120,
)
SWAP, SHIFT, FAR, VAGUE, NONE = (
    DateLevel.SWAPPED,
    DateLevel.SHIFTED,
    DateLevel.FAR,
    DateLevel.IMPRECISE,
    DateLevel.MISSING,
)
LEVELS = [
    ("2026-03-09", "2026-03-09", E, "one day"),
    ("2026-03-09~", "2026-03-09", W3, "one day, but one of them is not sure"),
    ("2026-03-09", "2026-03-12", W3, "three days"),
    ("2026-02-27", "2026-03-01", W3, "two days across months"),
    ("2026-03-09", "2026-03-13", W31, "four days"),
    ("2026-03-09", "2026-04-09", W31, "thirty-one days"),
    ("2026-03-09", "2026-04-10", W120, "thirty-two days"),
    ("2026-03-09", "2026-07-07", W120, "a hundred and twenty days"),
    ("2026-03-09", "2026-07-08", FAR, "a hundred and twenty-one days"),
    ("2026-03-09", "2026-09-03", SWAP, "day and month exchanged"),
    ("2026-03-04", "2026-04-03", W31, "exchanged, yet near"),
    ("2026-03-13", "2026-08-03", FAR, "no exchange gives a thirteenth month"),
    ("2026-03-09", "2025-03-09", SHIFT, "the year before, by a slip"),
    ("2026-03-09", "2024-03-09", FAR, "two years before"),
    ("2026-03", "2026-03-31", MONTH, "the month of the day"),
    ("2026-03", "2026-03", MONTH, "two months that are one"),
    ("2026-03", "2026-04-02", W31, "the next month's beginning"),
    ("2026-03", "2026-04", W31, "neighbouring months"),
    ("2026-03", "2026-06", W120, "months of one season"),
    ("2026-03", "2025-03", FAR, "months of two years"),
    ("2026", "2026-03-09", VAGUE, "the year of the day"),
    ("2026", "2026", VAGUE, "two years that are one"),
    ("2026-01/2026-12", "2026-06", VAGUE, "a long period around"),
    ("2025", "2026-01-05", W120, "the year before, in January"),
    ("2025", "2026-09-05", FAR, "the year before, in September"),
    ("2026-03-09/2026-03-11", "2026-03-10", W3, "a day in a period of three"),
    ("2026-03-01/2026-03-20", "2026-03-10", MONTH, "a day in three weeks"),
    ("2026-02-01/2026-05-30", "2026-04-15", W120, "a day in four months"),
    ("2026-03-09/2026-11-30", "2026-03-09", W3, "a period that begins on the day"),
    ("2026-03-09/2026-11-30", "2026-03-09/2026-08", W3, "two periods that begin on one day"),
    ("2026-03-09/2026-03-10", "2026-03-12", W3, "a day after a short period"),
    ("", "2026-03-09", NONE, "not given"),
    ("", "", NONE, "neither given"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "level", "why"), LEVELS, ids=[row[3] for row in LEVELS])
def test_level(a, b, level, why) -> None:
    assert date_level(a, b) is level
    assert date_level(b, a) is level


def test_a_text_that_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError, match="EDTF"):
        date_level("9 March", "2026-03-09")


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
SINGLE = st.builds(
    lambda day, end, mark: day.isoformat()[:end] + mark, DAYS, st.sampled_from([4, 7, 10]), st.sampled_from(["", "~"])
)
EDTF = st.one_of(
    st.just(""), SINGLE, st.builds(lambda a, b: "/".join(sorted([a.isoformat(), b.isoformat()])), DAYS, DAYS)
)
DATED = st.lists(st.tuples(st.sampled_from(["event", "arrest", "release"]), EDTF), max_size=4)


@given(EDTF, EDTF)
def test_levels_are_symmetric(a, b) -> None:
    assert date_level(a, b) is date_level(b, a)


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_moving_a_day_away_never_brings_it_nearer(day, near, farther) -> None:
    """But for the two slips of the pen, whose levels say that the gap is an accident."""
    order = [E, W3, W31, W120, FAR]
    gaps = sorted([near, farther])
    found = [date_level(day.isoformat(), date.fromordinal(day.toordinal() + gap).isoformat()) for gap in gaps]
    if not {SWAP, SHIFT} & set(found):
        assert order.index(found[0]) <= order.index(found[1])


ROLES = [
    ("like with like", [("event", "2026-03-09")], [("event", "2026-03-09")], ("event", E)),
    ("an arrest is the event of an arrest", [("event", "2026-03-09")], [("event", "2026-06-01"), ("arrest", "2026-03-09")], ("arrest", E)),
    ("the best pair of one role", [("event", "2026-03")], [("event", "2026-03-10"), ("event", "2025-01-01")], ("event", MONTH)),
    ("a release does not excuse another event", [("event", "2026-03-09"), ("release", "2026-04-01")], [("event", "2025-01-02"), ("release", "2026-04-01")], ("event", FAR)),
    ("another role where the event says nothing", [("event", "2026"), ("release", "2026-04-01")], [("event", ""), ("release", "2026-04-01")], ("release", E)),
    ("a vague event stays, if nothing else is common", [("event", "2026")], [("event", "2026-03-09"), ("hearing", "2026-03-09")], ("event", VAGUE)),
    ("a release is no arrest", [("arrest", "2026-03-09")], [("release", "2026-03-09")], ("", NONE)),
    ("nothing dated", [], [("event", "2026-03-09")], ("", NONE)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "ours", "theirs", "expected"), ROLES, ids=[row[0] for row in ROLES])
def test_roles(what, ours, theirs, expected) -> None:
    assert compare_dates(ours, theirs) == expected
    assert compare_dates(theirs, ours) == expected


@given(DATED, DATED)
def test_comparison_of_dated_roles_is_symmetric(ours, theirs) -> None:
    assert compare_dates(ours, theirs) == compare_dates(theirs, ours)


@given(DATED, DATED, DAYS)
def test_an_agreeing_event_never_makes_agreement_worse(ours, theirs, day) -> None:
    order = list(DateLevel)
    before = compare_dates(ours, theirs)[1]
    agreeing = ("event", day.isoformat())
    after = compare_dates([*ours, agreeing], [*theirs, agreeing])[1]
    assert after is E
    assert order.index(after) <= order.index(before)


MARCH_9 = date(2026, 3, 9)
NAMED = [
    ("arrested on 2026-03-09T10:00:00Z", [MARCH_9]),
    ("2026/03/09", [MARCH_9]),
    ("2026. 3. 9.", [MARCH_9]),
    ("25/12/2026", [date(2026, 12, 25)]),
    ("12/25/2026", [date(2026, 12, 25)]),
    ("25.12.2026 г.", [date(2026, 12, 25)]),
    ("9 March 2026", [MARCH_9]),
    ("the 9th of March, 2026", [MARCH_9]),
    ("March 9, 2026", [MARCH_9]),
    ("Mar. 9th 2026", [MARCH_9]),
    ("9 mars 2026", [MARCH_9]),
    ("le 1er avril 2026", [date(2026, 4, 1)]),
    ("le 1er août 2026", [date(2026, 8, 1)]),
    ("9 de marzo de 2026", [MARCH_9]),
    ("9 de março de 2026", [MARCH_9]),
    ("9. März 2026", [MARCH_9]),
    ("9 марта 2026 г.", [MARCH_9]),
    ("9-го марта 2026 года", [MARCH_9]),
    ("9 березня 2026 року", [MARCH_9]),
    ("9 сакавіка 2026 г.", [MARCH_9]),
    ("9 marca 2026", [MARCH_9]),
    ("2026. március 9.", [MARCH_9]),
    ("9 MAYIS 2026", [date(2026, 5, 9)]),
    ("9 مارس 2026", [MARCH_9]),
    ("٩ آذار ٢٠٢٦", [MARCH_9]),
    ("٩ آذار/مارس ٢٠٢٦", [MARCH_9]),
    ("٩ كانون الثاني ٢٠٢٦", [date(2026, 1, 9)]),
    ("٩ تشرين الأول/أكتوبر ٢٠٢٦", [date(2026, 10, 9)]),
    ("9 غشت 2026", [date(2026, 8, 9)]),
    ("9 جوان 2026", [date(2026, 6, 9)]),
    ("۱۸ اسفند ۱۴۰۴", [MARCH_9]),
    ("۱۸ اسفندماه ۱۴۰۴", [MARCH_9]),
    ("۱۸ اسفند ماه سال ۱۴۰۴", [MARCH_9]),
    ("۱۴۰۴/۱۲/۱۸", [MARCH_9]),
    ("18 Esfand 1404", [MARCH_9]),
    ("9 حمل 1404", [date(2025, 3, 29)]),
    ("15 Ramadan 1447", [date(2026, 3, 4)]),
    ("١٥ رمضان ١٤٤٧", [date(2026, 3, 4)]),
    ("15 رمضان المبارك 1447 هـ", [date(2026, 3, 4)]),
    ("on Dhu al-Hijjah 5, 1447", [date(2026, 5, 22)]),
    ("5 Dhu'l-Hijjah 1447", [date(2026, 5, 22)]),
    ("2026年3月9日", [MARCH_9]),
    ("２０２６年３月９日", [MARCH_9]),
    ("二〇二六年三月二十九日", [date(2026, 3, 29)]),
    ("2026년 3월 9일", [MARCH_9]),
    ("9 במרץ 2026", [MARCH_9]),
    ("9 Μαρτίου 2026", [MARCH_9]),
    ("2026 წლის 9 მარტს", [MARCH_9]),
    ("2026 թ. մարտի 9-ին", [MARCH_9]),
    ("2026-yil 9-mart", [MARCH_9]),
    ("2026 жылғы 9 наурыз", [MARCH_9]),
    ("९ मार्च २०२६", [MARCH_9]),
    ("၂၀၂၆ ခုနှစ် မတ်လ ၉ ရက်", [MARCH_9]),
    ("9 มีนาคม พ.ศ. 2569", [MARCH_9]),
    ("ngày 9 tháng 3 năm 2026", [MARCH_9]),
    ("መጋቢት 1 ቀን 2018 ዓ.ም.", [date(2026, 3, 10)]),
    ("from 9 March 2026 to 12 March 2026", [MARCH_9, date(2026, 3, 12)]),
    ("\u202e9\u200f March\u200b 2026", [MARCH_9]),
    ("09/03/2026", [MARCH_9, date(2026, 9, 3)]),
    ("9 listopada 2026", [date(2026, 11, 9), date(2026, 10, 9)]),
]  # fmt: skip
UNNAMED = [
    "",
    "March 2026",
    "9 March",
    "9/3/26",
    "31 February 2026",
    "9 March 1799",
    "9 March 2201",
    "9 people were arrested in March 2026",
    "12 were freed. 2026 was worse",
    "AL IRN 12/2024 and UA 9/2026",
    "2025/12/2026",
    "A/HRC/48/55, resolution 2334 (2016)",
    "+996 2026 03 0901",
    "192.0.2.1",
]


@pytest.mark.parametrize(("text", "days"), NAMED, ids=[row[0] for row in NAMED])
def test_a_narrative_gives_up_its_days(text, days) -> None:
    assert dates_in(text) == set(days)


@pytest.mark.parametrize("text", UNNAMED)
def test_what_is_no_precise_day_is_none(text) -> None:
    assert dates_in(text) == set()


@given(
    DAYS,
    st.sampled_from(["{0:%Y-%m-%d}", "on {0.day} {0:%B} {0:%Y}.", "{0:%B} {0.day}, {0:%Y}"]),
    st.sampled_from(["٠", "۰", "०", "၀", "０"]),
)
def test_digits_of_any_script_are_read(day, pattern, zero) -> None:
    written = pattern.format(day).translate({48 + n: ord(zero) + n for n in range(10)})
    assert day in dates_in(written)


@given(st.text(max_size=200))
def test_any_text_is_survived(text) -> None:
    assert all(1800 <= day.year <= 2200 for day in dates_in(text))


HOSTILE = [
    "1",
    "1 a",
    "9 of the 2026 ",
    "2026 of 9 ",
    "9 March 2026 ",
    "1/",
    "\u202e9",
    "٩ آذار ٢٠٢",
    "1" + " " * 39,
    "a ",
    "二",
    "Dhu al 1 ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hundred_thousand_hostile_characters_take_a_moment(unit) -> None:
    text = (unit * 100_000)[:100_000]
    started = time.perf_counter()
    dates_in(text)
    assert time.perf_counter() - started < 5
