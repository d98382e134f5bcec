"""The decision table of person × event: what forbids, and what does not suffice (research: entity_resolution §5d)."""

from dataclasses import dataclass

from tocsin.domain.matching.event import EventPair
from tocsin.domain.matching.person import Victims
from tocsin.domain.matching.references import Agreement
from tocsin.domain.matching.verdicts import Verdict
from tocsin_schemas.vocabulary import ReferenceScheme

SERIES = frozenset({
    ReferenceScheme.OBSERVATORY,
    ReferenceScheme.AMNESTY,
    ReferenceScheme.WGAD_OPINION,
    ReferenceScheme.IACHR_MEASURE,
    ReferenceScheme.UN_COMMUNICATION,
    ReferenceScheme.COE_PLATFORM,
})  # fmt: skip
"""Schemes whose numbers, even incomplete, are given to cases rather than to laws or meetings."""
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Chosen for cost: see ``knowledge/matching.toml``. Probabilities, but ``same_victim`` in bits.

    join: P(one case) from which a report may join by itself. review: below it nobody looks. same_person: P(person)
    from which another event is linked. other_event: P(event) up to which it is another. bare: P(event) from which names
    that share no word may still be one person's, under another name. numbered: P(person) and P(event) at
    least, of reports that quote one case number and contradict each other in nothing. unnamed: P(person) of victims
    who are not named. same_name, possible_name: decisions on names alone.
    """

    join: float
    review: float
    same_person: float
    other_event: float
    bare: float
    numbered: float
    unnamed: float
    same_victim: float
    same_name: float
    possible_name: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports, compared. victims: None if one names none. quoted: both quote one number of a series. described:
    both describe a group and name nobody.
    """

    victims: Victims | None
    event: EventPair
    numbers: Agreement
    quoted: bool
    described: bool


def vetoes(pair: Pair) -> tuple[str, ...]:
    """Contradictions: whatever the scores, a person must decide. Codes, sorted."""
    found = set(pair.victims.best.vetoes) if pair.victims else _unnamed(pair)
    if pair.victims and pair.victims.overlap:
        found.add("victims-overlap")
    if pair.victims and not pair.victims.subset and not pair.victims.overlap:
        found.add("other-victims")
    if pair.numbers in (Agreement.CONFLICT, Agreement.MIXED):
        found.add("case-numbers")
    if pair.event.country_differs:
        found.add("country")
    return tuple(sorted(found))


def _unnamed(pair: Pair) -> set[str]:
    """Two communities described under one number are one case; a person whose name is withheld is never taken for
    another.
    """
    return set() if pair.described and pair.numbers is Agreement.SAME else {"no-name"}


def remarks(pair: Pair) -> tuple[str, ...]:
    """What is too thin to act upon, and numbers that agree. Codes."""
    found = ["same-reference"] if pair.numbers is Agreement.SAME else []
    if pair.victims and (pair.victims.best.names.weak or pair.victims.thin):
        found.append("name-too-common-or-unlike")
    if pair.victims and not pair.victims.best.names.complete:
        found.append("name-incomplete")
    if not pair.event.dated:
        found.append("no-event-evidence")
    return tuple(found)


def decide(pair: Pair, person: float, event: float, at: Thresholds) -> Verdict:
    """person: P(one person). event: P(one event, given that)."""
    found = vetoes(pair)
    forbidden = bool(found)
    if pair.numbers is Agreement.SAME:
        return Verdict.POSSIBLE if forbidden else Verdict.DUPLICATE
    score = person * event
    if score >= at.join and not forbidden and _suffices(pair):
        return Verdict.DUPLICATE
    if pair.quoted or pair.numbers is Agreement.MIXED:
        return Verdict.POSSIBLE
    elsewhere = {"country", "name-conflict"}.issubset(found)
    if score >= at.review and not elsewhere and (event >= at.bare or _shares_name(pair)):
        return Verdict.POSSIBLE
    if person >= at.same_person and event <= at.other_event and not {"no-name", "name-conflict"}.intersection(found):
        return Verdict.SAME_PERSON
    return Verdict.UNRELATED


def _shares_name(pair: Pair) -> bool:
    """Whether at least one word of the names agrees."""
    if pair.victims is None:
        return False
    compared = pair.victims.best.names.compared
    return compared is not None and bool(compared.alignment.pairs)


def _suffices(pair: Pair) -> bool:
    """Names that tell, complete or borne out by something else, and some evidence of the event itself."""
    assert pair.victims is not None, "without victims there is a veto"
    best = pair.victims.best
    if best.names.weak or pair.victims.thin or not pair.event.dated:
        return False
    return best.names.complete or _borne_out(pair)


def _borne_out(pair: Pair) -> bool:
    assert pair.victims is not None, "asked for named victims alone"
    shared = pair.victims.matched > 1 or len(pair.event.words) >= _FEWEST_WORDS
    return shared or pair.victims.best.corroborated or pair.quoted
