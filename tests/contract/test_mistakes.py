"""Guarantee: whoever makes one of the usual mistakes can mend it from the message alone, at the first try."""

import json
from collections.abc import Iterator

import pytest

from mending import Message, mend
from mistakes import MISTAKES, Mistake, Sent, read, sound
from tocsin_schemas import contract
from tocsin_schemas.problems import InvalidEvent, Problem
from tocsin_schemas.refusals import said
from tocsin_schemas.sentences import LANGUAGES, catalogue

BY_NAME = {mistake.name: mistake for mistake in MISTAKES}
OWN_WORDS = " ".join([*contract.words(), *(str(catalogue(language)) for language in LANGUAGES)])
"""What a message may say whatever was sent: the words of the contract and of the catalogues."""
MENDABLE = [mistake for mistake in MISTAKES if mistake.mendable]


def problems_of(sent: Sent) -> tuple[Problem, ...]:
    with pytest.raises(InvalidEvent) as caught:
        read(sent)
    return caught.value.problems


def message_of(problem: Problem) -> Message:
    """As a publisher gets it after it has been written down and read again."""
    told = said(Problem(*json.loads(json.dumps(problem.row()))), "en")
    return Message(problem.code, problem.path, told.remedy, told.allowed, told.near, told.example)


def _texts(sent: Sent) -> Iterator[str]:
    """Every text of the body that the mistake has changed or left, if it is JSON at all."""
    try:
        left = [json.loads(sent.body)]
    except ValueError:
        left = []
    while left:
        match left.pop():
            case dict() as found:
                left += [*found, *found.values()]
            case list() as found:
                left += found
            case str() as found:
                yield found


def test_the_event_without_mistakes_is_accepted() -> None:
    assert read(sound()).type == "report.submitted"


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_refused_with_its_code_at_its_place_in_both_languages_without_echo(mistake: Mistake) -> None:
    sent = mistake.change(sound())
    problems = problems_of(sent)
    assert (problems[0].code, problems[0].path) == (mistake.code, mistake.path)
    english, french = said(problems[0], "en"), said(problems[0], "fr")
    assert all((english.sentence, english.remedy, french.sentence, french.remedy))
    assert english.remedy != french.remedy
    told = f"{english} {french} {problems[0]!r}"
    changed = set(_texts(sent)) - set(_texts(sound()))
    assert [text for text in changed if len(text) >= 4 and text in told and text not in OWN_WORDS] == []


@pytest.mark.parametrize("mistake", MENDABLE, ids=lambda mistake: mistake.name)
def test_what_the_message_says_mends_the_mistake_at_the_first_try(mistake: Mistake) -> None:
    sent = mistake.change(sound())
    mended = mend(sent, message_of(problems_of(sent)[0]))
    assert mended is not None, "the message does not say enough"
    assert read(mended).type == "report.submitted"


def test_nine_of_ten_mistakes_can_be_mended_without_asking_anybody() -> None:
    assert len(MISTAKES) >= 50
    assert len(BY_NAME) == len(MISTAKES)
    assert len(MENDABLE) >= 0.9 * len(MISTAKES)
