"""Guarantee: whatever people read is said in every language, with the same facts in it, and nothing is left in English."""

import re
import shutil
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from mailing import a_letter
from tocsin.devtools.catalogues import FOLDERS, commented, english_of
from tocsin.mailer.writing import words as mail_words
from tocsin.mailer.writing.rendering import Rendering
from tocsin.runtime.catalogues import catalogue, languages, missing, read
from tocsin_schemas.deliveries import MailKind

LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru")
IN_TWO = ("en", "fr")
"""The languages of the intake's form, of the status page, of the brief, and of the console."""
FILES = [(folder, path.name) for folder in FOLDERS for path in sorted((folder / "en").glob("*.po"))]


def languages_of(folder: Path) -> tuple[str, ...]:
    return IN_TWO if folder.parent.name in {"form", "canary", "brief", "operator", "access"} else LANGUAGES


OTHERS = [(folder, name, language) for folder, name in FILES for language in languages_of(folder) if language != "en"]
SPOKEN = [(folder, language) for folder in FOLDERS for language in languages_of(folder)]
IDS = [f"{folder.parent.name}/{language}/{name}" for folder, name, language in OTHERS]
PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
SAME = {
    *("[URGENT]", "Amnesty International", "Amnesty International (UA …)", "Date", "Organisations", "Organisation"),
    *("Organisation internationale de la Francophonie", "OSCE", "Culture", "Police", "Gendarmerie", "Document"),
    *("Description", "embargo", "absences", "Absence {number}"),
}
"""Texts that another language has the same words for."""


def _arabic(n: int) -> int:
    return n if n < 3 else 3 if 3 <= n % 100 <= 10 else 4 if n % 100 >= 11 else 5


def _russian(n: int) -> int:
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2


PLURALS = {language: (2, lambda n: int(n != 1)) for language in ("en", "es", "fr", "pt")}
PLURALS |= {"ar": (6, _arabic), "ru": (3, _russian)}
"""How many forms a language has, and which of them counts ``n`` things; languages differ on none, so none is asked."""
SCRIPTS = {"ar": r"[\u0600-\u06ff]", "ru": r"[\u0400-\u04ff]"}
CONTROLS = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\r\n\t]")


def messages(folder: Path, language: str, name: str) -> dict[str, Message]:
    found = read(folder / language / name, language)
    return {key(message): message for message in found if message.id}


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def pairs(folder: Path, name: str, language: str) -> Iterator[tuple[Message, Message]]:
    """(English, other)."""
    english = messages(folder, "en", name)
    for said, message in messages(folder, language, name).items():
        if said in english:
            yield english[said], message


def test_every_package_with_words_has_them_in_all_its_languages() -> None:
    assert len(FOLDERS) >= 3
    for folder in FOLDERS:
        assert languages(folder) == languages_of(folder), folder
        assert [key for language in languages_of(folder) for key in missing(folder, language)] == []


@pytest.mark.parametrize(("folder", "name", "language"), OTHERS, ids=IDS)
def test_a_translation_has_the_keys_of_the_english_file_and_no_others(folder: Path, name: str, language: str) -> None:
    others = [said for said in messages(folder, language, name) if not said.startswith("original.")]
    assert others == list(messages(folder, "en", name)), (
        "what is quoted in its original language stands in this one alone"
    )


@pytest.mark.parametrize(("folder", "name", "language"), OTHERS, ids=IDS)
def test_a_translator_sees_the_english_text_as_it_is_now(folder: Path, name: str, language: str) -> None:
    text = (folder / language / name).read_text("utf-8")
    assert commented(text, english_of(folder / "en" / name)) == text, "run python -m tocsin.devtools.catalogues"


@pytest.mark.parametrize(("folder", "name", "language"), OTHERS, ids=IDS)
def test_a_translation_says_the_same_facts(folder: Path, name: str, language: str) -> None:
    wrong = []
    for english, other in pairs(folder, name, language):
        wanted = {fact for form in forms(english) for fact in PLACEHOLDER.findall(form)}
        told = [set(PLACEHOLDER.findall(form)) for form in forms(other)]
        may_lack = {"count"} if len(told) > 1 else set()  # "one case" needs no figure
        if set().union(*told) != wanted or any(wanted - may_lack - facts for facts in told):
            wrong.append(key(english))
    assert wrong == []


@pytest.mark.parametrize(("folder", "name", "language"), [*OTHERS, *((f, n, "en") for f, n in FILES)])
def test_numbers_take_the_forms_of_the_language(folder: Path, name: str, language: str) -> None:
    catalog, (number, form_of) = read(folder / language / name, language), PLURALS[language]
    plurals = [forms(message) for message in catalog if message.id and not isinstance(message.id, str)]
    if not plurals:
        return
    assert {len(found) for found in plurals} == {catalog.num_plurals} == {number}
    for count in (*range(1, 30), 100, 101, 102, 103, 111, 121, 1000):
        assert c2py(catalog.plural_expr)(count) == form_of(count), count


@pytest.mark.parametrize(("folder", "language"), SPOKEN)
def test_a_number_is_said_in_the_form_that_the_file_has_for_it(folder: Path, language: str) -> None:
    said, (_, form_of) = catalogue(folder, language), PLURALS[language]
    for path in sorted((folder / language).glob("*.po")):
        for message in read(path, language):
            for count in (1, 2, 3, 5, 11, 21, 1_000_000) if message.id and message.pluralizable else ():
                assert said.many(key(message), count) == forms(message)[form_of(count)].format(
                    count=said.foreign(count)
                )


@pytest.mark.parametrize(("folder", "name", "language"), OTHERS, ids=IDS)
def test_nothing_is_left_in_english_or_in_a_script_of_another_language(folder: Path, name: str, language: str) -> None:
    left, foreign = [], []
    for english, other in pairs(folder, name, language):
        for form in forms(other):
            letters = re.sub(r"[\W\d_]|UTC|UA|AL", "", PLACEHOLDER.sub("", form))
            if form in forms(english) and letters and form not in SAME:
                left.append(form)
            wrong = [s for lang, s in SCRIPTS.items() if lang != language and re.search(s, form)]
            right = SCRIPTS.get(language)
            if wrong or (right and letters and not re.search(right, form)):
                foreign.append(form)
    assert (left, foreign) == ([], [])


@pytest.mark.parametrize(("folder", "language"), SPOKEN)
def test_a_text_brings_no_direction_of_its_own_and_no_stray_space(folder: Path, language: str) -> None:
    for path in (folder / language).glob("*.po"):
        for message in read(path, language):
            for form in forms(message) if message.id else []:
                assert not CONTROLS.search(form), key(message)
                assert "  " not in form
                assert form == form.strip() or key(message).startswith(("list.", "pages.comma", "comma")), key(message)


def test_a_language_is_added_by_adding_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "catalogues"
    shutil.copytree(mail_words.FOLDER, folder)
    for path in (folder / "en").glob("*.po"):
        text = re.sub(r"nplurals=2; plural=\(n != 1\);", "nplurals=1; plural=0;", path.read_text("utf-8"))
        text = re.sub(
            r'^(msgstr(?:\[0\])?) "(?=[^"])',
            r'\1 "中',
            text.replace("Language: en", "Language: zh"),
            flags=re.MULTILINE,
        )
        (folder / "zh").mkdir(exist_ok=True)
        (folder / "zh" / path.name).write_text(re.sub(r"^msgstr\[1\].*\n", "", text, flags=re.MULTILINE), "utf-8")
    assert "zh" in languages(folder)
    assert missing(folder, "zh") == []
    assert catalogue(folder, "zh").many("mail.mechanisms", 7) == "中7 mechanism"
    monkeypatch.setattr(mail_words, "FOLDER", folder)
    mail = Rendering("https://alerts.example", "tocsin.example")(a_letter(language="zh", kind=MailKind.ALERT))
    assert '<html lang="zh" dir="ltr">' in mail.html
    assert "2026年11月20日" in mail.text
    assert "多哥" in mail.text
