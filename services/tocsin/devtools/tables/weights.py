"""Learns the weights of matching from labelled pairs: of names, then of persons, then of events.

``python -m tocsin.devtools.tables.weights FOLDER > services/tocsin/knowledge/matching.toml``
FOLDER holds the labelled pairs (see ``devtools.evaluation.labelled``); only the part that is free for any use is read,
never ``nc``. Redirect into a new file first: the version and the thresholds are carried over from the table that is
shipped. Run it again after every change of what names, persons and events are compared by. Deterministic.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tocsin.devtools.evaluation.compact import Compact, profile_of_compact
from tocsin.devtools.evaluation.labelled import Labelled, find
from tocsin.devtools.tables import invented_names
from tocsin.devtools.tables.invented_names import invented_pairs
from tocsin.devtools.tables.weights_table import Weights, written
from tocsin.domain.additive import additive
from tocsin.domain.fitting import Example, Prior, fit
from tocsin.domain.matching import event, person
from tocsin.domain.matching.gazetteer import Gazetteer
from tocsin.domain.names import comparison
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.lexicon_tables import build_lexicon
from tocsin.domain.names.model import NameModel
from tocsin.knowledge.gazetteer import load_gazetteer
from tocsin.knowledge.naming import load_naming
from tocsin.knowledge.weights import load_weights

FREE = "."
"""The part of the labelled data that may be learned from."""
_TRANSLITERATIONS = "translit_train.csv.gz"
_INVENTED = 0.12
"""What an invented pair counts for, beside a real one."""
_SPREADS = {"names": 1.0, "person": 2.5, "event": 1.44}
"""Bits by which weights are expected to lie off nothing: the more there are, and the less they are shown, the fewer."""
_LEAST = 0.005
"""Bits; less is left out of the table."""
_SAME_VICTIM = 1.0

_FOR = (
    "shared", "strongest", "coverage", "agreement", "lowest", "mean", "whole", "exact", "near", "fair", "family_same",
)  # fmt: skip
_AGAINST = (
    "both_unexplained", "one_unexplained", "crossed", "turned", "shifted", "fathers_differ", "syllables_differ",
    "family_differs", "given_differs",
)  # fmt: skip
_KNOTS: Mapping[str, Sequence[float]] = {
    "shared": (0.5, 1, 2),
    "strongest": (0.5, 0.9),
    "coverage": (0.5, 0.7, 0.85),
    "agreement": (0.6, 0.8),
    "both_unexplained": (0.3, 0.8),
    "one_unexplained": (0.8, 1.6),
    "whole": (0.6, 0.8),
    "mean": (0.85,),
    "lowest": (0.8,),
}
_PERSON = {"name": 1, "name-for": 0, "name-sure": 0, "birth-agrees": 1, "birth-differs": -1, "gender-differs": -1}
"""What the labelled pairs say of persons, and which way it must speak."""
_EVENT = {
    "date-exact": 1,
    "date-within-3": 1,
    "date-same-month": 1,
    "date-within-31": 1,
    "date-within-120": -1,
    "date-far": -1,
    "place-same": 1,
    "place-apart": -1,
    "violation-agrees": 1,
}


def main() -> None:
    """Write the table to the standard output."""
    shipped = load_weights()
    data = find(Path(sys.argv[1]))
    lexicon = build_lexicon(*load_naming())
    names = _learn_names(data, lexicon)
    model = NameModel(lexicon, additive(comparison.FEATURES, names))
    persons, events = _learn_cases(data, model)
    sys.stdout.write(written(Weights(shipped["version"], names, persons, events, shipped["thresholds"])))


def name_keys() -> list[str]:
    """The weights of names: each feature, and how it goes on beyond its knots."""
    return [*comparison.FEATURES, *(f"{name}>{knot}" for name, knots in _KNOTS.items() for knot in knots)]


def name_signs() -> dict[str, int]:
    """What can only speak for one person, and what only against. Where words differ on both sides, more words that
    agree must not turn it into evidence for; and a name without any word left over is never evidence against.
    """
    signs = dict.fromkeys(_FOR, 1) | dict.fromkeys(_AGAINST, -1)
    signs |= {name: -1 for name in comparison.FEATURES if "-differs-" in name}
    return signs | {name: 1 for name in comparison.FEATURES if name.startswith("whole-")}


def _learn_names(data: Labelled, lexicon: Lexicon) -> dict[str, float]:
    model = NameModel(lexicon, additive(comparison.FEATURES, {}))
    real = [(pair.ours, pair.theirs, pair.same, 1.0) for pair in data.names(FREE)]
    invented = invented_pairs(data.folder / _TRANSLITERATIONS, persons=invented_names.PERSONS)
    examples = _named(model, [*real, *((p.ours, p.theirs, p.same, _INVENTED) for p in invented)])
    found = fit(comparison.FEATURES, name_keys(), examples, Prior(_SPREADS["names"], {}, name_signs()))
    return {key: bits for key, bits in found.items() if abs(bits) >= _LEAST}


def _named(model: NameModel, pairs: Sequence[tuple[str, str, bool, float]]) -> Iterator[Example]:
    for ours, theirs, same, weight in pairs:
        names = model.compare(ours, theirs)
        if names is not None and names.compared is not None:
            yield Example(names.compared.features, same, weight)


def _learn_cases(data: Labelled, names: NameModel) -> tuple[dict[str, float], dict[str, float]]:
    """Persons from all pairs; events from those that are of one person."""
    gazetteer = Gazetteer(*load_gazetteer())
    persons, events = [], []
    for pair in data.cases(FREE):
        a, b = (profile_of_compact(Compact.model_validate(report), "") for report in (pair.a, pair.b))
        victims = person.match_victims(a.persons, b.persons, names, _SAME_VICTIM)
        assert victims is not None, "each report of the labelled pairs names one person"
        one_person = pair.kind in ("same", "new_event")
        persons.append(Example(victims.best.features, one_person))
        if one_person:
            features = event.compare_events(a, b, gazetteer, victims.matched).features
            events.append(Example(features, pair.kind == "same"))
    return (
        fit(person.FEATURES, list(_PERSON), persons, Prior(_SPREADS["person"], {}, _PERSON)),
        fit(event.FEATURES, list(_EVENT), events, Prior(_SPREADS["event"], {}, _EVENT)),
    )


if __name__ == "__main__":
    main()
