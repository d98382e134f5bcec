"""Lines are read one by one from whatever comes; a bad one costs itself, and nothing waits longer than it must."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.devtools.evaluation import labelled
from tocsin.devtools.evaluation.arriving import groups_of
from tocsin.devtools.evaluation.compact import NO_DATE, Compact, is_compact, profile_of_compact, report_of_compact
from tocsin.devtools.evaluation.labelled import NamePair, NoLabelledData, find
from tocsin.devtools.evaluation.lines import Line, lines_of, object_of
from tocsin.devtools.evaluation.name_bench import persons
from tocsin.devtools.evaluation.pairing import report_at
from tocsin.devtools.evaluation.tabular import rows_of
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.vocabulary import Gender, ViolationType

CSV = [
    ("plain", b"a,b\n1,2\n", [(1, ["a", "b"]), (2, ["1", "2"])], []),
    ("no line break at the end", b"a,b\n1,2", [(1, ["a", "b"]), (2, ["1", "2"])], []),
    (
        "byte order mark, CRLF and blank lines",
        b"\xef\xbb\xbfa,b\r\n\r\n \n1,2\r\n",
        [(1, ["a", "b"]), (4, ["1", "2"])],
        [],
    ),
    ("quotes", b'a,b\n"x, ""y""",2\n', [(1, ["a", "b"]), (2, ['x, "y"', "2"])], []),
    ("a line break in quotes", b'a,b\n"x\ny",2\n3,4\n', [(1, ["a", "b"]), (2, ["x\ny", "2"]), (4, ["3", "4"])], []),
    ("a quote inside a word", b'a,b\nO"Hara,2\n', [(1, ["a", "b"]), (2, ['O"Hara', "2"])], []),
    ("text after a quote", b'a,b\n"Ali" Hassan,2\n', [(1, ["a", "b"]), (2, ["Ali Hassan", "2"])], []),
    (
        "an open quote",
        b'a,b\n"x,2\n3,4\n5,6\n',
        [(1, ["a", "b"]), (3, ["3", "4"]), (4, ["5", "6"])],
        [(2, "csv-malformed")],
    ),
    (
        "two open quotes",
        b'a,b\n"x,2\n"y,4\n5,6\n',
        [(1, ["a", "b"]), (4, ["5", "6"])],
        [(2, "csv-malformed"), (3, "csv-malformed")],
    ),
    ("not UTF-8", b"a,b\n\xff,2\n3,4\n", [(1, ["a", "b"]), (3, ["3", "4"])], [(2, "body-not-utf8")]),
    ("endless", b"a,b\n" + b"x" * 300_000 + b",2\n3,4\n", [(1, ["a", "b"]), (3, ["3", "4"])], [(2, "body-too-large")]),
    ("empty", b"", [], []),
]


@pytest.mark.parametrize(("what", "content", "rows", "refused"), CSV, ids=[c[0] for c in CSV])
def test_rows_are_read_and_a_bad_one_costs_only_itself(
    what: str, content: bytes, rows: list[Any], refused: list[tuple[int, str]]
) -> None:
    found: list[tuple[int, str]] = []
    assert list(rows_of(io.BytesIO(content), lambda n, refusal: found.append((n, refusal.code)))) == rows
    assert found == refused


def test_an_open_quote_in_a_thousand_rows_swallows_none() -> None:
    content = b"a,b\n" + b'"open,1\n' + b"".join(b"%d,x\n" % n for n in range(1000))
    assert len(list(rows_of(io.BytesIO(content), lambda *_: None))) == 1001


LINES = b"\xef\xbb\xbf{}\n\n [1] \r\n" + b"x" * 40 + b"\n{}"


def test_lines_keep_their_numbers_and_a_long_one_is_passed_over() -> None:
    expected = [Line(1, b"{}"), Line(3, b"[1]"), Line(4, None), Line(5, b"{}")]
    assert list(lines_of(io.BytesIO(LINES), longest=20)) == expected
    assert [line for group in groups_of(io.BytesIO(LINES), 3, longest=20) for line in group] == expected


class Pipe(io.RawIOBase):
    """Gives its pieces one at a time, as a pipe does, and counts how often it was asked."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.asked = [*pieces], 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        self.asked += 1
        piece = self.pieces.pop(0) if self.pieces else b""
        target[: len(piece)] = piece
        return len(piece)


def test_a_line_is_given_out_before_the_next_is_waited_for() -> None:
    pipe = Pipe(b"1\n2\n3", b"\n", b"4")
    groups = groups_of(io.BufferedReader(pipe), most=16)
    assert [line.content for line in next(groups)] == [b"1", b"2"]
    assert pipe.asked == 1
    assert [line.content for line in next(groups)] == [b"3"]
    assert pipe.asked == 2
    assert [line.content for line in next(groups)] == [b"4"]
    assert list(groups) == []


def test_a_group_is_never_larger_than_asked_for() -> None:
    assert [len(group) for group in groups_of(io.BytesIO(b"x\n" * 5), most=2)] == [2, 2, 1]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "body-too-large"),
        (b"{", "json-malformed"),
        (b"[]", "object-type"),
        (b'{"a":1,"a":2}', "json-duplicate-key"),
    ],
)
def test_what_is_no_object_is_refused(content: bytes | None, code: str) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        object_of(Line(1, content))
    assert refusal.value.code == code


COMPACT = {
    "names": ["Anouk Belvedi"],
    "country": "TN",
    "date": "2024-03",
    "place": "Sf\u200eax",
    "birth_year": 1979,
    "gender": "female",
    "violation": "torture",
}


def compact(**over: Any) -> Compact:
    return decode_as(json.dumps(COMPACT | over).encode(), Compact)


def test_the_compact_shape_becomes_a_profile_that_says_no_more() -> None:
    profile = profile_of_compact(compact(), "r")
    assert (profile.countries, profile.dates, profile.violations) == (("TUN",), (("event", "2024-03"),), ("torture",))
    assert (profile.persons[0].names, profile.persons[0].born) == (("Anouk Belvedi",), (1979, 1979))
    assert (profile.persons[0].gender, profile.places[0].name) == (Gender.WOMAN, "Sf ax")
    bare = profile_of_compact(compact(country="", date="", place="", birth_year=None, gender="", violation=""), "r")
    assert (bare.countries, bare.dates, bare.violations, bare.places) == ((), (("event", NO_DATE),), (), ())
    assert (bare.persons[0].born, bare.persons[0].gender) == (None, "")


def test_the_compact_shape_becomes_a_report_of_the_contract() -> None:
    report = report_of_compact(compact(), "7")
    assert (report.violation.country, report.violation.date, report.publisher_reference) == ("TUN", "2024-03", "7")
    assert report.violation.types == [ViolationType.TORTURE]
    bare = report_of_compact(compact(country="", date="", violation="reprisal"), "8")
    assert (bare.violation.country, bare.violation.date) == ("XXX", NO_DATE)
    assert bare.reprisal is not None
    assert report.publisher != bare.publisher, "no two may seem to come from one source"


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        ({"names": []}, ("too-short", "/a/names")),
        ({"names": [" \u200f"]}, ("text-blank", "/a/names/0")),
        ({"country": "ZZ"}, ("value-invalid", "/a/country")),
        ({"violation": "rudeness"}, ("enum", "/a/violation")),
        ({"birth_year": "1979"}, ("int-type", "/a/birth_year")),
        ({"email": "x@y.example"}, ("extra-forbidden", "/a")),
    ],
)
def test_a_wrong_compact_report_is_refused_with_the_place_in_the_line(over: Any, problem: tuple[str, str]) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        report_at({"a": COMPACT | over}, "a")
    assert (refusal.value.problems[0].code, refusal.value.problems[0].path) == problem


@pytest.mark.parametrize(("content", "code"), [({}, "missing"), ({"a": []}, "object-type"), ({"a": {}}, "missing")])
def test_a_line_without_a_report_is_refused(content: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        report_at(content, "a")
    assert refusal.value.code == code


def test_a_report_of_the_contract_is_not_taken_for_the_compact_shape() -> None:
    whole = json.loads(report_of_compact(compact(), "7").model_dump_json(exclude_none=True))
    assert is_compact(COMPACT)
    assert not is_compact(whole)
    assert report_at({"a": whole}, "a") == report_of_compact(compact(), "7")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Labelled data of invented people, in the shape of the real."""
    head = "id,name_a,name_b,label,slice,birth_year_a,birth_year_b\n"
    write(tmp_path / "alias_pairs.dev.csv.gz", head + '1,"Belvedi, Anouk",Anouk Belvedi,1,latin-un,1979,\n')
    case = {"id": "c", "label": "same", "a": COMPACT, "b": COMPACT}
    write(tmp_path / "case_pairs.dev.jsonl.gz", json.dumps(case) + "\n")
    write(tmp_path / "index_names.dev.csv.gz", "role,person,name\nindex,p,Anouk Belvedi\nquery,p,Anuk Belvedi\n")
    write(tmp_path / "translit_train.csv.gz", "language,native,latin,count\nrussian,Анук,anouk,3\n")
    return tmp_path


def test_the_labelled_data_are_read(data: Path) -> None:
    found = find(data)
    assert found.parts == (".",)
    assert found.names(".") == [NamePair("1", "Belvedi, Anouk", "Anouk Belvedi", True, "latin-un", (1979, None))]
    assert [(case.kind, case.a["country"]) for case in found.cases(".")] == [("same", "TN")]
    assert [(entry.role, entry.name) for entry in found.index(".")] == [
        ("index", "Anouk Belvedi"),
        ("query", "Anuk Belvedi"),
    ]
    assert [(token.native, token.latin) for token in found.tokens()] == [("Анук", "anouk")]
    write(data / "nc" / "alias_pairs.dev.csv.gz", "")
    assert find(data).parts == (".", "nc")


def test_the_folder_is_the_given_one_or_that_of_the_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(labelled.VARIABLE, str(data))
    assert find().folder == data
    with pytest.raises(NoLabelledData, match="--data"):
        find(data / "elsewhere")


def test_of_name_bench_only_persons_are_read(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    rows = ["g,Person,Anouk B,Anouk Belvedi,true,WEAK,,", "g,Company,A,B,false,WEAK,,", "g,Person,X Y,Z W,false,,,"]
    file.write_text("\n".join(["case_group,schema,name1,name2,is_match,quality,category,notes", *rows]))
    assert [(pair.ours, pair.same) for pair in persons(file)] == [("Anouk B", True), ("X Y", False)]
