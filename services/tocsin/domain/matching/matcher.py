"""The matcher: compares names and reports with the tables and weights that it was given, and decides.

Person and event are scored apart (DESIGN §6). A verdict of ``duplicate`` needs both, nothing that contradicts, and
more than a thin agreement; whatever is doubtful is ``possible_duplicate``, which is published as new and reviewed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.domain.additive import Additive, probability
from tocsin.domain.matching import blocking, deciding, profile
from tocsin.domain.matching.deciding import Thresholds
from tocsin.domain.matching.event import FEATURES as EVENT_FEATURES
from tocsin.domain.matching.event import compare_events
from tocsin.domain.matching.gazetteer import Gazetteer
from tocsin.domain.matching.person import FEATURES as PERSON_FEATURES
from tocsin.domain.matching.person import PersonPair, compare_persons, match_victims
from tocsin.domain.matching.profile import PersonProfile, Profile
from tocsin.domain.matching.references import Agreement, agreement
from tocsin.domain.matching.verdicts import Comparison, Evidence, NameComparison, Verdict
from tocsin.domain.names.model import NOTHING, NameModel
from tocsin.domain.names.reasons import reasons
from tocsin_schemas.reports import Report


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """version: names the model and its weights; stored with each judgement."""

    version: str
    names: NameModel
    person: Additive
    event: Additive
    thresholds: Thresholds
    gazetteer: Gazetteer

    def profile_of(self, report: Report, report_id: str) -> Profile:
        """What matching knows of a report. ``report_id``: see ``identifiers``."""
        return profile.profile_of(report, report_id, self.names.lexicon)

    def keys_of(self, known: Profile) -> list[blocking.Key]:
        """The keys by which the report is found, and finds others."""
        return blocking.keys_of(known, self.names)

    def compare_names(self, ours: Sequence[str], theirs: Sequence[str]) -> NameComparison:
        """Two people by their spellings alone."""
        return self._named(compare_persons(PersonProfile(tuple(ours)), PersonProfile(tuple(theirs)), self.names))

    def compare_people(self, ours: PersonProfile, theirs: PersonProfile) -> NameComparison:
        """Two people by their spellings and by what else is known of them."""
        return self._named(compare_persons(ours, theirs, self.names))

    def weigh(self, pair: PersonPair) -> float:
        """The bits that two victims are one person."""
        return self.person.bits(pair.features)

    def name_decision(self, compared: NameComparison) -> str:
        """``same``, ``possible`` or ``different``."""
        if compared.probability >= self.thresholds.same_name:
            return "same"
        return "possible" if compared.probability >= self.thresholds.possible_name else "different"

    def compare(self, a: Profile, b: Profile) -> Comparison:
        """Two reports; the same whichever comes first. Unrelated ones come without evidence: most are, and few ask."""
        pair, chances = self._pair(a, b)
        verdict = deciding.decide(pair, *chances, self.thresholds)
        evidence = () if verdict is Verdict.UNRELATED else self._evidence(pair)
        return Comparison(*chances, verdict, deciding.vetoes(pair), evidence)

    def explain(self, a: Profile, b: Profile) -> tuple[Evidence, ...]:
        """The reasons, with the words of both reports: for those alone who may see them. The weightiest first."""
        pair, _ = self._pair(a, b)
        found = list(self._evidence(pair))
        if pair.victims and pair.victims.best.names.compared:
            spelt = reasons(pair.victims.best.names.compared, self.names.weights)
            found = [e for e in found if e.code != "name"] + [Evidence(c, round(bits, 1), w) for c, bits, w in spelt]
        return tuple(sorted(found, key=lambda e: -abs(e.bits)))

    def _pair(self, a: Profile, b: Profile) -> tuple[deciding.Pair, tuple[float, float]]:
        """What the two have in common, P(one person), and P(one event, given that)."""
        if a.report_id > b.report_id:
            a, b = b, a
        victims = match_victims(a.persons, b.persons, self.names, self.thresholds.same_victim, self.weigh)
        happened = compare_events(a, b, self.gazetteer, victims.matched if victims else 0)
        pair = deciding.Pair(victims, happened, agreement(a.references, b.references), _quoted(a, b), _described(a, b))
        person = probability(self.person.bits(victims.best.features)) if victims else self.thresholds.unnamed
        event = probability(self.event.bits(happened.features))
        if pair.numbers is Agreement.SAME and not deciding.vetoes(pair):
            person, event = max(person, self.thresholds.numbered), max(event, self.thresholds.numbered)
        return pair, (person, event)

    def _evidence(self, pair: deciding.Pair) -> tuple[Evidence, ...]:
        found = []
        if pair.victims:
            terms = self.person.terms(pair.victims.best.features)
            named = sum(bits for place, bits in terms.items() if PERSON_FEATURES[place].startswith("name"))
            found.append(Evidence("name", round(named, 2)))
            found += [
                Evidence(PERSON_FEATURES[place], round(bits, 2))
                for place, bits in terms.items()
                if not PERSON_FEATURES[place].startswith("name")
            ]
        terms = self.event.terms(pair.event.features)
        found += [Evidence(EVENT_FEATURES[place], round(bits, 2)) for place, bits in terms.items()]
        return (*found, *(Evidence(code, 0.0) for code in deciding.remarks(pair)))

    def _named(self, pair: PersonPair) -> NameComparison:
        if pair.names is NOTHING:
            return NameComparison(self.thresholds.unnamed, 0.0, conflict=False)
        bits = pair.names.bits + sum(
            bits for place, bits in self.person.terms(pair.features).items() if "birth" in PERSON_FEATURES[place]
        )
        return NameComparison(probability(bits), bits, pair.names.conflict)


def _described(a: Profile, b: Profile) -> bool:
    return a.group and b.group and not a.persons and not b.persons


def _quoted(a: Profile, b: Profile) -> bool:
    """Whether both quote a number that, though it may cover several cases, ties them together."""
    return any(n.scheme in deciding.SERIES for n in set(a.references) & set(b.references))
