"""The pages for publishers: each in both languages, with the same snippets, and links that lead somewhere."""

import re
import subprocess
from itertools import zip_longest
from pathlib import Path

import pytest

from snippets import PAGES, snippets
from tocsin_schemas.problems import SENTENCES
from tocsin_schemas.topics import MAX_EVENT_BYTES

LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OUTSIDE = ("https://cloudevents.io", "https://github.com/confluentinc/librdkafka/pull/4895")


def text_of(language: str) -> str:
    return PAGES[language].read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    """As the forge makes them of headings outside snippets."""
    outside = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(outside))
    return {heading.strip().replace(" ", "-") for heading in plain}


def test_both_languages_show_the_same_snippets_in_the_same_order() -> None:
    for english, french in zip_longest(snippets("en"), snippets("fr")):
        assert english is not None
        assert french is not None
        assert (french.language, french.runs, french.needs) == (english.language, english.runs, english.needs)
        assert french.without_comments == english.without_comments, f"line {english.line}, and {french.line} in French"


@pytest.mark.parametrize("language", PAGES)
def test_every_link_of_a_page_leads_somewhere(language: str) -> None:
    page = PAGES[language]
    for link in LINK.findall(text_of(language)):
        if link.startswith("https://"):
            assert link in OUTSIDE
            continue
        name, _, anchor = link.partition("#")
        target = page if not name else (page.parent / name).resolve()
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("language", PAGES)
def test_the_codes_and_limits_of_a_page_are_those_of_the_contract(language: str) -> None:
    page = text_of(language)
    codes = set(re.findall(r"^\| `([a-z]+(?:-[a-z0-9]+)+)` \|", page, re.MULTILINE))
    assert len(codes) >= 6
    assert codes <= {*SENTENCES, "body-has-bom", "revision-conflict"}
    assert f"{MAX_EVENT_BYTES // 1024} K" in page.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("snippet", [s for s in snippets("en") if s.language == "sh"], ids=lambda s: f"line-{s.line}")
def test_a_snippet_for_the_shell_can_be_read_by_one(snippet: object) -> None:
    subprocess.run(["bash", "-n"], input=snippet.text.encode(), check=True)


@pytest.mark.parametrize("language", PAGES)
def test_a_page_names_only_invented_people_and_addresses(language: str) -> None:
    addresses = re.findall(r"[\w.-]+\.(?:org|com|net|int)\b", text_of(language))
    assert set(addresses) <= {"github.com"}
    assert "Tamsin Marvelle" in text_of(language)
    assert Path(__file__).parents[2].as_posix() not in text_of(language)
