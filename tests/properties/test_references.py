"""Whatever way a number is typed, its key is the same; and no text breaks the reading of it. Invented numbers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.matching.citations.passage import year_of
from tocsin.domain.matching.citations.states import STATES, WORDS
from tocsin.domain.matching.references import Agreement, CaseNumber, agreement, canonical, references_in
from tocsin_schemas.reports import Reference
from tocsin_schemas.vocabulary import ReferenceScheme as Scheme

STATE = st.sampled_from(sorted(STATES - WORDS))
COUNT = st.integers(1, 999)
LARGE_COUNT = st.integers(100, 999)
YEAR = st.integers(1970, 2069)


def _written(
    scheme: Scheme, template: str, count: st.SearchStrategy[int] = COUNT
) -> st.SearchStrategy[tuple[Scheme, str]]:
    """A number as people write it, and the scheme that it must be read as."""
    return st.builds(
        lambda state, n, year, month: (
            scheme,
            template.format(state=state, n=n, year=year, yy=f"{year % 100:02}", month=f"{month:02}"),
        ),
        STATE,
        count,
        YEAR,
        st.integers(1, 12),
    )


WRITTEN = st.one_of(
    _written(Scheme.UN_COMMUNICATION, "AL {state} {n}/{year}"),
    _written(Scheme.UN_COMMUNICATION, "{state} {n}/{year}"),
    _written(Scheme.WGAD_OPINION, "Opinion No. {n}/{year}"),
    _written(Scheme.WGAD_OPINION, "A/HRC/WGAD/{year}/{n}"),
    _written(Scheme.IACHR_MEASURE, "PM {n}-{yy}", LARGE_COUNT),
    _written(Scheme.IACHR_MEASURE, "Medida Cautelar No. {n}-{year}", LARGE_COUNT),
    _written(Scheme.OBSERVATORY, "{state} 002 / {month}{yy} / OBS {n:03}.01"),
    _written(Scheme.AMNESTY, "UA {n}/{yy}"),
    _written(Scheme.AMNESTY, "MDE 13/{n:04}/{year}"),
    _written(Scheme.COURT, "requête n° 12{n:03}/{yy}"),
    _written(Scheme.ACHPR, "CADHP, communication {n}/{yy}"),
    _written(Scheme.COE_PLATFORM, "alertPK=64{n:03}"),
    _written(Scheme.UN_DOCUMENT, "CCPR/C/131/D/{n}/{year}"),
)
SPACES = st.sampled_from([" ", "  ", "\u00a0", "\u202f", "\n", "\t ", "\u3000"])
DASHES = st.sampled_from(["-", "\u2010", "\u2011", "\u2013", "\u2212"])
SLASHES = st.sampled_from(["/", " / ", "\u2044", "\u2215", "\uff0f", "/\n"])
ZEROS = st.sampled_from(["0", "\u0660", "\u06f0", "\uff10", "\u0966"])


def _retyped(draw: st.DrawFn, text: str) -> str:
    """The same text from another keyboard: other spaces, dashes, slashes and digits, another case."""
    zero = ord(draw(ZEROS))
    text = "".join(chr(zero + int(c)) if c.isascii() and c.isdigit() else c for c in text)
    for character, variants in ((" ", SPACES), ("-", DASHES), ("/", SLASHES)):
        text = text.replace(character, draw(variants))
    return draw(st.sampled_from([str, str.upper, str.lower]))(text)


@st.composite
def _retyped_numbers(draw: st.DrawFn) -> tuple[Scheme, str, str]:
    scheme, text = draw(WRITTEN)
    return scheme, text, _retyped(draw, text)


def _read(text: str) -> tuple[CaseNumber, ...]:
    return references_in(text)


@settings(deadline=None)
@given(WRITTEN)
def test_each_form_is_read_as_its_scheme(written: tuple[Scheme, str]) -> None:
    scheme, text = written
    assert [n.scheme for n in _read(text)] == [scheme]


@settings(deadline=None)
@given(_retyped_numbers())
def test_spaces_dashes_digits_and_case_do_not_change_the_key(retyped: tuple[Scheme, str, str]) -> None:
    _, text, other = retyped
    assert _read(other) == _read(text) != ()


@settings(deadline=None)
@given(WRITTEN)
def test_a_canonical_number_reads_as_itself(written: tuple[Scheme, str]) -> None:
    scheme, text = written
    (number,) = _read(text)
    again = canonical(Reference(scheme=scheme, value=number.key))
    assert _read(number.key) == (number,)
    assert (again, again and again.identifies) == (number, number.identifies)


@settings(deadline=None)
@given(st.sampled_from(Scheme), st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40))
def test_the_key_of_any_field_reads_as_itself(scheme: Scheme, value: str) -> None:
    if not value.strip():
        return
    number = canonical(Reference(scheme=scheme, value=value))
    if number is not None:
        assert canonical(Reference(scheme=Scheme(number.scheme), value=number.key)) == number


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_error_in_order_and_without_repeats(text: str) -> None:
    found = _read(text)
    assert list(found) == sorted(set(found))


WORDS_AROUND = st.text(st.sampled_from("abcdefghijklmnop ,éñ"), max_size=300)


@settings(deadline=None)
@given(WORDS_AROUND, WRITTEN, WORDS_AROUND)
def test_a_number_is_found_in_the_middle_of_other_words(before: str, written: tuple[Scheme, str], after: str) -> None:
    _, text = written
    assert set(_read(text)) <= set(_read(f"{before} {text} {after}"))


NUMBERS = st.lists(
    st.builds(
        CaseNumber,
        st.just("un_communication"),
        st.sampled_from(["TUN 4/2026", "TUN 5/2026", "DZA 4/2026", "OTH 4/2026", "gId=31021"]),
        st.none() | st.integers(1, 3),
        st.booleans(),
    )
    | st.builds(CaseNumber, st.just("wgad_opinion"), st.sampled_from(["WGAD/2020/22", "WGAD/2020/23"]))
    | st.builds(CaseNumber, st.just("observatory"), st.sampled_from(["OBS 012/2026", "OBS 013/2026", "OBS 012"])),
    max_size=5,
)


@given(NUMBERS, NUMBERS)
def test_agreement_is_symmetric(ours: list[CaseNumber], theirs: list[CaseNumber]) -> None:
    assert agreement(ours, theirs) is agreement(theirs, ours)


@given(NUMBERS, NUMBERS)
def test_only_a_shared_identifying_number_makes_two_reports_one_case(ours, theirs) -> None:
    shared = {n for n in ours if n.identifies} & {n for n in theirs if n.identifies}
    assert (agreement(ours, theirs) in {Agreement.SAME, Agreement.MIXED}) == bool(shared)


@given(NUMBERS)
def test_no_report_conflicts_with_itself(numbers: list[CaseNumber]) -> None:
    assert agreement(numbers, numbers) in {Agreement.SAME, Agreement.NONE}


@given(YEAR)
def test_two_digits_of_a_year_say_as_much_as_four(year: int) -> None:
    assert year_of(f"{year % 100:02}") == year_of(str(year)) == year
