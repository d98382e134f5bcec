"""Guarantee: whatever arrives is accepted whole, or refused in words of ours: no crash, no hang, no echo, no bloat.

The long form, with atheris besides, is ``make fuzz``.
"""

import time
from dataclasses import replace

import pytest

from tocsin.devtools.fuzz import generating, mutating, reading
from tocsin.devtools.fuzz.inputs import Input, seeds
from tocsin.devtools.fuzz.reading import LARGEST_BYTES, Broken, Counts, check
from tocsin_schemas import decoding
from tocsin_schemas.problems import SENTENCES, InvalidEvent, Problem, problem

MUTATIONS = 24_750
GENERATED = 250


@pytest.mark.parametrize("seed", [1, 2])
def test_every_mutated_event_is_accepted_whole_or_explained(seed: int) -> None:
    counts = Counts()
    for given in mutating.mutated(seed, MUTATIONS):
        check(given, counts)
    assert counts.inputs == MUTATIONS
    assert counts.accepted > MUTATIONS / 20
    assert len(counts.codes) > 45


@pytest.mark.parametrize("seed", [1, 2])
def test_every_generated_event_is_accepted_whole_or_explained(seed: int) -> None:
    counts = Counts()
    generating.generate(GENERATED, seed, lambda given: check(given, counts))
    assert counts.inputs >= GENERATED


def test_what_fuzzing_starts_from_is_read_as_it_should_be() -> None:
    counts = Counts()
    for given in seeds():
        check(given, counts)
    assert counts.accepted > len(seeds()) / 2
    assert len(counts.codes) > 25


@pytest.mark.parametrize(
    "told",
    [
        Problem("missing", "/publisher", "Zyxwquill is not allowed"),
        problem("missing", "/Zyxwquill"),
        problem("missing", "publisher"),
        problem("enum", "/gender", of="AllegedVictim.gender", near=("Zyxwquill",)),
        problem("enum", "/gender", hint="invented", of="AllegedVictim.gender"),
        Problem("invented", "", SENTENCES["missing"]),
    ],
)  # fmt: skip
def test_a_refusal_that_echoes_or_that_nobody_can_explain_is_found(
    told: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InvalidEvent(told)

    monkeypatch.setattr(reading, "decode_event", refuse)
    with pytest.raises((Broken, KeyError)):
        check(seeds()[0], Counts())


def _slow(*_: object) -> None:
    until = time.process_time() + 1.1
    while time.process_time() < until:
        pass
    raise InvalidEvent(problem("missing"))


def test_an_input_that_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "decode_event", _slow)
    with pytest.raises(Broken, match="s for one input"):
        check(seeds()[0], Counts())


def test_another_error_than_a_refusal_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_DEPTH", 10_000)
    monkeypatch.setattr(decoding, "MAX_KEYS", 10_000)
    deep = Input(seeds()[0].headers, b"[" * 5000 + b"]" * 5000)
    with pytest.raises(RecursionError):
        check(deep, Counts())


def test_an_event_that_is_written_otherwise_than_it_was_read_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    read = reading.decode_event
    answers = iter(["first", "second"])
    monkeypatch.setattr(reading, "decode_event", lambda *given: replace(read(*given), id=next(answers)))
    with pytest.raises(Broken, match="another one"):
        check(seeds()[0], Counts())


def test_too_much_memory_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "peak_bytes", lambda: LARGEST_BYTES + 1)
    counts = Counts(inputs=999, peak_before=0)
    with pytest.raises(Broken, match="bytes after"):
        check(seeds()[0], counts)
