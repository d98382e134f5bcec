"""Guarantee: a profile holds what matching compares, and comes back as it was stored."""

import json

import pytest

from builders import a_report, a_victim, a_violation
from invented_names import matcher
from tocsin.domain.matching.profile import Profile, load_profile
from tocsin_schemas.reports import Narrative, Reference, Report
from tocsin_schemas.victims import DescribedGroup, Organisation, PersonName
from tocsin_schemas.violations import Authority, Detention, Place
from tocsin_schemas.vocabulary import (
    AuthorityKind,
    Gender,
    GroupKind,
    NameKind,
    Occupation,
    ReferenceScheme,
    ViolationType,
)


def _profile(report: Report) -> Profile:
    return matcher().profile_of(report, "r1")


FULL = a_report(
    alleged_victims=[
        a_victim(
            names=[
                PersonName(value="Afi Mensahvi"),
                PersonName(value="آفي منساهفي", script="Arab"),
                PersonName(value="The Lioness of Lomé", kind=NameKind.PEN),
            ],
            birth="1980~",
            nationalities=["TGO"],
            organisations=[Organisation(name="Ligue VARRA des droits")],
        ),
        a_victim("Komi Adzovilli", gender=Gender.UNDISCLOSED, occupations=[]),
    ],
    violation=a_violation(
        place=Place(name="Lomé", latitude=6.1, longitude=1.2),
        further_states=["GHA", "XXX"],
        authorities=[
            Authority(kind=AuthorityKind.POLICE, name="Brigade  d'Élite"),
            Authority(kind=AuthorityKind.UNKNOWN),
        ],
    ),
    detention=Detention(arrested_on="2026-11-19", released_on="2026-12"),
    references=[Reference(scheme=ReferenceScheme.AMNESTY, value="UA 13/26")],
    narratives=[Narrative(language="en", text="Mensahvi was taken to Kpatchalou prison by Drumondel, file 4417.")],
)


def test_what_is_compared_is_kept() -> None:
    found = _profile(FULL)
    afi, komi = found.persons
    assert (found.report_id, found.publisher, found.group) == ("r1", FULL.publisher, False)
    assert afi.names == ("Afi Mensahvi", "آفي منساهفي")
    assert (afi.born, afi.gender, afi.nationalities) == ((1980, 1980), "woman", ("TGO",))
    assert (afi.occupations, afi.organisations) == (("lawyer",), ("liguevarradesdroits",))
    assert (komi.born, komi.gender, komi.occupations) == (None, "", ())
    assert found.countries == ("TGO", "GHA")
    assert found.dates == (("event", "2026-11-20"), ("arrest", "2026-11-19"), ("release", "2026-12"))
    assert found.violations == ("arrest", "arbitrary_detention")
    assert [(p.name, p.country, p.latitude) for p in found.places] == [("Lomé", "TGO", 6.1)]
    assert [kind for kind, _ in found.authorities] == ["police"]
    assert [number.key for number in found.references] == ["UA 13/26"]
    assert "4417" in found.words


def test_the_victims_own_names_are_no_words_in_common() -> None:
    bones = matcher().names.name("Mensahvi")
    assert bones is not None
    assert bones.tokens[0].sounds[0].skeleton not in _profile(FULL).words


def test_a_pen_name_counts_if_there_is_no_other() -> None:
    names = [PersonName(value="The Lioness of Lomé", kind=NameKind.PEN)]
    assert _profile(a_report(alleged_victims=[a_victim(names=names)])).persons[0].names == ("The Lioness of Lomé",)


@pytest.mark.parametrize(
    ("birth", "born"), [("1980", (1980, 1980)), ("1980/1989", (1980, 1989)), ("1979-12-31", (1979, 1979)), (None, None)]
)
def test_a_birth_is_kept_as_its_first_and_last_year(birth: str | None, born: tuple[int, int] | None) -> None:
    assert _profile(a_report(alleged_victims=[a_victim(birth=birth)])).persons[0].born == born


def test_a_described_group_has_no_persons() -> None:
    group = DescribedGroup(kind=GroupKind.COMMUNITY, description="the fishers of Kpatchalou")
    found = _profile(a_report(alleged_victims=[], group=group))
    assert (found.group, found.persons) == (True, ())


@pytest.mark.parametrize("report", [FULL, a_report(), a_report(violation=a_violation(country="XXX"))])
def test_it_comes_back_as_it_was_stored(report: Report) -> None:
    stored = _profile(report)
    assert load_profile(stored.dump()) == stored
    assert load_profile(stored.dump()).dump() == stored.dump()
    assert json.loads(stored.dump())["report_id"] == "r1"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"report_id": "r1"}'])
def test_what_is_no_profile_is_refused(content: bytes) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        load_profile(content)


def test_every_kind_of_occupation_and_violation_survives() -> None:
    victim = a_victim(occupations=list(Occupation)[:13])
    report = a_report(alleged_victims=[victim], violation=a_violation(types=list(ViolationType)[:30]))
    assert load_profile(_profile(report).dump()) == _profile(report)
