"""Writes ``matching.toml``: what was learned, what is set by hand, and a word on each of these."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_HEADER = """\
# What the matcher weighs by. Bits are log-odds to base 2: one bit more, and the odds double; below 0 speaks against.
# Made by `python -m tocsin.devtools.tables.weights`; what is learned is not edited by hand.
# Learned from pairs of names of the public lists of OFAC (public domain) and the UN, invented events around them, and
# people invented from the words of names that Wikidata transliterates (Merhav and Ash, COLING 2018; CC0).
# Nothing was learned from data whose licence forbids any use.
# "feature>knot" is what each unit above the knot adds. What is called a prior is set by hand, for no free data tell it.
"""


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits by key for names, persons and events; probabilities and bits for the thresholds."""

    version: str
    names: Mapping[str, float]
    person: Mapping[str, float]
    event: Mapping[str, float]
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A weight set by hand. why: a sentence for the reader of the table."""

    bits: float
    why: str


PRIORS: Mapping[str, Mapping[str, Fixed]] = {
    "person": {
        "unnamed": Fixed(0.0, "a withheld name says nothing; the threshold `unnamed` takes its place"),
        "nationality-agrees": Fixed(0.3, "nearly everybody has the nationality of the State"),
        "occupation-agrees": Fixed(0.5, "few occupations, and most victims are lawyers, journalists or activists"),
        "organisation-agrees": Fixed(2.0, "few people share an organisation"),
    },
    "event": {
        "date-swapped": Fixed(0.8, "day and month changed places: a frequent slip, but also a coincidence"),
        "date-shifted": Fixed(-0.5, "another calendar or year may explain it"),
        "place-near": Fixed(0.3, "a town, and the village next to it"),
        "place-same-area": Fixed(0.2, "one province"),
        "violation-near": Fixed(0.7, "different words for one act: arrest, detention"),
        "authority-agrees": Fixed(1.0, "the same authority by name"),
        "co-victims": Fixed(2.0, "for each further victim who agrees, up to four"),
        "words": Fixed(0.4, "for each telling word that both narratives have, up to twelve"),
        "country-differs": Fixed(-6.0, "one act is one State's; forbids joining besides"),
        "arrest-differs": Fixed(-3.0, "both tell the day of the arrest, months apart: arrested again"),
    },
}
"""Set by hand: the labelled pairs do not tell them."""
WEAKEST: Mapping[str, Mapping[str, Fixed]] = {
    "person": {
        "birth-differs": Fixed(-3.0, "sources err by a year, seldom by more"),
        "gender-differs": Fixed(-1.5, "sources err here more often; forbids joining besides"),
    },
    "event": {"date-within-120": Fixed(-1.5, "weeks to months apart is more often another event than a slip")},
}
"""What speaks against speaks at least so strongly, however few pairs showed it."""
_THRESHOLDS = {
    "join": "P(one case) from which a report joins by itself, if nothing forbids it: chosen for a precision of .995",
    "review": "P(one case) below which nobody looks: chosen so that at most .5 % of true duplicates lie below",
    "same_person": "P(one person) from which the cases of two events are linked",
    "other_event": "P(one event) up to which it is another event",
    "bare": "P(one event) from which names that share no word are reviewed all the same",
    "numbered": "P(one person) and P(one event) at least, where both quote one case number",
    "unnamed": "P(one person) where a name is withheld",
    "same_victim": "bits from which two names count as one victim's among several",
    "same_name": "P(one person) by names alone from which `evaluate names` says same",
    "possible_name": "the same for possible",
}


def written(weights: Weights) -> str:
    """The text of the file; priors take the place of what was learned for the same key."""
    lines = [_HEADER, f'version = "{weights.version}"', "", "[names]", "# learned"]
    lines += [_line(key, bits) for key, bits in weights.names.items()]
    for section, learned in (("person", weights.person), ("event", weights.event)):
        lines += ["", f"[{section}]", "# learned", *_learned(section, learned), "# set by hand"]
        lines += [_line(key, f.bits, f"prior, not learned: {f.why}") for key, f in PRIORS[section].items()]
    lines += ["", "[thresholds]", "# chosen for what errors cost, on the labelled pairs"]
    lines += [_line(key, value, _THRESHOLDS.get(key, "")) for key, value in weights.thresholds.items()]
    return "\n".join(lines) + "\n"


def _learned(section: str, learned: Mapping[str, float]) -> Iterator[str]:
    for key, bits in learned.items():
        if key in PRIORS[section]:
            continue
        weakest = WEAKEST[section].get(key)
        if weakest is None or bits < weakest.bits:
            yield _line(key, bits)
        else:
            yield _line(key, weakest.bits, f"prior, the pairs say {bits:.1f}: {weakest.why}")


def _line(key: str, value: float, comment: str = "") -> str:
    return f'"{key}" = {value:.3f}' + (f"  # {comment}" if comment else "")
