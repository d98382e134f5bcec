"""Which numbers count as a report's own, and what two reports' numbers say of them. All numbers are invented."""

import pytest

from builders import a_report, a_victim, a_violation
from tocsin.domain.matching.citations.states import NO_STATE, STATES, WORDS
from tocsin.domain.matching.references import (
    Agreement,
    CaseNumber,
    agreement,
    canonical,
    references_in,
    references_of,
)
from tocsin.knowledge.load import load
from tocsin_schemas.reports import Narrative, Reference
from tocsin_schemas.victims import DefenderActivity
from tocsin_schemas.violations import Accountability, Detention, Reprisal, Risk
from tocsin_schemas.vocabulary import ReferenceScheme as Scheme


def _narratives(*texts: str) -> list[Narrative]:
    return [Narrative(language="en", text=text) for text in texts]


def _keys(**over: object) -> list[str]:
    return [n.key for n in references_of(a_report(**over))]


def _proofs(**over: object) -> list[str]:
    return [n.key for n in references_of(a_report(**over)) if n.identifies]


FIELDS = [
    (Scheme.WGAD_OPINION, "22/2020", "WGAD/2020/22"),
    (Scheme.WGAD_OPINION, "No. 22/20", "WGAD/2020/22"),
    (Scheme.WGAD_OPINION, "2020/22", "WGAD/2020/22"),
    (Scheme.WGAD_OPINION, "A/HRC/WGAD/2020/22", "WGAD/2020/22"),
    (Scheme.UN_DOCUMENT, "A/HRC/WGAD/2020/22", "WGAD/2020/22"),
    (Scheme.UN_COMMUNICATION, "TUN 4/2026", "TUN 4/2026"),
    (Scheme.UN_COMMUNICATION, "can 3/2026", "CAN 3/2026"),
    (Scheme.UN_COMMUNICATION, "TUN 04-26", "TUN 4/2026"),
    (Scheme.UN_COMMUNICATION, "UA TUN 4/2026", "TUN 4/2026"),
    (Scheme.UN_COMMUNICATION, "gId=31021", "gId=31021"),
    (Scheme.OTHER, "AL TUN 4/2026", "TUN 4/2026"),
    (Scheme.IACHR_MEASURE, "506-22", "PM 506-22"),
    (Scheme.IACHR_MEASURE, "5/2022", "PM 5-22"),
    (Scheme.IACHR_MEASURE, "Resolution 38/22", "IACHR RESOLUTION 38/2022"),
    (Scheme.ACHPR, "275/2003", "ACHPR 275/03"),
    (Scheme.OBSERVATORY, "TUN 001 / 0126 / OBS 012.1", "OBS 012/2026"),
    (Scheme.AMNESTY, "13/16", "UA 13/16"),
    (Scheme.AMNESTY, "UA 13/2016", "UA 13/16"),
    (Scheme.AMNESTY, "AU 13/16", "UA 13/16"),
    (Scheme.AMNESTY, "MDE 13/1234/2016", "MDE 13/1234/2016"),
    (Scheme.COE_PLATFORM, "64791112", "alertPK=64791112"),
    (Scheme.COE_PLATFORM, "64 791 112", "alertPK=64791112"),
    (Scheme.COE_PLATFORM, "165/2022", "COE ALERT 165/2022"),
    (Scheme.COURT, "Application no. 12345/20", "ECTHR 12345/20"),
    (Scheme.OBSERVATORY, "TG-4411-X", "TG4411X"),
]


@pytest.mark.parametrize(("scheme", "value", "key"), FIELDS, ids=[f"{s}: {v}" for s, v, _ in FIELDS])
def test_a_field_explains_its_number(scheme: Scheme, value: str, key: str) -> None:
    number = canonical(Reference(scheme=scheme, value=value))
    assert number is not None
    assert (number.key, number.identifies) == (key, True)


def test_a_court_named_as_the_mechanism_explains_its_number() -> None:
    number = canonical(Reference(scheme=Scheme.COURT, value="12345/20", mechanism="ECtHR"))
    assert number == CaseNumber("court", "ECTHR 12345/20")


NO_PROOF = [
    (Scheme.COURT, "Tribunal 12/2026", "TRIBUNAL122026"),
    (Scheme.COURT, "12345/20", "1234520"),
    (Scheme.OTHER, "file-2026-77", "FILE202677"),
    (Scheme.UN_DOCUMENT, "A/HRC/48/28", "A/HRC/48/28"),
    (Scheme.ACHPR, "ACHPR/Res.273 (LV) 2014", "ACHPR/RES.273"),
    (Scheme.UN_COMMUNICATION, "AL 4/2026", "AL42026"),
    (Scheme.UN_COMMUNICATION, "OL TUN 4/2026", "TUN 4/2026"),
    (Scheme.WGAD_OPINION, "sent in May 2026", "SENTINMAY2026"),
    (Scheme.AMNESTY, "2026-05-12", "20260512"),
    (Scheme.COE_PLATFORM, "2026-05-12", "20260512"),
]


@pytest.mark.parametrize(("scheme", "value", "key"), NO_PROOF, ids=[f"{s}: {v}" for s, v, _ in NO_PROOF])
def test_a_field_whose_content_may_cover_many_cases_proves_nothing(scheme: Scheme, value: str, key: str) -> None:
    number = canonical(Reference(scheme=scheme, value=value))
    assert number is not None
    assert (number.key, number.identifies) == (key, False)


@pytest.mark.parametrize("value", ["see attached", "n/a", "42", "--", "القضية"])
def test_a_field_without_a_number_holds_none(value: str) -> None:
    assert canonical(Reference(scheme=Scheme.AMNESTY, value=value)) is None


def test_the_state_completes_a_letter_that_names_none_and_in_prose_proves_nothing() -> None:
    field = [Reference(scheme=Scheme.UN_COMMUNICATION, value="AL 4/2026")]
    assert _proofs(references=field) == ["TGO 4/2026"]
    text = "The Special Rapporteur sent AL 4/2026."
    assert (_keys(narratives=_narratives(text)), _proofs(narratives=_narratives(text))) == (["TGO 4/2026"], [])
    assert _keys(narratives=_narratives(text), violation=a_violation(further_states=["GHA"])) == []
    assert _keys(narratives=_narratives("Le rapporteur spécial écrit du 3/2026 al 4/2026.")) == []


PROSE = [
    ("a narrative", {"narratives": _narratives("Opinion 22/2020 found her detention arbitrary.")}),
    ("the situation", {"violation": a_violation(current_situation="held despite Opinion 22/2020")}),
    ("the means", {"violation": a_violation(means="transferred after Opinion 22/2020")}),
    ("the treatment", {"detention": Detention(treatment="worse since Opinion 22/2020")}),
    ("the complaints", {"accountability": Accountability(complaints="Opinion 22/2020 was sent to the judge")}),
    ("the adverse act", {"reprisal": Reprisal(strict=False, adverse_act="punished for Opinion 22/2020")}),
    ("the measures sought", {"risk": Risk(measures_sought="that Opinion 22/2020 be carried out")}),
    ("the publisher's number", {"publisher_reference": "A/HRC/WGAD/2020/22"}),
]


@pytest.mark.parametrize(("where", "fields"), PROSE, ids=[p[0] for p in PROSE])
def test_a_number_counts_wherever_it_is_quoted(where: str, fields: dict[str, object]) -> None:
    assert _proofs(**fields) == ["WGAD/2020/22"]


def test_what_belongs_to_earlier_events_does_not_count() -> None:
    earlier = Accountability(prior_event_references=["AL TGO 3/2025"])
    attacked = a_victim(defender=DefenderActivity(prior_attacks="see AL TGO 3/2025", protection_measures="PM 506-22"))
    assert _keys(accountability=earlier, alleged_victims=[attacked]) == []
    assert _keys(accountability=earlier, narratives=_narratives("AL TGO 3/2025 was sent.")) == []


def test_the_cooperation_that_was_punished_proves_nothing() -> None:
    reprisal = Reprisal(strict=True, mechanism="UN", evidence="The reply to AL TGO 3/2025 names her.")
    assert (_keys(reprisal=reprisal), _proofs(reprisal=reprisal)) == (["TGO 3/2025"], [])


OTHERS_CASES = [
    "In a previous letter (AL TUN 3/2025) the experts warned.",
    "The experts had previously sent AL TUN 3/2025.",
    "He was the subject of an earlier urgent appeal, UA TUN 3/2025.",
    "In a previous letter concerning Mr. Adjavon (AL TUN 3/2025) the experts warned.",
    "See also AL TUN 3/2025.",
    "See, inter alia, Opinion No. 22/2020.",
    "Cf. Opinion No. 22/2020.",
    "In its previous opinion (No. 22/2020, A/HRC/WGAD/2020/22) it found likewise.",
    "A similar case is dealt with in Opinion 22/2020.",
    "the opinion on her husband (Opinion No. 22/2020)",
    "PM 506-22 (a related case)",
    "AL TUN 3/2025, an earlier letter, was not answered.",
    "L'avis précédent n° 22/2020 constatait la même chose.",
    "Dans une lettre antérieure, AL TUN 3/2025, ils s'inquiétaient.",
    "Voir aussi l'avis n° 22/2020.",
    "une autre affaire : action urgente 13/16",
    "les mesures concernant son frère (MC 506-22)",
    "En un caso anterior (AL TUN 3/2025) se denunció lo mismo.",
    "Véase también la opinión núm. 22/2020.",
    "otra medida cautelar, MC 506-22",
    "In previous letters (AL TUN 3/2025, AL TUN 5/2025 and UA TUN 9/2025) they wrote.",
]


@pytest.mark.parametrize("text", OTHERS_CASES)
def test_a_number_that_the_words_ascribe_to_another_case_does_not_count(text: str) -> None:
    assert references_in(text) != ()
    assert _keys(narratives=_narratives(text)) == []


OWN_CASE = [
    "The Special Rapporteurs raised the case (see AL TUN 3/2026).",
    "After earlier threats, she was arrested; AL TUN 3/2026 was sent.",
    "He was arrested in an earlier raid. The letter AL TUN 3/2026 followed.",
    "AL TUN 3/2026 was sent. A previous letter had no answer.",
    "AL TUN 3/2026; see also the statement of the union.",
    "His wife wrote to the experts, who sent AL TUN 3/2026.",
    "AL TUN 3/2026 and other letters",
    "Le cas fait l'objet de la lettre AL TUN 3/2026.",
    "El caso es objeto de la carta AL TUN 3/2026.",
]


@pytest.mark.parametrize("text", OWN_CASE)
def test_words_that_speak_of_something_else_leave_the_number_alone(text: str) -> None:
    assert _proofs(narratives=_narratives(text)) == ["TUN 3/2026"]


def test_each_of_two_numbers_has_the_words_before_it() -> None:
    text = "Opinion 22/2020 follows an earlier letter (AL TUN 3/2025) and the urgent appeal UA TUN 7/2026."
    assert _proofs(narratives=_narratives(text)) == ["TUN 7/2026", "WGAD/2020/22"]


def test_a_number_once_called_another_cases_does_not_count_in_the_rest_of_the_prose() -> None:
    texts = _narratives("In the previous Opinion 22/2020 it found so.", "L'avis n° 22/2020 le constate.")
    assert _keys(narratives=texts) == []
    assert _proofs(narratives=texts, references=[Reference(scheme=Scheme.WGAD_OPINION, value="22/2020")]) == [
        "WGAD/2020/22"
    ]


PUBLISHERS = [
    ("NGO-FLD", "TGO 4/2026", []),
    ("NGO-FLD", "AL TGO 4/2026", ["TGO 4/2026"]),
    ("UN-SP", "TGO 4/2026", ["TGO 4/2026"]),
    ("NGO-FLD", "UA 13/26", []),
    ("NGO-AI", "UA 13/26", ["UA 13/26"]),
    ("ACHPR-SRHRD", "2026/TGO/001", []),
    ("IACHR-RHRD", "MC-506-22", ["PM 506-22"]),
]


@pytest.mark.parametrize(("publisher", "number", "expected"), PUBLISHERS)
def test_a_publishers_number_is_read_as_anothers_only_if_it_cannot_be_its_own(publisher, number, expected) -> None:
    assert _proofs(publisher=publisher, publisher_reference=number) == expected


def test_an_update_threads_to_its_case() -> None:
    first, update = (
        references_of(a_report(references=[Reference(scheme=Scheme.OBSERVATORY, value=value)]))
        for value in ("TGO 002 / 1126 / OBS 064", "TGO 002/1126/OBS064.02")
    )
    assert [n.update for n in update] == [2, 2]
    assert agreement(first, update) is Agreement.SAME


def test_an_observatory_number_without_its_year_meets_the_whole_one_and_proves_nothing() -> None:
    whole = references_of(a_report(narratives=_narratives("TGO 002 / 1126 / OBS 064")))
    short = references_of(a_report(narratives=_narratives("OBS 064.1")))
    assert set(whole) & set(short) == {CaseNumber("observatory", "OBS 064")}
    assert agreement(whole, short) is Agreement.NONE


AGREEMENTS = [
    ("one letter, two ways to write it", "AL TUN 4/2026", "TUN 4/2026", Agreement.SAME),
    ("an opinion and its symbol", "Opinion No. 22/2020", "A/HRC/WGAD/2020/22", Agreement.SAME),
    ("a measure in two languages", "PM 506-22", "MC-506-22", Agreement.SAME),
    ("two letters", "AL TUN 4/2026", "AL TUN 5/2026", Agreement.CONFLICT),
    ("letters of two years", "AL TUN 4/2026", "AL TUN 4/2025", Agreement.CONFLICT),
    ("letters to two States", "AL TUN 4/2026", "UA DZA 4/2026", Agreement.CONFLICT),
    ("two opinions", "Opinion 22/2020", "Avis n° 23/2020", Agreement.CONFLICT),
    ("two measures", "PM 506-22", "MC 507-22", Agreement.CONFLICT),
    ("two urgent actions", "UA 13/16", "UA 14/16", Agreement.CONFLICT),
    ("two appeals", "0126 / OBS 012", "0126 / OBS 013", Agreement.CONFLICT),
    ("two alerts", "alertPK=64791112", "alertPK=64791113", Agreement.CONFLICT),
    ("two applications", "Application no. 12345/20", "Application no. 12346/20", Agreement.CONFLICT),
    ("different procedures", "AL TUN 4/2026", "Opinion 22/2020", Agreement.NONE),
    ("different courts", "Application no. 12345/20", "African Court, application 1/2017", Agreement.NONE),
    ("two documents on one action", "AFR 01/3089/2020", "AFR 01/3090/2020", Agreement.NONE),
    ("an action and its document", "UA 13/16", "MDE 13/1234/2016", Agreement.NONE),
    ("two resolutions on one measure", "IACHR Resolution 38/22, PM 506-22", "IACHR Resolution 40/23, PM 506-22", Agreement.SAME),
    ("letters to two companies", "AL OTH 12/2025", "AL OTH 13/2025", Agreement.NONE),
    ("a letter to a State and one to a company", "AL TUN 4/2026", "AL OTH 13/2026", Agreement.NONE),
    ("a letter on a law", "OL TUN 4/2026", "OL TUN 4/2026", Agreement.NONE),
    ("a report on many", "A/HRC/48/28", "A/HRC/48/28", Agreement.NONE),
    ("two reports on many", "A/HRC/48/28", "A/HRC/51/47", Agreement.NONE),
    ("one of several letters", "AL TUN 4/2026, UA TUN 7/2026", "UA TUN 7/2026, AL TUN 9/2026", Agreement.SAME),
    ("one letter, two opinions", "AL TUN 4/2026, Opinion 22/2020", "AL TUN 4/2026, Opinion 23/2020", Agreement.MIXED),
    ("nothing", "", "AL TUN 4/2026", Agreement.NONE),
]  # fmt: skip


@pytest.mark.parametrize(("what", "ours", "theirs", "expected"), AGREEMENTS, ids=[a[0] for a in AGREEMENTS])
def test_what_the_numbers_of_two_reports_say(what: str, ours: str, theirs: str, expected: Agreement) -> None:
    a, b = references_in(ours), references_in(theirs)
    assert agreement(a, b) is agreement(b, a) is expected


def test_every_state_that_a_report_may_name_has_its_letters() -> None:
    knowledge = load()
    assert set(knowledge.territories) <= STATES
    assert WORDS - {"ANT"} <= STATES
    assert NO_STATE not in STATES
