"""Generated letters are the same on every run, and their manifest is true."""

from datetime import UTC, datetime

import pytest

from tocsin.devtools.corpus.generator import Numbered, numbered, person
from tocsin.devtools.corpus.letters import Outcome
from tocsin.domain.names.hygiene import clean, words
from tocsin_schemas.events import decode_event
from tocsin_schemas.problems import InvalidEvent

NOW = datetime(2026, 11, 2, tzinfo=UTC)
SOME = list(numbered(1_000, seed=7))


def repeated(item: Numbered) -> bool:
    return item.letter.expected is Outcome.REPEAT


def test_the_same_seed_gives_the_same_letters() -> None:
    assert list(numbered(300, seed=3)) == list(numbered(300, seed=3))
    assert list(numbered(300, seed=3)) != list(numbered(300, seed=4))


def test_every_serial_comes_once_and_repeats_come_on_top() -> None:
    assert [item.serial for item in SOME if not repeated(item)] == list(range(1_000))
    bodies = {item.serial: item.letter.body for item in SOME if not repeated(item)}
    assert all(item.letter.body == bodies[item.serial] for item in SOME if repeated(item))
    assert not any(item.poison for item in SOME if repeated(item))


def test_the_shares_are_about_what_was_asked_for() -> None:
    assert 10 <= sum(item.poison for item in SOME) <= 60
    assert 25 <= sum(map(repeated, SOME)) <= 80
    assert not any(item.poison or repeated(item) for item in numbered(200, 1, poison=0, repeats=0))


def test_poison_fails_with_its_code_and_the_rest_is_valid() -> None:
    for item in SOME:
        if item.letter.code is None:
            decode_event(item.letter.headers, item.letter.body, NOW)
            continue
        with pytest.raises(InvalidEvent) as refusal:
            decode_event(item.letter.headers, item.letter.body, NOW)
        assert refusal.value.code == item.letter.code


def test_distinct_cases_have_distinct_people() -> None:
    names = {tuple(sorted(words(clean(person(case, seed=5)).casefold()))) for case in range(25_000)}
    assert len(names) == 25_000
    assert all(len(name) > 1 for name in names)
