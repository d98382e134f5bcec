"""The draft of a mapping, measured on invented spreadsheets of five languages, as offices keep them.

Headers are not those of ``headers.toml`` word by word: columns that lead nowhere, and unusual names, are among them.
``None``: the column must not be used.
"""

import tomllib
from itertools import starmap
from pathlib import Path

import pytest

from spreadsheets import a_csv
from tocsin.importing.mapping.drafting import draft
from tocsin.importing.mapping.file import Mapping
from tocsin.importing.mapping.suggesting import Guess, suggest
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import Sheet, open_sheet

REF, NAME, TYPES, DATE = "publisher_reference", "victim.name", "violation.types", "violation.date"
COUNTRY, PLACE, TEXT, GENDER = "violation.country", "violation.place", "narrative", "victim.gender"
Column = tuple[str, str | None, list[str]]
SHEETS: dict[str, list[Column]] = {
    "en-register": [
        ("Case #", REF, ["HRD/26/01", "HRD/26/02", "HRD/26/03"]),
        ("Received", "received_at", ["21/11/2026", "22/11/2026", "03/12/2026"]),
        ("Full name of HRD", NAME, ["Tamsin Marvelle", "Arsène Dupneu", "Bérénice Okoudjo"]),
        ("Sex (M/F)", GENDER, ["F", "M", "F"]),
        ("Job", "victim.occupations", ["lawyer", "journalist", "Trade unionist"]),
        ("Violation type(s)", TYPES, ["arrest; torture", "death threats", "arrest"]),
        ("Incident date", DATE, ["20/11/2026", "14/11/2026", "01/12/2026"]),
        ("Country", COUNTRY, ["Togo", "Benin", "Côte d'Ivoire"]),
        ("Town / city", PLACE, ["Lomé", "Cotonou", "Abidjan"]),
        ("Alleged perpetrators", "violation.authorities", ["police", "unknown", "gendarmerie"]),
        ("Consent to share with mechanisms", "consent.mechanisms.share", ["yes", "yes", "no"]),
        ("Consent - Government", "consent.government", ["no", "no", ""]),
        ("Consent - public report", "consent.public", ["yes", "no", ""]),
        ("Summary of facts", TEXT, ["Arrested at her office in the morning.", "Calls at night with threats.", "Taken away."]),
        ("Staff initials", None, ["KA", "KA", "MB"]),
    ],
    "en-short": [
        ("ID", REF, ["1", "2", "3"]),
        ("First name", "victim.name", ["Tamsin", "Arsène", "Bérénice"]),
        ("Surname", "victim.name", ["Marvelle", "Dupneu", "Okoudjo"]),
        ("DOB", "victim.birth", ["1980-01-02", "1975-05-06", "1990-11-12"]),
        ("Nationality", "victim.nationalities", ["Togo", "Benin", "France"]),
        ("What happened", None, ["x", "y", "z"]),
        ("Violations", TYPES, ["arrest", "threats", "raid"]),
        ("Date of arrest", "detention.arrested_on", ["2026-11-20", "", "2026-12-01"]),
        ("Date", DATE, ["2026-11-20", "2026-11-14", "2026-12-01"]),
        ("State", COUNTRY, ["TGO", "BEN", "CIV"]),
        ("Place of detention", "detention.place", ["Central prison", "", "Camp 3"]),
        ("Charges", "detention.charges", ["libel", "", "sedition"]),
        ("Current status", "victim.status", ["detained", "free", "detained"]),
        ("Description", TEXT, ["She was arrested at dawn by two men.", "He got messages from a hidden number.", "It is said that he was taken."]),
    ],
    "fr-registre": [
        ("N° dossier", REF, ["2026-001", "2026-002", "2026-003"]),
        ("Reçu le", "received_at", ["21/11/2026", "22/11/2026", "23/11/2026"]),
        ("Nom de famille", "victim.name", ["Marvelle", "Dupneu", "Okoudjo"]),
        ("Prénoms", "victim.name", ["Tamsin", "Arsène", "Bérénice"]),
        ("Sexe", GENDER, ["F", "H", "F"]),
        ("Profession", "victim.occupations", ["avocate", "syndicaliste", "journaliste"]),
        ("Droits défendus", "victim.topics", ["droits fonciers", "syndicats", "liberté d'expression"]),
        ("Nature des violations", TYPES, ["arrestation; torture", "menaces de mort", "agression"]),
        ("Date des faits", DATE, ["20/11/2026", "14/11/2026", "12/11/2026"]),
        ("Pays", COUNTRY, ["Togo", "Bénin", "RDC"]),
        ("Lieu", PLACE, ["Lomé", "Cotonou", "Goma"]),
        ("Auteurs présumés", "violation.authorities", ["police", "inconnus", "militaires"]),
        ("Source", "source.relation", ["famille", "ONG", "avocat"]),
        ("Contact de la source", "source.contact", ["a@ligue.example", "b@ligue.example", "c@ligue.example"]),
        ("Résumé des faits", TEXT, ["Arrêtée à son bureau par deux hommes.", "Des appels de nuit, et des menaces.", "Battu devant sa maison."]),
        ("Suivi par", None, ["K.", "K.", "M."]),
    ],
    "fr-consentement": [
        ("Réf.", REF, ["A1", "A2", "A3"]),
        ("Victime", NAME, ["Tamsin Marvelle", "Arsène Dupneu", "Bérénice Okoudjo"]),
        ("Type d'atteinte", TYPES, ["détention arbitraire", "surveillance", "censure"]),
        ("Date de l'incident", DATE, ["2026-11-20", "2026-11-14", "2026-11-12"]),
        ("Pays concerné", COUNTRY, ["Tunisie", "Algérie", "Maroc"]),
        ("Date de libération", "detention.released_on", ["2026-11-25", "", ""]),
        ("Prochaine audience", "detention.next_hearing", ["2026-12-05", "", ""]),
        ("Accord de la victime", "consent.mechanisms", ["oui", "oui", "non"]),
        ("Accord transmission gouvernement", "consent.government", ["non", "non", ""]),
        ("Accord publication", "consent.public", ["oui", "non", ""]),
        ("Degré d'urgence", "risk.urgency", ["élevée", "moyenne", "faible"]),
        ("Vérification", "verification.certainty", ["confirmé", "probable", "probable"]),
        ("Les faits", TEXT, ["Placée en détention sans mandat.", "Suivi depuis une semaine.", "Son site a été bloqué."]),
    ],
    "es-registro": [
        ("Nº de caso", REF, ["C-01", "C-02", "C-03"]),
        ("Fecha de recepción", "received_at", ["21/11/2026", "22/11/2026", "03/12/2026"]),
        ("Nombre de la persona defensora", NAME, ["Tamsin Marvelle", "Arsenio Dupneu", "Berenice Okoudjo"]),
        ("Género", GENDER, ["mujer", "hombre", "mujer"]),
        ("Ocupación", "victim.occupations", ["abogada", "líder social", "periodista"]),
        ("Tipo de agresión", TYPES, ["amenazas; vigilancia", "asesinato", "detención"]),
        ("Fecha de los hechos", DATE, ["20/11/2026", "14/11/2026", "12/11/2026"]),
        ("País", COUNTRY, ["Colombia", "Honduras", "México"]),
        ("Municipio", PLACE, ["Villanueva", "San Telmo", "Río Claro"]),
        ("Departamento", "violation.administrative_area", ["Norte", "Sur", "Este"]),
        ("Presunto responsable", "violation.authorities", ["policía", "grupo armado", "ejército"]),
        ("Organización", "victim.organisation", ["Red Azul", "Red Azul", "Casa Común"]),
        ("Relato de los hechos", TEXT, ["Fue amenazada por teléfono.", "Lo mataron en su casa.", "La detuvieron en la calle."]),
        ("Observaciones", None, ["-", "-", "-"]),
    ],
    "es-situacion": [
        ("Código del caso", REF, ["K1", "K2", "K3"]),
        ("Nombres", "victim.name", ["Tamsin", "Arsenio", "Berenice"]),
        ("Apellidos", "victim.name", ["Marvelle", "Dupneu", "Okoudjo"]),
        ("Fecha de nacimiento", "victim.birth", ["02/01/1980", "16/05/1975", "12/11/1990"]),
        ("Situación actual de la víctima", "victim.status", ["detenida", "libre", "en el exilio"]),
        ("Tipo de violación", TYPES, ["detención arbitraria", "tortura", "desalojo"]),
        ("Fecha", DATE, ["20/11/2026", "14/11/2026", "12/11/2026"]),
        ("Estado responsable", COUNTRY, ["Nicaragua", "Venezuela", "Cuba"]),
        ("Coordenadas", "violation.position", ["12.1364, -86.2514", "10.48, -66.90", "23.11, -82.36"]),
        ("Consentimiento", "consent.mechanisms", ["sí", "sí", "no"]),
        ("Consentimiento gobierno", "consent.government", ["no", "no", "no"]),
        ("Consentimiento publicación", "consent.public", ["no", "sí", "no"]),
        ("Fuente", "source.relation", ["familiar", "organización", "abogado"]),
        ("Descripción", TEXT, ["Detenida por agentes sin orden.", "Torturado en un centro oficial.", "Desalojada con su familia."]),
    ],
    "ar-register": [
        ("رقم الحالة", REF, ["أ-1", "أ-2", "أ-3"]),
        ("تاريخ البلاغ", "received_at", ["2026-11-21", "2026-11-22", "2026-11-23"]),
        ("اسم الضحية", NAME, ["سلمى الوردي", "كريم الزاهر", "نوال البحري"]),
        ("الجنس", GENDER, ["أنثى", "ذكر", "أنثى"]),
        ("المهنة", "victim.occupations", ["محامية", "صحفي", "طبيبة"]),
        ("نوع الانتهاك", TYPES, ["اعتقال تعسفي", "تهديد", "مداهمة"]),
        ("تاريخ الواقعة", DATE, ["2026-11-20", "2026-11-14", "2026-11-12"]),
        ("البلد", COUNTRY, ["تونس", "مصر", "الجزائر"]),
        ("المدينة", PLACE, ["مدينة أولى", "مدينة ثانية", "مدينة ثالثة"]),
        ("الجهة المسؤولة", "violation.authorities", ["الشرطة", "مجهولون", "الأمن"]),
        ("موافقة الضحية", "consent.mechanisms", ["نعم", "نعم", "لا"]),
        ("ملخص الوقائع", TEXT, ["اعتقلت في مكتبها صباحا دون أمر قضائي.", "تلقى مكالمات تهديد ليلا.", "داهموا بيتها."]),
        ("ملاحظات", None, ["-", "-", "-"]),
    ],
    "ar-detention": [
        ("المرجع", REF, ["1", "2", "3"]),
        ("الاسم الكامل", NAME, ["سلمى الوردي", "كريم الزاهر", "نوال البحري"]),
        ("تاريخ الميلاد", "victim.birth", ["1980", "1975", "1990"]),
        ("الجنسية", "victim.nationalities", ["تونس", "مصر", "الجزائر"]),
        ("الانتهاكات", TYPES, ["تعذيب؛ اعتقال", "اختفاء قسري", "منع السفر"]),
        ("التاريخ", DATE, ["20/11/2026", "14/11/2026", "12/11/2026"]),
        ("الدولة", COUNTRY, ["تونس", "مصر", "الجزائر"]),
        ("تاريخ الاعتقال", "detention.arrested_on", ["20/11/2026", "", ""]),
        ("مكان الاحتجاز", "detention.place", ["السجن المركزي", "", ""]),
        ("التهم الموجهة", "detention.charges", ["التشهير", "", ""]),
        ("وضع الضحية", "victim.status", ["محتجزة", "حر", "حر"]),
        ("صلة المصدر بالضحية", "source.relation", ["العائلة", "محامي", "منظمة"]),
        ("الوصف", TEXT, ["عذبت أثناء التحقيق معها في المركز.", "اختفى بعد خروجه من بيته.", "منعت من السفر."]),
    ],
    "ru-register": [
        ("Номер дела", REF, ["Д-1", "Д-2", "Д-3"]),
        ("Дата получения сообщения", "received_at", ["21.11.2026", "22.11.2026", "23.11.2026"]),
        ("ФИО пострадавшего", NAME, ["Вера Лугова", "Илья Камнев", "Анна Речная"]),
        ("Пол", GENDER, ["ж", "м", "ж"]),
        ("Профессия", "victim.occupations", ["адвокат", "журналист", "врач"]),
        ("Вид нарушения", TYPES, ["задержание; обыск", "угрозы", "увольнение"]),
        ("Дата события", DATE, ["20.11.2026", "14.11.2026", "12.11.2026"]),
        ("Страна", COUNTRY, ["Казахстан", "Армения", "Грузия"]),
        ("Город", PLACE, ["Первый", "Второй", "Третий"]),
        ("Область", "violation.administrative_area", ["Северная", "Южная", "Восточная"]),
        ("Предполагаемый исполнитель", "violation.authorities", ["полиция", "неизвестные", "администрация"]),
        ("Согласие на передачу", "consent.mechanisms.share", ["да", "да", "нет"]),
        ("Согласие на публикацию", "consent.public", ["нет", "да", "нет"]),
        ("Краткое изложение обстоятельств", TEXT, ["Задержана дома рано утром.", "Получал угрозы по телефону.", "Уволена без причины."]),
        ("Примечания", None, ["-", "-", "-"]),
    ],
    "ru-short": [
        ("№", REF, ["1", "2", "3"]),
        ("Имя", "victim.name", ["Вера", "Илья", "Анна"]),
        ("Фамилия", "victim.name", ["Лугова", "Камнев", "Речная"]),
        ("Дата рождения", "victim.birth", ["02.01.1980", "16.05.1975", "12.11.1990"]),
        ("Гражданство", "victim.nationalities", ["Казахстан", "Армения", "Грузия"]),
        ("Нарушения", TYPES, ["пытки", "слежка", "цензура"]),
        ("Дата нарушения", DATE, ["20.11.2026", "14.11.2026", "12.11.2026"]),
        ("Государство", COUNTRY, ["Казахстан", "Армения", "Грузия"]),
        ("Место содержания под стражей", "detention.place", ["СИЗО", "", ""]),
        ("Статья обвинения", "detention.charges", ["клевета", "", ""]),
        ("Дата следующего заседания", "detention.next_hearing", ["05.12.2026", "", ""]),
        ("Источник", "source.relation", ["семья", "адвокат", "НПО"]),
        ("Срочность", "risk.urgency", ["срочно", "средняя", "низкая"]),
        ("Описание", TEXT, ["Пытали током в отделении полиции.", "За ней следят уже месяц.", "Сайт заблокирован."]),
    ],
}  # fmt: skip


def _suggested(name: str, path: Path) -> tuple[Sheet, list[Guess], list[str]]:
    columns = SHEETS[name]
    sheet = open_sheet(
        a_csv(path / f"{name}.csv", zip(*(c[2] for c in columns), strict=True), [c[0] for c in columns]), FileForm()
    )
    return sheet, *suggest(sheet.headers, [row.cells for row in sheet.records()])


def _right(name: str, path: Path) -> dict[str, bool]:
    _, guesses, _ = _suggested(name, path)
    found = {column: guess.target for guess in guesses for column in guess.columns}
    return {header: found.get(" ".join(header.split())) == wanted for header, wanted, _ in SHEETS[name]}


def test_nine_columns_of_ten_are_recognised(tmp_path: Path) -> None:
    judged = {(name, header): right for name in SHEETS for header, right in _right(name, tmp_path).items()}
    wrong = [place for place, right in judged.items() if not right]
    assert 1 - len(wrong) / len(judged) >= 0.9, wrong


@pytest.mark.parametrize("name", SHEETS)
def test_no_sheet_falls_far_behind(tmp_path: Path, name: str) -> None:
    right = _right(name, tmp_path)
    assert sum(right.values()) / len(right) >= 0.75, [header for header, found in right.items() if not found]


def _said(line: str) -> str:
    """As a person answers: a yes to what was asked is consent, another word is one of the other acts."""
    word = "granted" if line.startswith(('"yes"', '"oui"', '"sí"', '"نعم"', '"да"')) else "other"
    return line.replace("SAY-WHO", "ACHPR-SRHRD").replace('= ""', f'= "{word}"' if "SAY THIS" in line else '= ""')


@pytest.mark.parametrize("name", SHEETS)
def test_a_draft_is_a_mapping_once_what_it_asks_is_said(tmp_path: Path, name: str) -> None:
    sheet, guesses, unused = _suggested(name, tmp_path)
    text = draft(Path("cases.csv"), sheet, guesses, unused)
    mapping = Mapping.model_validate(tomllib.loads("\n".join(map(_said, text.splitlines()))))
    assert {field.into for field in mapping.field} == {guess.target for guess in guesses}


@pytest.mark.parametrize("name", SHEETS)
def test_a_draft_holds_no_name_and_no_account(tmp_path: Path, name: str) -> None:
    sheet, guesses, unused = _suggested(name, tmp_path)
    text = draft(Path("cases.csv"), sheet, guesses, unused)
    private = {NAME, TEXT, "source.contact", "victim.birth"}
    for cell in (cell for _, target, cells in SHEETS[name] if target in private for cell in cells if cell):
        assert cell not in text


ORDERS = [
    (["20/11/2026", "03/04/2026"], 'dates = "day-first"    # proven by 1 of 2'),
    (["11/20/2026", "03/04/2026"], 'dates = "month-first"    # proven by 1 of 2'),
    (["03/04/2026", "05/06/2026"], "# SAY THIS: no date proves it"),
    (["20/11/2026", "11/20/2026"], "# SAY THIS: the dates contradict one another"),
    (["46346", "46347"], "excel_days = 1900"),
]


@pytest.mark.parametrize(("dates", "line"), ORDERS, ids=[o[1] for o in ORDERS])
def test_the_order_of_dates_is_written_only_if_it_is_proven(tmp_path: Path, dates: list[str], line: str) -> None:
    path = a_csv(tmp_path / "t.csv", list(starmap(lambda n, day: [str(n), day], enumerate(dates))), ["Ref", "Date"])
    sheet = open_sheet(path, FileForm())
    text = draft(path, sheet, *suggest(sheet.headers, [row.cells for row in sheet.records()]))
    assert line in text
    if "SAY THIS" in line:
        assert '\ndates = "' not in text


def test_separated_words_are_seen_and_unknown_ones_are_asked_for(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "t.csv", [["1", "arrest / torture"], ["2", "kidnap / arrest"]], ["Ref", "Violations"])
    sheet = open_sheet(path, FileForm())
    text = draft(path, sheet, *suggest(sheet.headers, [row.cells for row in sheet.records()]))
    assert 'split = "/"' in text
    assert '"kidnap" = ""    # SAY THIS' in text
    assert '"torture" = "torture"' in text
