"""Every sentence of the pages is there in six languages, and every sentence that is there is used."""

import re
from pathlib import Path

import pytest

from tocsin.console.recipient import own_sessions, pages, recording, subscribing, wishing
from tocsin.console.recipient.words import FOLDER, LANGUAGES, words
from tocsin.runtime.catalogues import missing, read
from tocsin.runtime.pages.drawing import TEMPLATES
from tocsin_schemas.answers import Answer, NotMineReason
from tocsin_schemas.directory import Role
from tocsin_schemas.vocabulary import Priority, ReferenceScheme

COMPOSED = {
    *(f"said.{answer}" for answer in Answer),
    *(f"reason.{reason}" for reason in NotMineReason),
    *(f"role.{role}" for role in Role),
    *(f"scheme.{scheme}" for scheme in ReferenceScheme),
    *(f"priority.{priority}" for priority in (*Priority, "closed")),
    *(f"status.{status}" for status in ("waits", "mine", "in_hand", "closed")),
    *(f"receipt.{state}" for state in ("pending", "applied", "refused", "superseded", "urgent", "closed")),
    *(f"door.heading.{kind}" for kind in ("cases", "drills", "first")),
    *(f"notice.{notice}" for notice in ("stale", "code", "choose", "action", "days", "overlap", "too_many")),
    *(f"notice.{notice}" for notice in ("delegate_away", "digest", "away", "refused")),
    *(f"happened.{answer}" for answer in ("handed_over", "not_mine", "revoked")),
    *(f"did.{answer}" for answer in Answer),
    *(f"updates.{standing}" for standing in (subscribing.FOLLOWS, subscribing.STOPPED, subscribing.USUAL)),
    *(f"record.{column}" for column in recording.COLUMNS),
    *(f"preferences.{done}" for done in (wishing.KEPT, wishing.WANTED, own_sessions.ENDED)),
    *(f"entry.{field}" for field in wishing.ASKED),
    *(f"facts.{fact}" for fact in ("violations", "state", "states", "date", "expected_on", "next_hearing")),
    *(f"{page}.{part}" for page in ("missing", "stale") for part in ("title", "text")),
    *(f"act.{form}" for form in ("planned", "planned_on", "taken", "taken_on")),
    *(f"action.{stands}" for stands in ("planned", "taken")),
}


def keys(language: str) -> set[str]:
    found = read(FOLDER / language / "pages.po", language)
    return {m.id if isinstance(m.id, str) else m.id[0] for m in found if m.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_sentence(language: str) -> None:
    assert missing(FOLDER, language) == []
    assert keys(language) == keys("en")
    assert words(language).language == language


def test_every_sentence_is_used_and_every_one_that_is_used_is_there() -> None:
    sources = [*pages.HERE.rglob("*.py"), *(pages.HERE / "templates").glob("*.html"), *TEMPLATES.glob("*.html")]
    text = "\n".join(Path(source).read_text() for source in sources)
    used = {key for key in re.findall(r"""["']([a-z_]+(?:\.[a-zA-Z_0-9]+)*)["']""", text) if key in keys("en")}
    asked = set(re.findall(r'\bt\("([^"]+)"[,)]', text))
    assert asked - keys("en") == set()
    assert keys("en") - used - COMPOSED == set()
    assert COMPOSED - keys("en") == set()


@pytest.mark.parametrize("language", [language for language in LANGUAGES if words(language).is_rtl])
def test_no_number_with_dashes_stands_bare_where_it_would_be_turned_around(language: str) -> None:
    """After Arabic letters 2026-11-24 is drawn as 24-11-2026, unless it is put in as a value, which is isolated."""
    found = read(FOLDER / language / "pages.po", language)
    assert [m.id for m in found if m.id and re.search(r"\d[-/.]\d", str(m.string))] == []
