"""What people have decided, turned into a proposal of other weights for persons and events.

People see only what the matcher was unsure of, so the weights are drawn towards the shipped ones, and each keeps its
sign: a few decisions move little.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tocsin.domain.additive import additive, probability
from tocsin.domain.fitting import BIAS, Example, Prior, fit
from tocsin.domain.matching import event, person
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Verdict

FEWEST = 20
"""Decisions from which a proposal is made."""
SPREAD = 0.5
"""Bits by which a weight is expected to differ from the shipped one."""
FOLDS = 5
_ONE_PERSON = frozenset({Verdict.DUPLICATE, Verdict.SAME_PERSON})
_LEAST, _HALF = 1e-9, 0.5

Table = Mapping[str, float]
Pair = tuple[Profile, Profile]


@dataclass(frozen=True, slots=True)
class Decision:
    """Two reports, and what a person said: DUPLICATE (one case), SAME_PERSON (another event), or UNRELATED."""

    pair: Pair
    said: Verdict


@dataclass(frozen=True, slots=True)
class Weights:
    """Tables for ``additive``."""

    person: Table
    event: Table

    def put_into(self, matcher: Matcher) -> Matcher:
        return replace(
            matcher, person=additive(person.FEATURES, self.person), event=additive(event.FEATURES, self.event)
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """How a matcher stands to the decisions. person, event: log loss in bits for each. agreement: share of decisions
    for which P(one case) lies on their side of a half.
    """

    person: float
    event: float
    agreement: float


def refit(matcher: Matcher, shipped: Weights, decisions: Sequence[Decision]) -> Weights:
    """The likeliest weights after these decisions, in bits; what they do not tell stays as it is."""
    persons, events = _examples(matcher, decisions)
    return Weights(_refit(person.FEATURES, shipped.person, persons), _refit(event.FEATURES, shipped.event, events))


def figures(matcher: Matcher, decisions: Sequence[Decision]) -> Figures:
    persons, events = _examples(matcher, decisions)
    agreeing = [(matcher.compare(*d.pair).score >= _HALF) is (d.said is Verdict.DUPLICATE) for d in decisions]
    return Figures(
        _log_loss((probability(matcher.person.bits(e.features)), e.holds) for e in persons),
        _log_loss((probability(matcher.event.bits(e.features)), e.holds) for e in events),
        sum(agreeing) / len(agreeing) if agreeing else math.nan,
    )


def held_out(matcher: Matcher, shipped: Weights, decisions: Sequence[Decision]) -> Figures:
    """As ``figures``, each fifth of the decisions by weights that the others taught: what to expect of new ones."""
    parts = [decisions[place::FOLDS] for place in range(FOLDS)]
    found = []
    for place, part in enumerate(parts):
        others = [d for at, other in enumerate(parts) if at != place for d in other]
        found.append(figures(refit(matcher, shipped, others).put_into(matcher), part))
    return Figures(_mean(f.person for f in found), _mean(f.event for f in found), _mean(f.agreement for f in found))


def changes(matcher: Matcher, other: Matcher, pairs: Iterable[Pair]) -> Counter[tuple[Verdict, Verdict]]:
    """How many pairs each change of verdict would befall, unchanged ones included: (what it is, what it would be)."""
    return Counter((matcher.compare(*pair).verdict, other.compare(*pair).verdict) for pair in pairs)


def _examples(matcher: Matcher, decisions: Iterable[Decision]) -> tuple[list[Example], list[Example]]:
    """Of persons, and of events where the person is one."""
    persons, events, agrees = [], [], matcher.thresholds.same_victim
    for decision in decisions:
        a, b = sorted(decision.pair, key=lambda profile: profile.report_id)
        victims = person.match_victims(a.persons, b.persons, matcher.names, agrees, matcher.weigh)
        one_person = decision.said in _ONE_PERSON
        if victims is not None:
            persons.append(Example(victims.best.features, one_person))
        if one_person:
            found = event.compare_events(a, b, matcher.gazetteer, victims.matched if victims else 0)
            events.append(Example(found.features, decision.said is Verdict.DUPLICATE))
    return persons, events


def _refit(names: Sequence[str], shipped: Table, examples: Sequence[Example]) -> Table:
    if not examples:
        return shipped
    keys = [key for key in shipped if key != BIAS]
    signs = {key: (bits > 0) - (bits < 0) for key, bits in shipped.items() if key != BIAS}
    return fit(names, keys, examples, Prior(SPREAD, {BIAS: 0.0} | dict(shipped), signs))


def _log_loss(chances: Iterable[tuple[float, bool]]) -> float:
    """In bits for each; not a number if there are none."""
    return _mean(-math.log2(max(chance if holds else 1 - chance, _LEAST)) for chance, holds in chances)


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan
