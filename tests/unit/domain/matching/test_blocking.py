"""Guarantee: two reports of one case share a key, and the likeliest candidates come first."""

from datetime import date, timedelta

import pytest

from invented_names import SPELLINGS, a_person, a_profile, matcher
from tocsin.domain.matching.blocking import CANDIDATES, Key, keys_of, ranked
from tocsin.domain.matching.profile import PlaceProfile, Profile
from tocsin.domain.matching.references import CaseNumber


def _keys(profile: Profile) -> set[tuple[str, str]]:
    return {(key.kind, key.value) for key in matcher().keys_of(profile)}


@pytest.mark.parametrize(("latin", "written"), [row[1:] for row in SPELLINGS])
def test_two_reports_on_one_person_share_a_key_of_the_name(latin: str, written: str) -> None:
    ours, theirs = (_keys(a_profile(persons=(a_person(name),), places=())) for name in (latin, written))
    assert ours & theirs


def test_a_quoted_number_is_a_key() -> None:
    number = CaseNumber("amnesty", "UA 13/26")
    assert ("reference", "amnesty:UA 13/26") in _keys(a_profile(references=(number,)))


DAYS = [("2026-03-14", "2026-03-14", True), ("2026-03-14", "2026-03-16", True), ("2026-03-14", "2026-03-17", True),
        ("2026-03-14", "2026-04-14", False), ("2026-03-14", "2026-03", False)]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "shared"), DAYS)
@pytest.mark.parametrize("later", range(7))
def test_days_up_to_three_apart_in_one_place_share_a_key(ours: str, theirs: str, shared: bool, later: int) -> None:
    def on(text: str) -> set[tuple[str, str]]:
        day = str(date.fromisoformat(text) + timedelta(days=later)) if len(text) == 10 else text
        return {k for k in _keys(a_profile(dates=(("event", day),))) if k[0] == "place-week"}

    assert bool(on(ours) & on(theirs)) is shared


def test_the_place_is_a_key_however_it_is_written_and_only_with_a_day() -> None:
    one, other = (a_profile(places=(PlaceProfile(name, country="TUN"),)) for name in ("Kafr  Mitha", "KAFR-MITHA"))
    assert {k for k in _keys(one) if k[0] == "place-week"} == {k for k in _keys(other) if k[0] == "place-week"} != set()
    assert {kind for kind, _ in _keys(a_profile(persons=(), dates=(("arrest", "2026-03-14"),)))} == set()


@pytest.mark.parametrize("name", ["Name withheld", "N.N.", "[redacted]", ""])
def test_a_name_that_is_not_told_is_no_key(name: str) -> None:
    assert {kind for kind, _ in _keys(a_profile(persons=(a_person(name),)))} == {"place-week"}


def test_keys_are_sorted_and_each_stands_once_with_its_greatest_weight() -> None:
    known = a_profile(persons=(a_person("Abdulhadi Zahrvani", "عبدالهادي زهرواني"), a_person("Zahrvani Komi")))
    keys = keys_of(known, matcher().names)
    assert keys == sorted(keys)
    assert len({(k.kind, k.value) for k in keys}) == len(keys)
    weights = {k.value: k.weight for k in keys if k.kind == "name"}
    assert weights["shrfn"] == 1.0


def test_names_beyond_the_twelfth_victim_are_no_keys_so_that_a_list_cannot_flood() -> None:
    many = tuple(a_person(f"Lia {a}arqamun{b}ov") for a in "BCDFGHJK" for b in "mnrs")
    assert _keys(a_profile(persons=many)) == _keys(a_profile(persons=many[:12]))


def test_the_rarest_and_the_most_shared_keys_come_first() -> None:
    postings = {"common": ["a", "b", "c"], "rare": ["b"], "rarest": ["c"]}
    frequency = {"common": 3_000, "rare": 300, "rarest": 3}
    assert ranked(postings, frequency, dict.fromkeys(postings, 1.0)) == ["c", "b", "a"]


def test_a_key_of_little_weight_counts_little() -> None:
    postings, frequency = {"one": ["a"], "other": ["b"]}, {"one": 10, "other": 10}
    assert ranked(postings, frequency, {"one": 0.3, "other": 1.0}) == ["b", "a"]
    assert ranked(postings, frequency, {"one": 1.0, "other": 1.0}) == ["a", "b"]


def test_only_so_many_candidates_are_compared() -> None:
    ids = [f"r{n:03}" for n in range(300)]
    assert ranked({"k": ids}, {"k": 300}, {"k": 1.0}) == ids[:CANDIDATES]


def test_what_shares_next_to_nothing_is_not_compared() -> None:
    postings = {f"k{n}": ["near"] for n in range(40)} | {"common": ["far", "near"]}
    frequency = dict.fromkeys(postings, 1) | {"common": 60_000}
    assert ranked(postings, frequency, dict.fromkeys(postings, 1.0)) == ["near"]


def test_without_a_shared_key_there_is_no_candidate() -> None:
    assert ranked({}, {}, {}) == []


def test_a_key_without_a_weight_of_its_own_weighs_one() -> None:
    assert Key("reference", "x").weight == 1.0
