"""On paper: the brief and a case in both languages, read in the order in which they are meant, Arabic names too."""

import io
import shutil
import subprocess
from ctypes.util import find_library
from pathlib import Path

import pytest
from pypdf import PdfReader

from databases import NOW
from operating import House
from operations import ARABIC, operations, reference_of
from reviewing import BROTHER, PERSIAN
from stage import Stage
from tocsin.console.access.viewer import Role
from tocsin.console.brief import drawing
from tocsin.console.brief.words import LANGUAGES, words
from tocsin.runtime.isolates import isolated
from web_client import ask

pytestmark = pytest.mark.skipif(
    find_library("pangoft2-1.0") is None, reason="Pango is not installed: apt-get install libpangoft2-1.0-0"
)
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)
TODAY = NOW.date()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return operations(tmp_path, Stage())


def printed(house: House, path: str, language: str) -> bytes:
    account = house.account("officer-1", Role.DUTY_OFFICER)
    cookie = f"tocsin-console-session={house.session(account)}"
    sep = "&" if "?" in path else "?"
    answer = ask(house.app, f"{path}{sep}lang={language}", base="http://localhost:0", headers={"cookie": cookie})
    assert answer.status_code == 200, answer.text
    return answer.content


def read(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def stand_in_order(text: str, *expected: object) -> None:
    at = 0
    for each in expected:
        found = text.find(" ".join(str(each).split()), at)
        assert found >= 0, f"“{each}” is not there, or too early"
        at = found


@IN_BOTH
def test_the_brief_of_a_quarter(house: House, language: str, tmp_path: Path) -> None:
    pdf = printed(house, "/brief.pdf?from=2026-10-01&to=2026-12-31", language)
    text, said = read(pdf), words(language)
    parts = ("months", "states", "reporters", "first_acts", "replies", "detention")
    stand_in_order(text, said("brief.title"), said("brief.lead"), *(said(f"section.{part}") for part in parts))
    assert said("brief.choose") not in text, "what only a screen needs is not printed"
    can_be_drawn(pdf, tmp_path)


@IN_BOTH
def test_a_case_names_nobody(house: House, language: str, tmp_path: Path) -> None:
    reference = reference_of(house, BROTHER)
    pdf = printed(house, f"/brief/cases/{reference}/brief.pdf?mandate=UN-WGAD", language)
    text, said = read(pdf), words(language)
    stand_in_order(text, reference, said("case.facts"), "Iran", said("case.acted"), said("case.careful"))
    assert PERSIAN not in text
    assert "Shahrz" not in text
    can_be_drawn(pdf, tmp_path)


@IN_BOTH
@pytest.mark.parametrize("name", [ARABIC, PERSIAN])
def test_a_name_that_runs_from_right_to_left_moves_nothing_around_it(language: str, name: str) -> None:
    page = drawing.period_page(None, drawing.last_quarter(TODAY).first, language)
    line = f"<p>ab (12) {isolated(name, marked=False).html} 34:56 [c]</p>"
    assert f"ab (12) {name} 34:56 [c]" in read(drawing.as_pdf(page.replace("</article>", f"{line}</article>")))


def can_be_drawn(pdf: bytes, folder: Path) -> None:
    """Where a program that draws it is installed."""
    if program := shutil.which("pdftoppm"):
        (folder / "paper.pdf").write_bytes(pdf)
        subprocess.run([program, "-r", "50", "-png", folder / "paper.pdf", folder / "page"], check=True, timeout=60)
        assert all(picture.stat().st_size > 1_000 for picture in folder.glob("page*.png"))
