"""Every sentence of the pages of signing in is there in English and French, and each that is there is used."""

import re
from pathlib import Path

import pytest

from tocsin.console.access.pages import CATALOGUES, HERE
from tocsin.console.access.viewer import Role
from tocsin.console.access.visits import LANGUAGES
from tocsin.runtime.catalogues import missing, read
from tocsin.runtime.pages.drawing import TEMPLATES

COMPOSED = {
    *(f"role.{role}" for role in Role),
    *(f"notice.{notice}" for notice in ("stale", "refused", "unproved", "away", "many", "invitation")),
    *(f"{page}.{part}" for page in ("missing", "stale") for part in ("title", "text")),
}


def keys(language: str) -> set[str]:
    return {str(m.id) for m in read(CATALOGUES / language / "access.po", language) if m.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_sentence(language: str) -> None:
    assert missing(CATALOGUES, language) == []
    assert keys(language) == keys("en")


def test_every_sentence_is_used_and_every_one_that_is_used_is_there() -> None:
    text = "\n".join(Path(file).read_text() for file in [*HERE.glob("templates/*.html"), *TEMPLATES.glob("*.html")])
    asked = set(re.findall(r'\bt\("([^"]+)"[,)]', text))
    assert asked | COMPOSED == keys("en")
