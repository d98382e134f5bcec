"""Hypothesis strategies for profiles of invented reports: on one person in two spellings, or as they come."""

from dataclasses import replace

from hypothesis import strategies as st

from invented_names import OTHERS, SPELLINGS, a_person, a_profile
from tocsin.domain.matching.profile import PersonProfile, PlaceProfile, Profile
from tocsin.domain.matching.references import CaseNumber

ROWS = st.sampled_from(SPELLINGS)
_LIKE = ["Karim Zarqamun", "Karima Zarqamun", "L. Varrano", "Lia Varrano", "Salim Petrovich Dorvanov", "Salim Dorvanov"]
NAMES = st.sampled_from([n for row in SPELLINGS for n in row[1:]] + OTHERS + _LIKE + ["Name withheld", "A. B."])
YEARS = st.none() | st.sampled_from([(1980, 1980), (1981, 1981), (1960, 1960), (1980, 1989)])
COUNTRIES = st.lists(st.sampled_from(["TUN", "DZA", "BLR"]), max_size=2, unique=True).map(tuple)
DATES = st.sampled_from(
    ["2026-03-14", "2026-03-16", "2026-03", "2026", "2026-04-10", "2025-03-14", "2026-03-14~", "2019-07-01"]
)
PLACES = st.lists(
    st.sampled_from(
        [
            PlaceProfile("Sfax", country="TUN"),
            PlaceProfile("صفاقس", country="TUN"),
            PlaceProfile("Tunis"),
            PlaceProfile("Kafr Mitha"),
        ]
    ),
    max_size=1,
).map(tuple)
ACTS = st.lists(
    st.sampled_from(["arrest", "enforced_disappearance", "smear", "reprisal"]), min_size=1, max_size=2, unique=True
).map(tuple)
NUMBERS = st.lists(
    st.builds(CaseNumber, st.sampled_from(["amnesty", "wgad_opinion"]), st.sampled_from(["UA 13/26", "UA 14/26"]), st.none(), st.booleans()),
    max_size=2, unique_by=lambda n: (n.scheme, n.key),
).map(lambda found: tuple(sorted(found)))  # fmt: skip
PERSONS = st.builds(
    lambda names, **over: a_person(*names, **over),
    st.lists(NAMES, min_size=1, max_size=2),
    born=YEARS,
    gender=st.sampled_from(["", "man", "woman"]),
    nationalities=COUNTRIES,
    occupations=st.sampled_from([(), ("lawyer",)]),
    organisations=st.sampled_from([(), ("ligavarra",)]),
)


def _profiles(persons: st.SearchStrategy[tuple[PersonProfile, ...]]) -> st.SearchStrategy[Profile]:
    return st.builds(
        a_profile,
        persons=persons,
        countries=COUNTRIES,
        dates=DATES.map(lambda on: (("event", on),)),
        violations=ACTS,
        places=PLACES,
        references=NUMBERS,
        words=st.sampled_from([(), ("krtpln",), ("krtpln", "mrtn", "slnt", "trml")]),
    )


@st.composite
def _of_one_person(draw: st.DrawFn) -> tuple[Profile, Profile]:
    """Two reports on one person, in two spellings, who agree or tell less; the rest is as it comes."""
    row, born, gender = draw(ROWS), draw(YEARS), draw(st.sampled_from(["", "woman"]))
    sides = []
    for name in row[1:]:
        told = draw(st.booleans())
        known = a_person(name, born=born if told else None, gender=gender if told else "")
        sides.append(replace(draw(ONE_PERSON), persons=(known,)))
    return sides[0], sides[1]


PROFILES = _profiles(st.lists(PERSONS, max_size=3).map(tuple))
ONE_PERSON = _profiles(PERSONS.map(lambda known: (known,)))
PAIRS = st.tuples(ONE_PERSON, ONE_PERSON) | _of_one_person()
