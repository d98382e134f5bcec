"""Every way in which people quote a case number gives the same key. All numbers are invented."""

import pytest

from tocsin.domain.matching.references import CaseNumber, references_in

UN, WGAD, DOC, PM, ACHPR, OBS, AI, COE, COURT = (
    "un_communication",
    "wgad_opinion",
    "un_document",
    "iachr_measure",
    "achpr",
    "observatory",
    "amnesty",
    "coe_platform",
    "court",
)

LETTERS = [
    ("AL TUN 4/2026", "TUN 4/2026"),
    ("UA TUN 4/2026", "TUN 4/2026"),
    ("JUA TUN 4/2026", "TUN 4/2026"),
    ("JAL TUN 4/2026", "TUN 4/2026"),
    ("TUN 4/2026", "TUN 4/2026"),
    ("tun 4/2026", "TUN 4/2026"),
    ("al tun 4/2026", "TUN 4/2026"),
    ("AL  TUN 4 / 2026", "TUN 4/2026"),
    ("AL-TUN-4-2026", "TUN 4/2026"),
    ("AL.TUN.4/2026", "TUN 4/2026"),
    ("AL/TUN/4/2026", "TUN 4/2026"),
    ("AL_TUN_4_2026.pdf", "TUN 4/2026"),
    ("AL TUN4/2026", "TUN 4/2026"),
    ("AL TUN 04/2026", "TUN 4/2026"),
    ("AL TUN 4/26", "TUN 4/2026"),
    ("AL TUN No. 4/2026", "TUN 4/2026"),
    ("AL: TUN 4/2026", "TUN 4/2026"),
    ("AL (TUN 4/2026)", "TUN 4/2026"),
    ("ref.: AL TUN 4/2026", "TUN 4/2026"),
    ("Réf. : AL TUN 4/2026.", "TUN 4/2026"),
    ("AL\u00a0TUN\u00a04/2026", "TUN 4/2026"),
    ("AL\u202fTUN\u20094⁄2026", "TUN 4/2026"),
    ("ＡＬ　ＴＵＮ　４／２０２６", "TUN 4/2026"),
    ("AL TUN ٤/٢٠٢٦", "TUN 4/2026"),
    ("AL TUN ۴/۲۰۲۶", "TUN 4/2026"),
    ("the letter AL\nTUN 4/2026", "TUN 4/2026"),
    ("the letter AL TUN 4/\n2026 of May", "TUN 4/2026"),
    ("letter AL TUN 4/2026¹² was not answered", "TUN 4/2026"),
    ("AL TUN 4\u2215\u200b2026", "TUN 4/2026"),
    ("UA G/SO 218/2 G/SO 214 (56-23) TUN 2/2011", "TUN 2/2011"),
    ("Case no. BHR 5/2011", "BHR 5/2011"),
    ("https://spcommreports.ohchr.org/TmSearch/RelCom?code=TUN+4%2F2026", "TUN 4/2026"),
    ("RelCom?code=TUN%204/2026", "TUN 4/2026"),
    ("relcom?code=can%252B3%252F2026", "CAN 3/2026"),
    ("https://spcommreports.ohchr.org/TMResultsBase/DownLoadPublicCommunicationFile?gId=31021", "gId=31021"),
    ("AL CAN 3/2026", "CAN 3/2026"),
    ("AL COM 1/2026", "COM 1/2026"),
    ("UA VAT 1/2026", "VAT 1/2026"),
    ("The Special Rapporteurs sent CAN 3/2026", "CAN 3/2026"),
    ("AL OTH 12/2025", "OTH 12/2025"),
    ("un appel urgent (UA MAR 2/2026) adressé au Maroc", "MAR 2/2026"),
    ("lettre d'allégation AL TGO n° 7/2026", "TGO 7/2026"),
    ("carta de alegación AL VEN núm. 7/2026", "VEN 7/2026"),
    ("el llamamiento urgente UA COL n.º 9/2025", "COL 9/2025"),
]
OPINIONS = [
    "Opinion No. 22/2020",
    "Opinion no 22/2020",
    "Opinion 22/2020 (Tunisia)",
    "OPINION NO. 22/2020",
    "opinion #22/2020",
    "Opinion No. 022/2020",
    "Opinion (No. 22/2020)",
    "Opinion 22-2020",
    "Opinion No.\n22/2020",
    "Opinion No.\u00a022/2020",
    "Opinion No. 22\u22152020",
    "Opinion No. ２２／２０２０",
    "Avis n° 22/2020",
    "Avis nº 22/2020",
    "l’avis nº\u00a022/2020 du Groupe de travail",
    "Avis No 22/2020, Tunisie",
    "Opinión núm. 22/2020",
    "Opinión n.º 22/2020",
    "la opinión No. 22/2020",
    "A/HRC/WGAD/2020/22",
    "a/hrc/wgad/2020/22",
    "A/HRC/WGAD/2020/22/Rev.1",
    "https://undocs.org/A/HRC/WGAD/2020/22",
    "A%2FHRC%2FWGAD%2F2020%2F22",
    "WGAD/2020/22",
    "WGAD 22/2020",
    "WGAD Opinion 22/20",
    "GTDA, avis 22/20",
    "Opinion of the Working Group on Arbitrary Detention No. 22/2020",
    "the Working Group on Arbitrary Detention adopted opinion 22/2020",
    "avis du Groupe de travail sur la détention arbitraire n° 22/2020",
    "opinión del Grupo de Trabajo sobre la Detención Arbitraria núm. 22/2020",
]
MEASURES = [
    "PM 506-22",
    "PM-506-22",
    "PM 506‑22",
    "PM 506–22",
    "PM 506 - 22",
    "PM506-22",
    "PM 506/22",
    "PM 506-2022",
    "PM No. 506-22",
    "pm 506-22",
    "MC 506-22",
    "MC-506-22",
    "MC N° 506-22",
    "MC No. 506/22",
    "MC n.º 506-2022",
    "Precautionary Measure No. 506-22",
    "Precautionary Measure (PM) 506-22",
    "precautionary measures 506-22",
    "mesure conservatoire 506-22",
    "mesures conservatoires n° 506-22",
    "Medida Cautelar No. 506-22",
    "medidas cautelares 506-22",
    "medida cautelar (MC) 506-22",
    "la CIDH otorgó MC\u00a0506\u201122",
    "https://www.oas.org/es/cidh/docs/mc_506-22_es.pdf",
]
OBSERVATORY = [
    ("DZA 002 / 0703 / OBS 064", "OBS 064/2003", None),
    ("DZA 002 / 0703 / OBS 064.01", "OBS 064/2003", 1),
    ("DZA 002/0703/OBS 064.1", "OBS 064/2003", 1),
    ("DZA002/0703/OBS064.02", "OBS 064/2003", 2),
    ("DZA 2 / 0703 / OBS 64", "OBS 064/2003", None),
    ("DZA 002 – 0703 – OBS 064", "OBS 064/2003", None),
    ("0703 / OBS 064", "OBS 064/2003", None),
    ("DZA / 0703 / OBS 064.3", "OBS 064/2003", 3),
    ("TUN 001 / 0126 / OBS 012", "OBS 012/2026", None),
    ("TUN 001/012026/OBS 012", "OBS 012/2026", None),
    ("tun 001 / 0126 / obs 012", "OBS 012/2026", None),
    ("appel urgent TUN 001\u00a0/\u00a00126\u00a0/\u00a0OBS\u00a0012.04", "OBS 012/2026", 4),
    ("ATTENTION: COL 011 / 1198 / OBS 093", "OBS 093/1998", None),
    ("OBS 028.1", "OBS 028", 1),
    ("OBS035", "OBS 035", None),
    ("Obs-064.02", "OBS 064", 2),
    ("the Observatory's appeal OBS 7", "OBS 007", None),
    ("el Observatorio, llamamiento OBS n° 12", "OBS 012", None),
]
AMNESTY = [
    ("UA 219/06", "UA 219/06", None),
    ("UA: 13/16", "UA 13/16", None),
    ("UA 013/16", "UA 13/16", None),
    ("ua 13/16", "UA 13/16", None),
    ("UA No. 13/16", "UA 13/16", None),
    ("UA 13 / 16", "UA 13/16", None),
    ("Urgent Action 13/16", "UA 13/16", None),
    ("Urgent Action (UA) 13/16", "UA 13/16", None),
    ("Action urgente 13/16", "UA 13/16", None),
    ("Action urgente n° 13/16", "UA 13/16", None),
    ("Acción urgente 13/16", "UA 13/16", None),
    ("Acción urgente (AU) 13/16", "UA 13/16", None),
    ("Amnesty International, urgent action 13/2016", "UA 13/16", None),
    ("Amnistía Internacional, AU 13/16", "UA 13/16", None),
    ("Further information on UA 13/16", "UA 13/16", None),
    ("Second further information on UA: 13/16", "UA 13/16", 2),
    ("Informations complémentaires sur l'AU 13/16", "UA 13/16", None),
    ("Información complementaria sobre la AU 13/16", "UA 13/16", None),
    ("First UA: 13/16", "UA 13/16", None),
    ("Second UA: 13/16 Tunisia", "UA 13/16", 1),
    ("Troisième AU: 13/16", "UA 13/16", 2),
    ("UA 77/89", "UA 77/89", None),
    ("AFR 01/3089/2020", "AFR 01/3089/2020", None),
    ("afr 01 / 3089 / 2020", "AFR 01/3089/2020", None),
    ("AI Index: MDE 13/001/2006", "MDE 13/001/2006", None),
    ("Index: MDE 13/1234/2016", "MDE 13/1234/2016", None),
    ("https://www.amnesty.org/en/documents/mde13/1234/2016/en/", "MDE 13/1234/2016", None),
    ("MDE1312342016ENGLISH.pdf", "MDE 13/1234/2016", None),
]
OTHERS = [
    ("Application no. 12345/20", COURT, "ECTHR 12345/20"),
    ("Application No. 12345/2020 (European Court of Human Rights)", COURT, "ECTHR 12345/20"),
    ("requête n° 12345/20", COURT, "ECTHR 12345/20"),
    ("requête nº\u00a012345/20 devant la CEDH", COURT, "ECTHR 12345/20"),
    ("demanda n.º 12345/20 ante el TEDH", COURT, "ECTHR 12345/20"),
    ("ECHR, app. no. 45/20", COURT, "ECTHR 45/20"),
    ("hudoc appno:[%2212345/20%22]", COURT, "ECTHR 12345/20"),
    ("African Court, Application No. 001/2017", COURT, "AFCHPR 001/2017"),
    ("Cour africaine, requête n° 1/2017", COURT, "AFCHPR 001/2017"),
    ("Inter-American Commission, Case 12.345", COURT, "IACHR CASE 12.345"),
    ("CIDH, Caso 12.345", COURT, "IACHR CASE 12.345"),
    ("CIDH, petición 123-20", COURT, "IACHR PETITION 123-20"),
    ("IACHR petition P-123-20", COURT, "IACHR PETITION 123-20"),
    ("Communication 275/03", ACHPR, "ACHPR 275/03"),
    ("Communication No. 275/2003 before the African Commission", ACHPR, "ACHPR 275/03"),
    ("CADHP, communication n° 275/03", ACHPR, "ACHPR 275/03"),
    ("ACHPR 275/03", ACHPR, "ACHPR 275/03"),
    ("alertPK=64791112", COE, "alertPK=64791112"),
    ("https://www.coe.int/en/web/media-freedom/detail-alert?p_p_id=x&_sojdashboard_WAR_alertPK=64791112", COE, "alertPK=64791112"),
    ("https://fom.coe.int/en/alerte/detail/64791112", COE, "alertPK=64791112"),
    ("Platform for the Safety of Journalists, alert no. 64791112", COE, "alertPK=64791112"),
    ("Plateforme du Conseil de l'Europe, alerte n° 64791112", COE, "alertPK=64791112"),
    ("Council of Europe, alert No. 165/2022", COE, "COE ALERT 165/2022"),
    ("CCPR/C/131/D/2536/2015", DOC, "CCPR/D/2536/2015"),
    ("CCPR/C/119/D/2536/2015", DOC, "CCPR/D/2536/2015"),
    ("Human Rights Committee, communication No. 2536/2015", DOC, "CCPR/D/2536/2015"),
    ("Comité contre la torture, communication n° 801/2017", DOC, "CAT/D/801/2017"),
    ("CAT/C/66/D/801/2017", DOC, "CAT/D/801/2017"),
    ("E/C.12/66/D/52/2018", DOC, "CESCR/D/52/2018"),
    ("CED/C/20/D/4/2020", DOC, "CED/D/4/2020"),
    ("Urgent action 123/2016", DOC, "CED/UA/123/2016"),
    ("the Committee on Enforced Disappearances, UA No. 1234/2021", DOC, "CED/UA/1234/2021"),
    ("Comité des disparitions forcées, action urgente n° 1234/2021", DOC, "CED/UA/1234/2021"),
    ("IACHR, Resolution No. 38/22, PM 506-22", PM, "IACHR RESOLUTION 38/2022"),
]  # fmt: skip
COVERING_MANY = [
    ("OL TUN 4/2026", UN, "TUN 4/2026"),
    ("JOL TUN 4/2026", UN, "TUN 4/2026"),
    ("Opinions Nos. 22/2020 and 23/2020", WGAD, "WGAD/2020/22"),
    ("A/HRC/48/28, annex II", DOC, "A/HRC/48/28"),
    ("A/HRC/48/28/Add.1", DOC, "A/HRC/48/28"),
    ("ACHPR/Res.273 (LV) 2014", ACHPR, "ACHPR/RES.273"),
    ("CADHP/Rés. 273 (LV) 2014", ACHPR, "ACHPR/RES.273"),
    ("CIDH, Resolución 1/2020 sobre la pandemia", PM, "IACHR RESOLUTION 1/2020"),
    ("Inter-American Court, Series C No. 123", COURT, "SERIES C 123"),
    ("POL 10/3202/2021", AI, "POL 10/3202/2021"),
    ("Amnesty's annual report, AFR 01/3089/2020", AI, "AFR 01/3089/2020"),
    ("OBS 064", OBS, "OBS 064"),
]

QUOTED = [
    *((text, UN, key, None) for text, key in LETTERS),
    *((text, WGAD, "WGAD/2020/22", None) for text in OPINIONS),
    *((text, PM, "PM 506-22", None) for text in MEASURES),
    *((text, OBS, key, update) for text, key, update in OBSERVATORY),
    *((text, AI, key, update) for text, key, update in AMNESTY),
    *((text, scheme, key, None) for text, scheme, key in OTHERS + COVERING_MANY),
]


@pytest.mark.parametrize(("text", "scheme", "key", "update"), QUOTED, ids=[q[0] for q in QUOTED])
def test_the_number_is_found_whatever_its_form(text: str, scheme: str, key: str, update: int | None) -> None:
    for sentence in (text, f"It is about {text}; nothing more.", f"({text})"):
        found = {n: n.update for n in references_in(sentence)}
        assert found.get(CaseNumber(scheme, key), "not found") == update


@pytest.mark.parametrize(("text", "scheme", "key"), COVERING_MANY, ids=[c[0] for c in COVERING_MANY])
def test_a_number_that_covers_many_cases_identifies_none(text: str, scheme: str, key: str) -> None:
    assert [(n.key, n.identifies) for n in references_in(text) if n.scheme == scheme] == [(key, False)]


@pytest.mark.parametrize("quoted", QUOTED, ids=[q[0] for q in QUOTED])
def test_nothing_else_is_read_into_it(quoted: tuple[str, str, str, int | None]) -> None:
    others = {n.key for n in references_in(quoted[0])} - {quoted[2]}
    assert others <= {"PM 506-22"}


def test_numbers_of_several_procedures_are_told_apart_in_one_text() -> None:
    text = (
        "Amnesty International issued UA 13/26. The Committee on Enforced Disappearances registered urgent action "
        "1234/2026, the IACHR granted MC 409-26 and the Special Rapporteur sent AL MEX 4/2026; see A/HRC/WGAD/2026/22."
    )
    assert [n.key for n in references_in(text)] == [
        "UA 13/26",
        "PM 409-26",
        "MEX 4/2026",
        "CED/UA/1234/2026",
        "WGAD/2026/22",
    ]
