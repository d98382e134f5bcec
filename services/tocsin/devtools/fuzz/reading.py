"""The whole way of a message as far as it needs no database, and what must hold on it for any input."""

import re
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from typing import Any, TypeVar

from tocsin.devtools.corpus.letters import WRITTEN_AT
from tocsin.devtools.fuzz.inputs import OPENING, Input
from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.resolver.matching import load_matcher
from tocsin.runtime import jws
from tocsin.runtime.jwe import Unopenable
from tocsin.runtime.jws import UnreadableSignature
from tocsin_schemas import contract
from tocsin_schemas.events import Event, decode_event
from tocsin_schemas.model import Model
from tocsin_schemas.problems import SENTENCES, InvalidEvent, Problem, problem
from tocsin_schemas.refusals import said
from tocsin_schemas.reports import Report
from tocsin_schemas.sentences import LANGUAGES, catalogue
from tocsin_schemas.signing import SEALED, SIGNATURE_HEADER, signed_octets
from tocsin_schemas.topics import TOPICS

LONGEST_SECONDS = 1.0
"""Of one input, in time of the processor."""
LARGEST_BYTES = 512 * 1024 * 1024
"""By which the process may grow: in a run of tests it is large before it begins."""
_MATCHED = 16
"""One accepted report in so many is also read for matching, which takes ten times as long as all the rest."""
_WORD = re.compile(r"[^\s.,;:()\[\]{}\"“”→\u00a0]{4,}")
_NUMBER = re.compile(r"-?[0-9]{1,8}")
_REQUIRED = ("id", "source", "type", "specversion")
_ATTRIBUTE = re.compile(r"(?:ce_)?(?:id|source|type|specversion|time|subject|datacontenttype|dataschema)|data")


T = TypeVar("T")


class Broken(AssertionError):
    """A promise does not hold for an input."""


def peak_bytes() -> int:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@dataclass(slots=True)
class Counts:
    """What became of the inputs so far."""

    inputs: int = 0
    accepted: int = 0
    codes: set[str] = field(default_factory=set)
    slowest: float = 0.0
    peak_before: int = field(default_factory=peak_bytes)


def check(given: Input, counts: Counts) -> None:
    """Read the input as the services do. Raises Broken, or whatever the code under test raises that it must not."""
    started = time.process_time()
    try:
        event = _read(given)
    except InvalidEvent as refusal:
        counts.codes.update(each.code for each in refusal.problems)
        _explained(refusal.problems)
    else:
        counts.accepted += 1
        _whole(event, is_matched=counts.accepted % _MATCHED == 0)
    taken = time.process_time() - started
    counts.inputs, counts.slowest = counts.inputs + 1, max(counts.slowest, taken)
    if taken > LONGEST_SECONDS:
        raise Broken(f"{taken:.1f} s for one input")
    if counts.inputs % 1000 == 0 and (grown := peak_bytes() - counts.peak_before) > LARGEST_BYTES:
        raise Broken(f"{grown} bytes after {counts.inputs} inputs")


def _read(given: Input) -> Event[Model]:
    for token in (value for name, value in given.headers if name == SIGNATURE_HEADER):
        _or_none(partial(jws.read_signature, token), UnreadableSignature)
    signed_octets(given.headers, given.body)
    body: bytes | None = given.body
    if ("content-type", SEALED.encode()) in given.headers:
        body = _or_none(partial(OPENING.open, given.body), Unopenable)
    return decode_event(given.headers, body, WRITTEN_AT)


def _or_none(reading: Callable[[], T], allowed: type[Exception]) -> T | None:
    try:
        return reading()
    except allowed:
        return None


def _whole(event: Event[Model], *, is_matched: bool) -> None:
    """What was accepted says the same when it is written and read again, and can be worked with."""
    if decode_event(event.headers(), event.body(), WRITTEN_AT) != event:
        raise Broken("an accepted event is another one when it is written and read again")
    report = event.data
    if isinstance(report, Report):
        identity = report_id(report.publisher, report.publisher_reference)
        claim_from(report, identity)
        if is_matched:
            matcher = load_matcher()
            matcher.keys_of(matcher.profile_of(report, identity))


def _explained(problems: Sequence[Problem]) -> None:
    """Each problem has a code of ours and a place of the contract, and is said in words of ours alone."""
    if not 0 < len(problems) <= 20:
        raise Broken(f"{len(problems)} problems")
    for each in problems:
        foreign = [part for part in each.path.split("/")[1:] if not _is_a_place(part)]
        if foreign or (each.path and not each.path.startswith("/")):
            raise Broken("a path names what the contract does not")
        _said(replace(each, path=""))


@lru_cache(maxsize=50_000)
def _said(each: Problem) -> None:
    if each.code not in SENTENCES:
        raise Broken("a code that is not in the catalogue")
    remedies = catalogue("en")[each.code].get("hints", {}) | catalogue("en")["hints"]
    if each.hint and each.hint not in remedies:
        raise Broken("a mistake was recognised that the catalogue has no remedy for")
    for language in LANGUAGES:
        told = said(each, language)
        if not told.sentence or not told.remedy:
            raise Broken("a refusal without a sentence or a remedy")
        listed = " ".join((*told.allowed, *told.near))
        words = _WORD.findall(f"{each.sentence} {told.sentence} {told.remedy} {listed} {told.example}")
        if foreign := [word for word in words if not _is_own(word)]:
            raise Broken(f"words that are neither the catalogue's nor the contract's: {foreign}")


def _is_own(word: str) -> bool:
    known = word in _own_words() or bool(_NUMBER.fullmatch(word) or _ATTRIBUTE.fullmatch(word))
    return known or (word.startswith("/") and all(map(_is_a_place, word[1:].split("/"))))


def _is_a_place(part: str) -> bool:
    return bool((part.isascii() and part.isdigit()) or part in contract.words() or _ATTRIBUTE.fullmatch(part))


@cache
def _own_words() -> frozenset[str]:
    """Every word that may be said whatever was sent: if a message has no other, it repeats nobody."""
    told = [text for language in LANGUAGES for text in _leaves(catalogue(language))]
    names = [*contract.words(), *(topic.name for topic in TOPICS), *map(contract.example, contract.places())]
    attributes = [said(problem("envelope-attribute-missing", of=f"ce_{name}"), "en").example for name in _REQUIRED]
    return frozenset(word for text in (*told, *names, *attributes) for word in _WORD.findall(text))


def _leaves(table: Mapping[str, Any]) -> Iterator[str]:
    for value in table.values():
        yield from _leaves(value) if isinstance(value, Mapping) else (str(value),)
