"""Guarantee: reports of one case are joined, and no weight in the world joins reports that contradict each other."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from builders import a_report, a_victim
from invented_names import SPELLINGS, a_person, a_profile, matcher
from tocsin.domain.additive import Additive
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.matching.profile import PersonProfile, PlaceProfile, Profile
from tocsin.domain.matching.references import CaseNumber
from tocsin.domain.matching.verdicts import Verdict
from tocsin.domain.names.model import NameModel
from tocsin_schemas.reports import Report
from tocsin_schemas.victims import DescribedGroup, PersonName
from tocsin_schemas.vocabulary import GroupKind

Over = dict[str, Any]
X, Y, Z = "Abdulhadi Zahrvani", "Kseniya Shchukareva", "Olympia Angelimou"
WEIGHTS = [None, 1_000.0, -1_000.0, 0.0]
"""The shipped ones, or a bias that drowns all evidence."""


def _weighed(bias: float | None) -> Matcher:
    shipped = matcher()
    if bias is None:
        return shipped
    flood = Additive(bias, ())
    eager = replace(shipped.thresholds, join=0.0, review=0.0, same_victim=-1e9)
    names = NameModel(shipped.names.lexicon, flood)
    return replace(shipped, names=names, person=flood, event=flood, thresholds=eager)


def _people(*names: str, **over: Any) -> tuple[PersonProfile, ...]:
    return tuple(a_person(name, **over) for name in names)


def _of(*names: str, **over: Any) -> Over:
    return {"persons": _people(*names, **over)}


def _verdict(ours: Over, theirs: Over, by: Matcher | None = None) -> Verdict:
    by = by or matcher()
    one, other = a_profile("a", **ours), a_profile("b", publisher="UN-SRHRD", **theirs)
    found = by.compare(one, other)
    assert by.compare(other, one) == found
    return found.verdict


NUMBERS = (CaseNumber("amnesty", "UA 13/26"), CaseNumber("amnesty", "UA 14/26"))
SAME_AND_OTHER = (CaseNumber("wgad_opinion", "WGAD/2026/4"), *NUMBERS[:1])
FORBIDDEN = [
    ("two case numbers of one mechanism", {"references": NUMBERS[:1]}, {"references": NUMBERS[1:]}),
    (
        "one number in common and two apart",
        {"references": SAME_AND_OTHER},
        {"references": (SAME_AND_OTHER[0], NUMBERS[1])},
    ),
    ("another country", {}, {"countries": ("DZA",)}),
    ("groups that only overlap", _of(X, Y), _of(X, Z)),
    ("groups with nobody in common", _of(X, Y), _of(Z, "Komi Adzovilli")),
    ("birth years apart", _of(X, born=(1980, 1980)), _of(X, born=(1983, 1983))),
    ("another first name", _of("Munif Zahrvani"), _of("Salim Zahrvani")),
    ("another first name, in Arabic", _of("Munif Zahrvani"), _of("سالم زهرواني")),
    ("a father for his son", _of("Munif Salim Zahrvani"), _of("Salim Zahrvani")),
    ("another father", _of("Salim Petrovich Dorvanov"), _of("Salim Ivanovich Dorvanov")),
    ("a withheld name", _of("Name withheld"), _of("Name withheld")),
    ("a name withheld on one side", _of(X), _of("[redacted]")),
    ("initials alone", _of("A. Z."), _of("A. Z.")),
    ("gender", _of(X, gender="man"), _of(X, gender="woman")),
    ("groups without names", {"persons": (), "group": True}, {"persons": (), "group": True}),
    ("a group beside a name", {"persons": (), "group": True}, {}),
]


@pytest.mark.parametrize("bias", WEIGHTS)
@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in FORBIDDEN], ids=[row[0] for row in FORBIDDEN])
def test_what_contradicts_is_never_joined_whatever_the_weights(ours: Over, theirs: Over, bias: float | None) -> None:
    by = _weighed(bias)
    assert _verdict(ours, theirs, by) is not Verdict.DUPLICATE
    assert by.compare(a_profile("a", **ours), a_profile("b", **theirs)).vetoes


TOO_THIN = [
    ("siblings beside the same victim", _of(X, "Komi Adzovilli"), _of(X, "Koffi Adzovilli")),
    ("a sister for a brother beside the same victim", _of(X, "Karim Zarqamun"), _of(X, "Karima Zarqamun")),
    ("a sister for a brother", _of("Karim Zarqamun"), _of("Karima Zarqamun")),
    ("brothers of like names", _of("Hasan Zahrvani"), _of("Husayn Zahrvani")),
    ("the commonest of names", _of("Li Li"), _of("Li Li")),
    ("one word of a name", _of("Zahrvani"), _of("Zahrvani")),
    ("an initial", _of("A. Zahrvani"), _of("Amal Zahrvani")),
    ("no date", {"dates": (("event", "2026"),)}, {}),
]


@pytest.mark.parametrize("bias", WEIGHTS)
@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in TOO_THIN], ids=[row[0] for row in TOO_THIN])
def test_what_is_too_thin_is_never_joined_by_itself_whatever_the_weights(
    ours: Over, theirs: Over, bias: float | None
) -> None:
    assert _verdict(ours, theirs, _weighed(bias)) is not Verdict.DUPLICATE


def test_a_number_that_both_quote_joins_what_is_thin() -> None:
    ours, theirs = (over | {"references": NUMBERS[:1]} for over in TOO_THIN[0][1:])
    assert _verdict(ours, theirs) is Verdict.DUPLICATE


QUOTED = [
    ("nothing else in common", {"persons": _people("Zubair Drumondel"), "dates": (("event", "2019-01-01"),)}),
    ("another country", {"countries": ("DZA",)}),
    ("another first name", _of("Salim Zahrvani")),
    ("a withheld name", _of("Name withheld")),
    ("no name", {"persons": (), "group": True}),
    ("a second number", {"references": (*SAME_AND_OTHER[:1], NUMBERS[1])}),
]


@pytest.mark.parametrize("bias", WEIGHTS)
@pytest.mark.parametrize("theirs", [row[1] for row in QUOTED], ids=[row[0] for row in QUOTED])
def test_a_number_that_both_quote_is_never_overlooked_whatever_the_weights(theirs: Over, bias: float | None) -> None:
    ours: Over = {"references": SAME_AND_OTHER}
    assert _verdict(ours, ours | theirs, _weighed(bias)) in {Verdict.POSSIBLE, Verdict.DUPLICATE}


def test_a_number_that_both_quote_joins_what_does_not_contradict_it() -> None:
    ours, theirs = (
        {"references": NUMBERS[:1]},
        {"dates": (("event", "2024-05-01"),), "places": (), "references": NUMBERS[:1]},
    )
    assert _verdict(ours, theirs) is Verdict.DUPLICATE


def test_groups_without_names_are_joined_by_their_number_alone() -> None:
    group: Over = {"persons": (), "group": True}
    assert _verdict(group, group) is not Verdict.DUPLICATE
    assert _verdict(group | {"references": NUMBERS[:1]}, group | {"references": NUMBERS[:1]}) is Verdict.DUPLICATE


@pytest.mark.parametrize("name", [name for row in SPELLINGS for name in row[1:]])
def test_reports_that_agree_in_name_day_place_and_act_are_joined(name: str) -> None:
    assert _verdict(_of(name), _of(name)) is Verdict.DUPLICATE


def _table() -> list[Over]:
    """Reports as they come: some with little beside the name, some with much."""
    days = ["2026-03-14", "2026-03", "2025-11-02~", "2026-03-14/2026-03-16"]
    towns = [("Sfax", "TUN"), ("Gomel", "BLR"), ("Lomé", "TGO"), ("Villeneuve-sous-Mitha", "FRA")]
    acts = [("arrest",), ("enforced_disappearance", "torture"), ("smear",), ("arbitrary_detention",)]
    found = []
    for n, (_, latin, written) in enumerate(SPELLINGS):
        town, country = towns[n % 4]
        names = (written,) if n % 3 else (written, latin)
        person = a_person(*names, born=(1980, 1980) if n % 2 else None, gender="woman" if n % 5 == 0 else "")
        found.append({
            "persons": (person, a_person(X)) if n % 7 == 6 else (person,),
            "countries": (country,),
            "dates": (("event", days[n // 2 % 4]), *((("arrest", "2026-03-13"),) if n % 4 == 1 else ())),
            "violations": acts[n // 3 % 4],
            "places": (PlaceProfile(town, country=country),) if n % 6 else (),
        })  # fmt: skip
    return found


def test_of_forty_reports_that_come_twice_nine_in_ten_are_joined_and_none_is_overlooked() -> None:
    verdicts = [_verdict(over, over) for over in _table()]
    assert len(verdicts) >= 40
    assert verdicts.count(Verdict.DUPLICATE) >= 0.9 * len(verdicts)
    assert set(verdicts) <= {Verdict.DUPLICATE, Verdict.POSSIBLE}


def test_no_two_of_them_are_taken_for_one_another() -> None:
    table = [a_profile(f"r{n:02}", **over) for n, over in enumerate(_table())]
    joined = [
        (a.persons[0].names, b.persons[0].names)
        for a, b in product(table, repeat=2)
        if a.report_id < b.report_id and matcher().compare(a, b).verdict is Verdict.DUPLICATE
    ]
    assert [pair for pair in joined if "Ігор Завгороднюк" not in (*pair[0], *pair[1])] == []


def test_the_same_name_in_two_scripts_is_joined() -> None:
    verdicts = [_verdict(_of(a), _of(b)) for _, a, b in SPELLINGS]
    assert verdicts.count(Verdict.DUPLICATE) >= 0.9 * len(verdicts)
    assert set(verdicts) <= {Verdict.DUPLICATE, Verdict.POSSIBLE}


DECISIONS = [
    ("a victim of one event among several", _of(X), _of(X, Y, Z), "duplicate"),
    ("two of three, in another order", _of(Z, X), _of(X, Y, Z), "duplicate"),
    ("each side has another besides", _of(X, Y), _of(X, Z), "possible"),
    ("a day apart", {}, {"dates": (("event", "2026-03-15"),)}, "duplicate"),
    ("the month is all that is known", {}, {"dates": (("event", "2026-03"),)}, "duplicate"),
    ("the year is all that is known", {}, {"dates": (("event", "2026"),)}, "possible"),
    ("arrested again years later", {}, {"dates": (("event", "2029-07-01"),), "places": ()}, "same person or possible"),
    ("arrested again elsewhere", {}, {"dates": (("event", "2029-07-01"),), "places": (PlaceProfile("Tunis", country="TUN"),)}, "same person or possible"),
    ("an arrest and a smear half a year later", {}, {"dates": (("event", "2026-10-01"),), "violations": ("smear",)}, "same person or possible"),
    ("brothers", _of("Munif Zahrvani"), _of("Salim Zahrvani"), "not joined"),
    ("brothers of like names", _of("Hasan Zahrvani"), _of("Husayn Zahrvani"), "not joined"),
    ("brother and sister", _of("Karim Zahrvani"), _of("Karima Zahrvani"), "not joined"),
    ("brother and sister in two scripts", _of("كريم زهرواني"), _of("Karima Zahrvani"), "not joined"),
    ("father and son", _of("Salim Munif Zahrvani"), _of("Munif Zahrvani"), "not joined"),
    ("husband and wife", _of("Abu Zarqamun"), _of("Umm Zarqamun"), "not joined"),
    ("sisters with a father's name", _of("Olga Petrovna Dorvanova"), _of("Inna Petrovna Dorvanova"), "not joined"),
    ("nothing in common", {}, {"persons": _people("Quillon Estrevade"), "dates": (("event", "2021-01-01"),), "countries": ("PER",)}, "unrelated"),
    ("one name in another country, years apart", {}, {"dates": (("event", "2021-01-01"),), "countries": ("PER",), "places": ()}, "not joined"),
]  # fmt: skip
MEANING = {
    "duplicate": {Verdict.DUPLICATE},
    "possible": {Verdict.POSSIBLE},
    "same person or possible": {Verdict.SAME_PERSON, Verdict.POSSIBLE},
    "not joined": {Verdict.SAME_PERSON, Verdict.POSSIBLE, Verdict.UNRELATED},
    "unrelated": {Verdict.UNRELATED},
}


@pytest.mark.parametrize(
    ("ours", "theirs", "decision"), [row[1:] for row in DECISIONS], ids=[row[0] for row in DECISIONS]
)
def test_the_decision(ours: Over, theirs: Over, decision: str) -> None:
    assert _verdict(ours, theirs) in MEANING[decision]


def test_evidence_has_codes_and_bits_and_no_words_and_unrelated_reports_have_none() -> None:
    found = matcher().compare(a_profile("a"), a_profile("b", persons=_people("عبدالهادي زهرواني")))
    bits = {e.code: e.bits for e in found.evidence}
    assert min(bits["name"], bits["date-exact"], bits["place-same"], bits["violation-agrees"]) > 0
    assert {e.words for e in found.evidence} == {""}
    assert matcher().compare(a_profile("a"), a_profile("b", **DECISIONS[-2][2])).evidence == ()


def test_evidence_adds_up_to_what_the_models_say() -> None:
    by = matcher()
    ours = a_profile("a", persons=_people(X, Y, born=(1980, 1980)), words=("krtpln", "mrtn"))
    found = by.compare(ours, replace(ours, report_id="b"))
    biases = by.person.bias + by.event.bias
    chances = [1 / (1 / p - 1) for p in (found.person, found.event)]
    assert 2 ** (found.bits + biases) == pytest.approx(chances[0] * chances[1], rel=0.05)


def test_an_explanation_quotes_both_reports_the_weightiest_reason_first() -> None:
    by, theirs = matcher(), a_profile("b", persons=_people("عبدالهادي زهرواني"))
    found = by.explain(a_profile("a"), theirs)
    assert [abs(e.bits) for e in found] == sorted((abs(e.bits) for e in found), reverse=True)
    quoted = " ".join(e.words for e in found)
    assert "“zahrvani” ~ “zehrwani”" in quoted
    assert by.explain(theirs, a_profile("a")) == found
    assert {e.code for e in found} >= {"name-agrees", "date-exact"}


def _reported(report: Report, report_id: str) -> Profile:
    return matcher().profile_of(report, report_id)


def test_a_report_that_comes_from_two_mechanisms_is_one_case() -> None:
    names = [PersonName(value="Афи Менсахви", script="Cyrl")]
    one, other = a_report(), a_report(publisher="UN-SRHRD", alleged_victims=[a_victim(names=names)], language="ru")
    assert matcher().compare(_reported(one, "a"), _reported(other, "b")).verdict is Verdict.DUPLICATE


def test_a_described_group_is_compared_without_an_error() -> None:
    group = DescribedGroup(kind=GroupKind.COMMUNITY, description="the fishers of Kpatchalou")
    one = _reported(a_report(alleged_victims=[], group=group), "a")
    found = matcher().compare(one, replace(one, report_id="b"))
    assert found.verdict is not Verdict.DUPLICATE
    assert found.vetoes == ("no-name",)


NAME_DECISIONS = [
    ("Abdulhadi Zahrvani", "عبدالهادي زهرواني", "same"),
    ("Zubair Drumondel", "Lia Varrano", "different"),
    ("Name withheld", "Lia Varrano", "different"),
]


@pytest.mark.parametrize(("ours", "theirs", "decision"), NAME_DECISIONS)
def test_names_alone_are_decided_on(ours: str, theirs: str, decision: str) -> None:
    by = matcher()
    found = by.compare_names([ours], [theirs])
    assert by.name_decision(found) == decision
    assert by.compare_names([theirs], [ours]) == found


def test_years_of_birth_count_beside_names() -> None:
    by = matcher()
    plain, agree, differ = (
        by.compare_people(a_person("Lia Varrano", born=ours), a_person("Lia Varrano", born=theirs)).probability
        for ours, theirs in ((None, None), ((1980, 1980), (1981, 1981)), ((1980, 1980), (1960, 1960)))
    )
    assert agree > plain > differ
