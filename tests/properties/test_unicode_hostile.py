"""Guarantee: no character of a text turns, hides or paints over anything outside its field; what is kept is not altered."""

import json
import unicodedata

import pytest
from pydantic import TypeAdapter, ValidationError

from tocsin.runtime.isolates import END, FIRST_STRONG, isolated
from tocsin_schemas.decoding import decode
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report
from tocsin_schemas.text import MOST_MARKS, Line, Prose
from unicode_cases import DIRECTION, TAGS, confusables, report_with, text_places

LINE: TypeAdapter[str] = TypeAdapter(Line)
PROSE: TypeAdapter[str] = TypeAdapter(Prose)
AT_ONCE = 15
"""Places; no more than twenty problems are told of one event."""
REACHING_OUT = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B"}
"""Bidirectional types that can change the order of what stands outside an isolate (UAX #9, X1 to X8, P1)."""


def _codes(report: object) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidEvent) as caught:
        decode(json.dumps(report).encode(), "report.submitted")
    return [(problem.code, problem.path, problem.hint) for problem in caught.value.problems]


def _accepts(kind: TypeAdapter[str], text: str) -> bool:
    try:
        return kind.validate_python(text) == text
    except ValidationError:
        return False


def test_every_text_of_a_report_is_looked_at() -> None:
    assert len(text_places()) >= 55
    assert {"/alleged_victims/0/names/0/value", "/narratives/0/text", "/source/contact"} <= set(text_places())
    decode(json.dumps(report_with(dict.fromkeys(text_places(), "Rive-Haute"))).encode(), "report.submitted")


@pytest.mark.parametrize(("characters", "hint"), [(DIRECTION, "direction"), (TAGS, "tag")], ids=["direction", "tags"])
def test_direction_controls_and_tags_are_refused_in_every_text(characters: str, hint: str) -> None:
    places = text_places()
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        written = json.dumps(report_with(dict.fromkeys(some, "Rive{}Haute")))
        for character in characters:
            with pytest.raises(InvalidEvent) as caught:
                decode(written.replace("{}", character).encode(), "report.submitted")
            told = {(problem.code, problem.path, problem.hint) for problem in caught.value.problems}
            assert told == {("text-invisible-character", path, hint) for path in some}


def test_no_character_that_is_accepted_can_turn_what_stands_outside_an_isolate() -> None:
    reaching_out = [chr(n) for n in range(0x110000) if unicodedata.bidirectional(chr(n)) in REACHING_OUT]
    assert len(reaching_out) > 10
    assert [c for c in reaching_out if _accepts(LINE, f"a{c}b")] == []
    assert [c for c in reaching_out if _accepts(PROSE, f"a{c}b")] == ["\n"], "what parts paragraphs, and nothing else"


def test_what_is_shown_stands_in_an_isolate_that_its_text_cannot_leave() -> None:
    for text in (f"a{c}b" for c in confusables() if _accepts(LINE, f"a{c}b")):
        plain, html = isolated(text, marked=True), isolated(text, marked=False).html
        assert plain == f"{FIRST_STRONG}{text}{END}"
        assert (html[:5], html[-6:], html.count("bdi>")) == ("<bdi>", "</bdi>", 2)


def test_every_confusable_character_is_kept_as_it_is_in_every_text_or_refused_as_invisible() -> None:
    kept = [c for c in confusables() if _accepts(LINE, f"a{c}b")]
    refused = sorted(set(confusables()) - set(kept))
    assert len(confusables()) > 8_000
    assert all(unicodedata.category(c) in ("Cf", "Zl", "Zp") for c in refused), [f"U+{ord(c):04X}" for c in refused]
    for start in range(0, len(kept), 240):
        text = "".join(f"a{c}" for c in kept[start : start + 240])
        report = report_with(dict.fromkeys(text_places(), text))
        read = decode(json.dumps(report, ensure_ascii=False).encode(), "report.submitted")
        assert isinstance(read, Report)
        again = json.loads(read.model_dump_json(exclude_none=True))
        assert [path for path in text_places() if _at(again, path) != text] == []


def _at(value: object, path: str) -> object:
    for part in path.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]  # type: ignore[index]
    return value


@pytest.mark.parametrize(
    "marks",
    [
        "\u0301",
        "\u0489",
        "\u0e47",
        "\u064b",
        "\u05b0",
        "\u0f71",
        "\u20dd",
        "\U0001e944",
        "\U00011100",
        "\u0301\u0323",
        "\u0e47\u0301",
    ],
    ids=lambda marks: "+".join(f"U+{ord(c):04X}" for c in marks),
)
def test_marks_piled_on_a_letter_are_refused_and_as_many_as_scripts_need_are_not(marks: str) -> None:
    run = (marks * 50)[: MOST_MARKS + 1]
    assert _codes(report_with({"/narratives/0/text": f"Rive{run} Haute"})) == [
        ("text-stacked-marks", "/narratives/0/text", "")
    ]
    assert _accepts(PROSE, f"Rive{run[:-1]} Haute")
    assert _accepts(LINE, f"R{run[:-1]}" * 20)


@pytest.mark.parametrize(
    "blank",
    [" ", "\u00a0", "\u3164", "\u2800\u2800", "\u115f\u1160", "\uffa0", "\u200c\u200d", "\ufe0f", "\u3000", "\u180e"],
)
def test_what_only_looks_like_a_text_is_refused_as_blank(blank: str) -> None:
    for kind in (LINE, PROSE):
        with pytest.raises(ValidationError, match="not allowed"):
            kind.validate_python(blank)
    assert _codes(report_with({"/alleged_victims/0/names/0/value": blank}))[0][0] == "text-blank"
