"""Why two reports seem to be one case or not: the evidence for the person and for the event, which each add up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tocsin.domain.additive import log_odds
from tocsin.domain.matching.event import FEATURES as EVENT_FEATURES
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.person import FEATURES as PERSON_FEATURES
from tocsin.domain.matching.person import match_victims
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Evidence, Verdict
from tocsin.domain.names.comparison import Compared
from tocsin.domain.names.quoting import as_written
from tocsin.domain.names.reasons import AGREES, DIFFERS

START = "start"
"""The code of what is left when all evidence is counted: how likely it is of two reports that are compared at all."""
_OF_PERSON = frozenset({*PERSON_FEATURES, AGREES, DIFFERS})
_BECAUSE = "”: "
_SUREST = 1e-6


@dataclass(frozen=True, slots=True)
class Question:
    """Is it one person? One event? evidence: the strongest first, with the start as its last; its bits add up."""

    probability: float
    bits: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a matcher says of two reports, with the words of both: for those alone who may see them.

    vetoes, remarks: codes; see ``deciding``.
    """

    verdict: Verdict
    score: float
    person: Question
    event: Question
    vetoes: tuple[str, ...]
    remarks: tuple[str, ...]
    model_version: str


def explain(matcher: Matcher, a: Profile, b: Profile) -> Explanation:
    """The same whichever comes first."""
    compared, found = matcher.compare(a, b), _merged(_quoting(matcher, a, b))
    remarks = tuple(e.code for e in found if e.code not in _OF_PERSON and e.code not in EVENT_FEATURES)
    return Explanation(
        compared.verdict,
        compared.score,
        _question(compared.person, (e for e in found if e.code in _OF_PERSON)),
        _question(compared.event, (e for e in found if e.code in EVENT_FEATURES)),
        compared.vetoes,
        remarks,
        matcher.version,
    )


def unquoted(explained: Explanation) -> Explanation:
    """The same, without the words of either report: what came out, and by how much."""
    person = replace(explained.person, evidence=tuple(replace(e, words="") for e in explained.person.evidence))
    event = replace(explained.event, evidence=tuple(replace(e, words="") for e in explained.event.evidence))
    return replace(explained, person=person, event=event)


def _question(chance: float, evidence: Iterable[Evidence]) -> Question:
    found = [e for e in evidence if e.bits]
    total = round(log_odds(min(max(chance, _SUREST), 1 - _SUREST)), 1)
    start = Evidence(START, round(total - sum(e.bits for e in found), 1))
    return Question(chance, total, (*found, start))


def _merged(evidence: Iterable[Evidence]) -> list[Evidence]:
    """One line for each pair of words, though they were compared in parts (Abd, and whose servant); strongest first."""
    found: dict[tuple[str, str], Evidence] = {}
    for e in evidence:
        words, _, why = e.words.partition(_BECAUSE)
        known = found.get((e.code, words))
        if known is None:
            found[e.code, words] = e
        else:
            reasons = f"{known.words}, {why}" if why else known.words
            found[e.code, words] = Evidence(e.code, round(known.bits + e.bits, 1), reasons)
    return sorted(found.values(), key=lambda e: -abs(e.bits))


def _quoting(matcher: Matcher, a: Profile, b: Profile) -> Iterator[Evidence]:
    """The evidence, rounded to a tenth of a bit; words of names as the reports have them."""
    a, b = sorted((a, b), key=lambda profile: profile.report_id)
    victims = match_victims(a.persons, b.persons, matcher.names, matcher.thresholds.same_victim, matcher.weigh)
    names = victims.best.names.compared if victims else None
    spelt = _spellings(matcher, names, a, b) if names else None
    for evidence in matcher.explain(a, b):
        words = evidence.words
        if words and names and spelt:
            words = as_written(words, names, *spelt, matcher.names.lexicon)
        yield replace(evidence, bits=round(evidence.bits, 1), words=words)


def _spellings(matcher: Matcher, names: Compared, a: Profile, b: Profile) -> tuple[str, str] | None:
    """Which spellings of the two reports were compared: the best pair of all."""
    written = [{name for person in side.persons for name in person.names} for side in (a, b)]
    for one, other in (written, written[::-1]):
        ours = [name for name in sorted(one) if matcher.names.name(name) == names.ours]
        theirs = [name for name in sorted(other) if matcher.names.name(name) == names.theirs]
        if ours and theirs:
            return ours[0], theirs[0]
    return None
