"""The figures of ``make evaluate`` are those that a matcher of known answers deserves."""

import io
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from tocsin.devtools.bench import febrl
from tocsin.devtools.evaluation import indexing, peers
from tocsin.devtools.evaluation.__main__ import main
from tocsin.devtools.evaluation.indexing import Looked, fill, look_up, measure_candidates
from tocsin.devtools.evaluation.labelled import CasePair, IndexName, NamePair, TokenPair
from tocsin.devtools.evaluation.measuring import compared, measure_cases, measure_names, measure_tokens, sampled
from tocsin.devtools.evaluation.runs import Evaluation
from tocsin.devtools.evaluation.table import table
from tocsin.devtools.evaluation.targets import SECTIONS, Target
from tocsin.domain.matching.blocking import POSTINGS, Key
from tocsin.domain.matching.profile import PersonProfile, Profile
from tocsin.domain.matching.verdicts import Comparison, NameComparison, Verdict


class Scripted:
    """Names alike in their first word are one person; P is lower the longer they are. Cases go by their violation."""

    version = "scripted"

    def compare_names(self, ours: Sequence[str], theirs: Sequence[str]) -> NameComparison:
        return self.compare_people(PersonProfile(tuple(ours)), PersonProfile(tuple(theirs)))

    def compare_people(self, ours: PersonProfile, theirs: PersonProfile) -> NameComparison:
        same = ours.names[0].split()[0] == theirs.names[0].split()[0]
        return NameComparison(0.9 if same else 0.2, 0.0, conflict=False)

    def name_decision(self, found: NameComparison) -> str:
        return "same" if found.probability >= 0.5 else "possible"

    def compare(self, a: Profile, b: Profile) -> Comparison:
        verdict = {
            ("torture", "torture"): Verdict.DUPLICATE,
            ("torture", "arrest"): Verdict.POSSIBLE,
            ("torture", "raid"): Verdict.SAME_PERSON,
        }.get((a.violations[0], b.violations[0]), Verdict.UNRELATED)
        score = {Verdict.DUPLICATE: 0.9, Verdict.POSSIBLE: 0.5, Verdict.SAME_PERSON: 0.2, Verdict.UNRELATED: 0.1}
        return Comparison(score[verdict], 1.0, verdict)


MATCHER: Any = Scripted()


def pair(ours: str, theirs: str, same: bool, part: str = "x-arabic") -> NamePair:
    return NamePair("", ours, theirs, same, part, (None, None))


def test_names_are_measured_at_our_decision_and_by_slice() -> None:
    pairs = [
        pair("a x", "a y", True),
        pair("a x", "b y", True),
        pair("b x", "b y", False, "latin-un"),
        pair("c x", "d y", False, "latin-un"),
    ]
    found = measure_names(MATCHER, pairs)
    assert found["alias_f1"] == 0.5
    assert found["alias_ap"] == pytest.approx(0.5 * 0.5 + 0.5 * 0.5)
    assert (found["x-arabic"], found["latin-un"]) == (pytest.approx(2 / 3), 0.0)
    assert found["alias_best_f1"] == pytest.approx(2 / 3), "to admit everything"
    assert found["alias_recall_p99"] == 0.0


def case(kind: str, violation: str) -> CasePair:
    first, second = ({"names": ["Anouk Belvedi"], "violation": v} for v in ("torture", violation))
    return CasePair("", kind, first, second)


def test_cases_are_measured_by_what_their_verdict_does() -> None:
    pairs = [
        *[case("same", violation) for violation in ("torture", "torture", "arrest", "raid", "smear")],
        *[case("new_event", violation) for violation in ("torture", "raid", "raid", "raid")],
        *[case("co_arrest", violation) for violation in ("torture", "arrest")],
        case("lookalike", "smear"),
    ]
    found = measure_cases(compared(MATCHER, pairs))
    assert (found["merge_precision"], found["merge_recall"]) == (0.5, 0.4)
    assert (found["new_event_merged"], found["co_arrest_merged"], found["lookalike_merged"]) == (0.25, 0.5, 0.0)
    assert found["below_floor"] == 0.4
    assert found["case_own_f1"] == pytest.approx(4 / 9)
    assert found["case_f1"] == pytest.approx(10 / 17), "all are admitted: 5 hits, 7 false"


def test_a_word_is_right_if_its_own_form_scores_best_and_a_tie_counts_for_its_share() -> None:
    latin = [f"a{n}" for n in range(40)]
    knowing = [TokenPair("russian", form, form) for form in latin]
    guessing = [TokenPair("hebrew", "a?", form) for form in latin]
    rare = [TokenPair("hebrew", "z", "z")]  # has no 19 others to be told from
    found = measure_tokens(MATCHER, [*knowing, *guessing, *rare], each=10)
    assert found["token_russian"] == 1.0
    assert found["token_hebrew"] == pytest.approx(1 / 20)


def test_a_sample_is_the_same_at_each_run() -> None:
    assert sampled(range(100), 10) == sampled(range(100), 10)
    assert sampled([1, 2], 10) == sampled([1, 2], None) == [1, 2]


@pytest.fixture
def by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are words; the fewer have one, the better."""

    def keys_of(name: str) -> list[Key]:
        return [Key("name", word) for word in name.split()]

    def ranked(postings: dict[str, list[str]], frequency: dict[str, int], weights: dict[str, float]) -> list[str]:
        assert postings.keys() <= frequency.keys() == weights.keys()
        return [found for key in sorted(postings, key=lambda key: frequency[key]) for found in postings[key]]

    monkeypatch.setattr(indexing, "_keys", keys_of)
    monkeypatch.setattr(indexing, "ranked", ranked)


@pytest.mark.usefixtures("by_word")
def test_a_key_that_too_many_share_is_counted_but_not_followed() -> None:
    names = [IndexName("padding", f"N{n}", f"common word{n}") for n in range(POSTINGS + 1)]
    index = fill([*names, IndexName("query", "q", "common query")])
    assert index.find("common word7") == ["N7"]
    assert index.find("common") == []
    assert fill(names[:POSTINGS]).find("common") == [f"N{n}" for n in range(POSTINGS)]


@pytest.mark.usefixtures("by_word")
def test_a_query_is_arabic_if_one_of_the_two_names_is() -> None:
    index = [IndexName("index", "p", "أنوك x"), IndexName("index", "r", "Rada x")]
    queries = [IndexName("query", "p", "Anouk x"), IndexName("query", "r", "Rada z"), IndexName("query", "p", "أنوك")]
    assert [(looked.rank, looked.arabic) for looked in look_up(fill(index), queries, index)] == [
        (0, True),
        (0, False),
        (0, False),
    ]


def test_recall_counts_the_places_before_the_bound() -> None:
    found = measure_candidates(
        [Looked(0, True, 1.0), Looked(9, False, 1.0), Looked(10, False, 2.0), Looked(None, True, 9.0)]
    )
    assert (found["recall_10"], found["recall_50"], found["recall_50_arabic"]) == (0.5, 0.75, 0.5)
    assert found["lookup_p99"] == 9.0


@pytest.mark.parametrize(
    ("figure", "at_most", "reached"),
    [(0.95, False, "aim"), (0.92, False, "floor"), (0.89, False, "short"), (0.89, True, "aim"), (0.96, True, "short")],
)
def test_a_figure_is_held_against_floor_and_aim(figure: float, at_most: bool, reached: str) -> None:
    bounds = (0.94, 0.9) if at_most else (0.9, 0.94)
    assert Target("k", "t", floor=bounds[0], aim=bounds[1], at_most=at_most).reached(figure) == reached


def test_a_floor_without_an_aim_is_a_floor_and_no_floor_is_nothing() -> None:
    assert Target("k", "t", floor=0.9).reached(1.0) == "floor"
    assert Target("k", "t").reached(1.0) == ""


def test_the_table_shows_what_was_measured_beside_the_floor_and_the_aim() -> None:
    console = Console(width=124, file=io.StringIO())
    console.print(table({".": {"alias_ap": 0.9612}, "all": {"alias_ap": 0.9512, "names_rate": 12345.6}}))
    text = console.file.getvalue()
    row = next(line for line in text.splitlines() if "average precision" in line).split()
    assert row[2:] == ["0.86", "0.946", "0.957", "0.965", "0.9612", "0.9512", "short"]
    assert "12,346" in text
    assert "B-cubed" not in text, "what was not measured is not shown"


def test_every_figure_has_one_place_in_the_table() -> None:
    keys = [target.key for section in SECTIONS.values() for target in section]
    assert len(set(keys)) == len(keys)
    assert all(hasattr(Evaluation, section) for section in SECTIONS)


def test_without_the_data_it_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "not part of this repository" in result.output


def test_rapidfuzz_takes_part_beside_ours() -> None:
    scorers = peers.contestants(MATCHER)
    assert list(scorers)[:3] == ["tocsin scripted", "rapidfuzz token_sort + anyascii", "rapidfuzz WRatio + anyascii"]
    for scorer in scorers.values():
        assert scorer("Анук Белведи", "Anuk Belvedi") >= scorer("Анук Белведи", "Tamsin Okonjo")


def test_the_febrl_adapter_links_records_with_errors_and_no_others() -> None:
    dice = random.Random(5)
    ours = [_record(n, dice) for n in range(300)]
    theirs = [_damaged(record, dice) for record in ours]
    found = febrl.link(MATCHER, ours, dice.sample(theirs, len(theirs)))
    assert found.reach > 0.98
    assert found.counts.f1 > 0.97


def _record(number: int, dice: random.Random) -> dict[str, str]:
    def word() -> str:
        return "".join(dice.choice("bdfgklmnprstv") + dice.choice("aeiou") for _ in range(3))

    def code(length: int) -> str:
        return "".join(dice.choice("0123456789") for _ in range(length))

    words = {field: word() for field in ("given_name", "surname", "address_1", "address_2", "suburb", "state")}
    codes = {"street_number": code(2), "postcode": code(4), "date_of_birth": code(8)}
    return {"rec_id": f"rec-{number}-org", **words, **codes}


def _damaged(record: dict[str, str], dice: random.Random) -> dict[str, str]:
    """One field is missing, and in another two neighbours changed places."""
    gone, slipped = dice.sample([field for field in record if field != "rec_id"], 2)
    value = record[slipped]
    return {
        **record,
        "rec_id": record["rec_id"].replace("org", "dup-0"),
        gone: "",
        slipped: value[1] + value[0] + value[2:],
    }
