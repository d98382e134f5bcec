"""The status page says whether each part works, and nothing else; anybody may keep it for half a minute."""

import re
from itertools import product
from pathlib import Path

import pytest

from databases import NOW
from tocsin.canary.status.app import create_app
from tocsin.canary.status.drawing import StatusPages
from tocsin.canary.telling import FOLDER, LANGUAGES
from tocsin.domain.watching import COMPONENTS, Standing
from tocsin.runtime.catalogues import catalogue, read
from tocsin.runtime.isolates import bare
from web_client import ask

PAGES = {"en": "index.html", "fr": "fr.html"}
ALL = dict.fromkeys(COMPONENTS, Standing.WORKING)


@pytest.fixture
def pages(tmp_path: Path) -> StatusPages:
    return StatusPages(tmp_path / "status")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize(("language", "standing"), list(product(LANGUAGES, Standing)))
def test_each_part_has_one_of_three_words_in_each_language(
    pages: StatusPages, language: str, standing: Standing
) -> None:
    said = catalogue(FOLDER, language)
    html = pages.draw(language, ALL | {"webhook": standing}, NOW, NOW)
    assert f'<html lang="{language}" dir="ltr">' in html
    shown = re.findall(r"<dt>(.*?)</dt><dd class=\"(\w+)\"><span[^>]*>.</span> (.*?)</dd>", html)
    assert shown == [
        (str(said(f"component.{name}")), one, str(said(f"standing.{one}")))
        for name, one in (ALL | {"webhook": standing}).items()
    ]
    assert str(said(f"whole.{standing}")) in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_number_in_it_but_those_of_times(pages: StatusPages, language: str) -> None:
    said = catalogue(FOLDER, language)
    text = bare(text_of(pages.draw(language, ALL, NOW, NOW)))
    assert not re.search(r"\d", text.replace(bare(said.instant(NOW)), ""))


def test_before_the_first_drill_it_says_so(pages: StatusPages) -> None:
    html = pages.draw("en", {}, None, NOW)
    assert "None has arrived since the watch began." in html
    assert "The watch has just begun." in html


def test_it_may_be_kept_for_half_a_minute_and_has_the_headers_of_every_page(pages: StatusPages, tmp_path: Path) -> None:
    pages.show(ALL, NOW, NOW)
    app = create_app(tmp_path / "status")
    for path in ("/", "/fr.html", "/ground.css", "/status.css", "/tocsin.svg"):
        answer = ask(app, path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=30"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        again = ask(app, path, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    assert ask(app, "/.index.html").status_code == ask(app, "/../canary.key").status_code == 404


def test_a_page_needs_no_script_no_inline_style_and_nothing_from_elsewhere(pages: StatusPages) -> None:
    html = pages.draw("en", ALL, NOW, NOW)
    assert "<script" not in html
    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_every_sentence_is_used() -> None:
    here = FOLDER.parent
    sources = "\n".join(path.read_text("utf-8") for path in (*here.rglob("*.py"), *here.rglob("*.html")))
    keys = {message.id for message in read(FOLDER / "en" / "status.po", "en") if message.id}
    composed = {f"component.{name}" for name in COMPONENTS}
    composed |= {f"{kind}.{one}" for kind in ("standing", "whole") for one in Standing} | {"whole.unknown"}
    assert {key for key in keys if f'"{key}"' not in sources} == composed
