"""Words are found by key and language, every fact put in stands apart, and dates are in UTC and by the reader's clock."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tocsin.runtime.catalogues import Words, catalogue, languages, missing
from tocsin.runtime.isolates import Said, isolated, joined

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
FORMS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
EN = """msgid "greet"
msgstr "Good day, {name}, of {place}"

msgid "cases"
msgid_plural "cases"
msgstr[0] "{count} case"
msgstr[1] "{count} cases"

msgid "only.english"
msgstr "Only here"
"""
AR = """msgid "greet"
msgstr "تحية إلى {name} من {place}"

msgid "cases"
msgid_plural "cases"
msgstr[0] "لا حالات"
msgstr[1] "حالة"
msgstr[2] "حالتان"
msgstr[3] "{count} حالات"
msgstr[4] "{count} حالة"
msgstr[5] "{count} حالة"
"""
AT = datetime(2026, 11, 24, 14, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for language, text in (("en", EN), ("ar", AR)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "some.po").write_text(HEAD.format(plural=FORMS[language]) + text, "utf-8")
    return tmp_path


def words(language: str) -> Words:
    return catalogue(Path(__file__).parents[3] / "services" / "tocsin" / "runtime" / "words", language)


def test_a_message_is_found_in_its_language_else_in_english_and_what_is_lacking_is_known(folder: Path) -> None:
    arabic = catalogue(folder, "ar")
    assert (arabic.language, arabic.dir, arabic("only.english")) == ("ar", "rtl", "Only here")
    assert missing(folder, "ar") == ["only.english"]
    assert languages(folder) == ("ar", "en")
    for absent in ("sw", "../en", "", "EN"):
        assert catalogue(folder, absent).language == "en"
    with pytest.raises(KeyError):
        arabic("no.such")
    with pytest.raises(KeyError):
        arabic.many("no.such", 2)
    with pytest.raises(KeyError):
        arabic("greet", name="x")


def test_two_files_with_one_key_are_refused(folder: Path) -> None:
    (folder / "en" / "twice.po").write_text(HEAD.format(plural=FORMS["en"]) + EN, "utf-8")
    with pytest.raises(ValueError, match="two files"):
        catalogue(folder, "en")


def test_a_number_takes_the_form_of_the_language(folder: Path) -> None:
    arabic, english = catalogue(folder, "ar"), catalogue(folder, "en")
    assert [arabic.many("cases", n) for n in (0, 1, 2, 3, 11, 100)] == [
        *("لا حالات", "حالة", "حالتان", "3 حالات", "11 حالة", "100 حالة")
    ]
    assert [english.many("cases", n) for n in (0, 1, 2)] == ["0 cases", "1 case", "2 cases"]


def test_each_fact_stands_apart_in_html_and_in_text_that_runs_from_right_to_left(folder: Path) -> None:
    said = catalogue(folder, "ar")("greet", name="<Afi>", place="Lomé")
    assert said == "تحية إلى \u2068<Afi>\u2069 من \u2068Lomé\u2069"
    assert said.__html__() == "تحية إلى <bdi>&lt;Afi&gt;</bdi> من <bdi>Lomé</bdi>"
    assert catalogue(folder, "en")("greet", name="Afi", place="Lomé") == "Good day, Afi, of Lomé"
    assert catalogue(folder, "ar").plain("greet", name="Afi", place="Lomé") == "تحية إلى Afi من Lomé"


@pytest.mark.parametrize(
    "hostile",
    ["\u2069 out", "\u202eturned", "\u200f", "{place}", "{0}", "{name.__class__}", "</bdi><b>", "\u2066\u2067"],
)
def test_a_fact_can_neither_leave_its_isolate_nor_fill_another(folder: Path, hostile: str) -> None:
    said = catalogue(folder, "ar")("greet", name=hostile, place="Lomé")
    assert (said.count("\u2068"), said.count("\u2069")) == (2, 2)
    assert not set(said) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f\u061c")
    assert said.html.count("<") == 4
    assert said.count("Lomé") == 1


def test_pieces_keep_their_marks_in_a_row_and_a_piece_is_not_isolated_twice() -> None:
    inner = isolated("Lomé", marked=True, language="fr")
    assert inner.html == '<bdi lang="fr">Lomé</bdi>'
    assert isolated(inner, marked=True) is inner
    assert joined([inner, "<x>"], ", ").html == '<bdi lang="fr">Lomé</bdi>, &lt;x&gt;'
    assert Said("<x>").__html__() == "&lt;x&gt;"


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("en", "UTC", "24 November 2026, 14:00 UTC"),
        ("en", "Africa/Lome", "24 November 2026, 14:00 UTC"),
        ("en", "Africa/Tunis", "24 November 2026, 14:00 UTC (15:00 Tunis time)"),
        ("en", "Pacific/Auckland", "24 November 2026, 14:00 UTC (25 November 2026, 03:00 Auckland time)"),
        ("fr", "Africa/Tunis", "24 novembre 2026 à 14:00 UTC (15:00 heure locale, Tunis)"),
        ("es", "Africa/Tunis", "24 de noviembre de 2026 a las 14:00 UTC (15:00 hora local, Túnez)"),
        ("ru", "Africa/Tunis", "24 ноября 2026 г., 14:00 UTC (15:00 по местному времени, Тунис)"),
        ("pt", "Africa/Tunis", "24 de novembro de 2026 às 14:00 UTC (15:00 hora local, Túnis)"),
        ("en", "Etc/GMT+3", "24 November 2026, 14:00 UTC (11:00 GMT+3 time)"),
    ],
)
def test_an_instant_is_in_utc_and_by_the_readers_clock(language: str, zone: str, text: str) -> None:
    assert words(language).instant(AT, zone).replace("\u202f", " ") == text


def test_an_instant_in_arabic_has_both_names_of_the_month_and_isolates() -> None:
    told = words("ar").instant(AT, "Africa/Tunis")
    assert told.replace("\u2068", "").replace("\u2069", "") == (
        "24 تشرين الثاني/نوفمبر 2026، الساعة 14:00 UTC (15:00 بتوقيت تونس)"
    )
    assert "<bdi>15:00</bdi>" in told.html


@pytest.mark.parametrize(
    ("language", "first", "month"),
    [
        ("en", "1 November 2026", "November 2026"),
        ("fr", "1er novembre 2026", "novembre 2026"),
        ("es", "1 de noviembre de 2026", "noviembre de 2026"),
        ("ar", "1 تشرين الثاني/نوفمبر 2026", "تشرين الثاني/نوفمبر 2026"),
        ("ru", "1 ноября 2026 г.", "ноябрь 2026 г."),
        ("pt", "1 de novembro de 2026", "novembro de 2026"),
    ],
)
def test_days_and_months_are_written_as_the_language_does(language: str, first: str, month: str) -> None:
    spoken = words(language)
    assert spoken.day(date(2026, 11, 1)).replace("\u202f", " ") == first
    assert spoken.month(date(2026, 11, 1)).replace("\u202f", " ") == month


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (["2026-11-20"], "20 November 2026"),
        (["2026-11", "2026-11-20"], "20 November 2026"),
        (["2026-11-20", "2026-11-21~"], "20 November 2026; about 21 November 2026"),
        (["2026-03-09/2026-03-11"], "9 March 2026 to 11 March 2026"),
        (["2026-03~"], "about March 2026"),
        (["2026"], "2026"),
        ([], ""),
    ],
)
def test_dates_keep_their_precision(values: list[str], text: str) -> None:
    assert words("en").dates(values) == text
