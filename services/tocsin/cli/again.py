"""Whether a dead letter would meet the same refusal again, were it published as it is."""

from pathlib import Path

from tocsin.cli.letters import Letter
from tocsin.runtime.jwe import Unopenable
from tocsin.store.deployment import load_deployment
from tocsin_schemas.events import decode_event, misplaced
from tocsin_schemas.problems import InvalidEvent, Problem, problem
from tocsin_schemas.signing import is_sealed
from tocsin_schemas.topics import TOPICS


def refused_again(letter: Letter, key_file: Path) -> Problem | None:
    """The problem, if reading the message gives the code that it was refused with; None if it may fare better.

    What depends on the database, such as keys and revisions, is not asked: that may have changed.
    key_file: of the deployment, for a sealed body; without it, one is not opened.
    """
    try:
        event = decode_event(letter.headers, _body(letter, key_file), letter.at)
        if event.type not in {name for topic in TOPICS if topic.name == letter.topic for name in topic.events}:
            raise misplaced(event.type)
    except InvalidEvent as refusal:
        return refusal.problems[0] if refusal.code == letter.code else None
    return None


def _body(letter: Letter, key_file: Path) -> bytes:
    if not is_sealed(letter.headers):
        return letter.body
    try:
        return load_deployment(key_file).keys.opening.open(letter.body) if key_file.exists() else b""
    except Unopenable:
        raise InvalidEvent(problem("sealed-unopenable")) from None
