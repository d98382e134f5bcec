"""Guarantee: a name is kept to the byte as it was given, in whatever language and normal form."""

import json
import unicodedata
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from builders import a_report_json
from resolving import Resolver
from tocsin.domain.identifiers import report_id
from tocsin.store.database import reading
from tocsin_schemas.decoding import decode
from tocsin_schemas.reports import Report
from tocsin_schemas.text import MOST_MARKS, Line, Prose
from unicode_cases import in_every_form, names, words

NAMES = sorted({form for listed in names().values() for name in listed for form in in_every_form(name)})
JOINERS = "\u200c\u200d\u180e"
LINE: TypeAdapter[str] = TypeAdapter(Line)
PROSE: TypeAdapter[str] = TypeAdapter(Prose)


def test_the_corpus_has_sixty_languages_and_every_kind_of_difficulty() -> None:
    together = "".join(NAMES)
    assert len(names()) >= 60
    assert len({unicodedata.name(c, "?").split()[0] for c in together if c.isalpha()}) >= 30, "scripts"
    assert all(joiner in together for joiner in JOINERS)
    assert len(NAMES) > sum(len(listed) for listed in names().values()), "some differ between NFC and NFD"
    assert any(ord(c) > 0xFFFF for c in together)


def test_every_name_is_accepted_as_it_is() -> None:
    assert [name for name in NAMES if LINE.validate_python(name) != name or PROSE.validate_python(name) != name] == []


@pytest.mark.parametrize("escaped", [True, False], ids=["escaped", "as UTF-8"])
def test_every_name_comes_out_of_the_vault_as_it_was_sent(tmp_path: Path, escaped: bool) -> None:
    report = json.loads(a_report_json())
    report["alleged_victims"] = [
        {"names": [{"value": name} for name in NAMES[start : start + 4]]} for start in range(0, len(NAMES), 4)
    ]
    body = json.dumps(report, ensure_ascii=escaped).encode()
    resolver = Resolver(tmp_path)
    assert resolver.take(body) == "opened"
    identity = report_id(report["publisher"], report["publisher_reference"])
    with reading(resolver.engine) as connection:
        opened = resolver.deployment.vault.open(connection, identity, "revision-1")
    assert opened == body
    kept = decode(opened, "report.submitted")
    assert isinstance(kept, Report)
    found = [name.value.encode() for victim in kept.alleged_victims for name in victim.names]
    assert found == [name.encode() for name in NAMES]


@pytest.mark.parametrize("word", words())
def test_the_marks_that_a_script_needs_are_not_too_many(word: str) -> None:
    assert all(LINE.validate_python(form) == form for form in in_every_form(word))


def test_the_cap_on_marks_is_as_low_as_the_corpus_allows() -> None:
    longest = 0
    for text in (*NAMES, *(form for word in words() for form in in_every_form(word))):
        run = 0
        for character in text:
            run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
            longest = max(longest, run)
    assert longest == MOST_MARKS
