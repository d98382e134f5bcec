"""Guarantee: the page on consent for lawyers says what the program does; its examples are worked here."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from builders import a_claim
from tocsin.domain.claims import ConsentRule
from tocsin.domain.routing.consent import Addressee, may
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose, Tlp

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAGE = (Path(__file__).parents[4] / "deploy" / "consent.md").read_text(encoding="utf-8")
EXAMPLES = [[cell.strip() for cell in row.split("|")] for row in re.findall(r"^\| (.*-\w+`) \|$", PAGE, re.MULTILINE)]
DECIDED = r"`(?P<recipient>\S+)` (?P<status>\w+) for (?P<purpose>\w+)(?: until (?P<day>\S+))?(?P<informed>, informed)?"
ASKING = {"the Government": Audience.GOVERNMENT, "the media": Audience.MEDIA, "the public": Audience.PUBLIC}


def decided(words: str) -> ConsentRule:
    found = re.fullmatch(DECIDED, words)
    assert found is not None, words
    return ConsentRule(
        recipient=next((a for a in Audience if a == found["recipient"]), found["recipient"]),
        status=ConsentStatus(found["status"]),
        purpose=Purpose(found["purpose"]),
        expires_on=date.fromisoformat(found["day"]) if found["day"] else None,
        informed=bool(found["informed"]),
    )


def asking(words: str) -> Addressee:
    if words in ASKING:
        return Addressee(ASKING[words])
    keys = re.findall("`(.*?)`", words)
    audience = Audience.NGOS if words.startswith("NGO") else Audience.ALL_MECHANISMS
    return Addressee(audience, keys[0], keys[1] if keys[1:] else None, words.endswith("on informed consent"))


@pytest.mark.parametrize("example", EXAMPLES, ids=[" ".join(e) for e in EXAMPLES])
def test_the_examples_on_the_page_for_lawyers(example: list[str]) -> None:
    words, who, purpose, mark, rule = example
    consents = [] if words == "nothing" else [decided(one) for one in words.split("; ")]
    claim = a_claim(consents=consents, tlp=Tlp(mark))
    assert f"`{may(claim, asking(who), Purpose(purpose), NOW).rule}`" == rule


def test_all_examples_are_found() -> None:
    assert len(EXAMPLES) == PAGE.count("` |\n")
    assert len(EXAMPLES) >= 30
