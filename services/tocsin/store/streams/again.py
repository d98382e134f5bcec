"""Whether a dead letter would meet the same refusal again, were it published as it is."""

from tocsin.runtime.jwe import OpeningKey, Unopenable
from tocsin.store.streams.letters import Letter
from tocsin_schemas.events import decode_event, misplaced
from tocsin_schemas.problems import InvalidEvent, Problem, problem
from tocsin_schemas.signing import is_sealed
from tocsin_schemas.topics import TOPICS


def refused_again(letter: Letter, opening: OpeningKey | None) -> Problem | None:
    """The problem, if reading the message gives the code that it was refused with; None if it may fare better.

    What depends on the database, such as keys and revisions, is not asked: that may have changed.
    opening: the deployment's, for a sealed body; without it, one is not opened.
    """
    try:
        event = decode_event(letter.headers, _body(letter, opening), letter.at)
        if event.type not in {name for topic in TOPICS if topic.name == letter.topic for name in topic.events}:
            raise misplaced(event.type)
    except InvalidEvent as refusal:
        return refusal.problems[0] if refusal.code == letter.code else None
    return None


def _body(letter: Letter, opening: OpeningKey | None) -> bytes:
    if not is_sealed(letter.headers):
        return letter.body
    try:
        return opening.open(letter.body) if opening is not None else b""
    except Unopenable:
        raise InvalidEvent(problem("sealed-unopenable")) from None
