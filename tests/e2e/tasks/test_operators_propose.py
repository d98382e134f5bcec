"""Administrators propose what the directory should say, and sign it with a key that never comes to the console."""

import pytest

from directories import FIRST
from operating import House
from operations import rows
from tocsin.knowledge.load import load
from tocsin.store import tables
from visitor import Visitor
from ways import EVERY_WAY

pytestmark = EVERY_WAY
THERE = "wgad-mechanism-example"
NEW = "un-wgad-desk-1"


def named(entries: object, key: str, language: str) -> str:
    """What the knowledge calls a mandate or a mechanism."""
    return str(entries[key].name[language])  # type: ignore[index]


def drafts_an_entry(officer: Visitor, key: str, address: str) -> None:
    """The fewest answers that make an entry."""
    said, known, language = officer.said, load(), officer.way.language
    mandate = next(mandate for mandate in known.mandates if mandate.key == "UN-WGAD")
    officer.open("/directory")
    officer.follow(said("propose.new"))
    officer.write(said("propose.key"), key)
    officer.unfold(named(known.mechanisms, mandate.mechanism, language))
    officer.mark(mandate.name[language], role="checkbox")
    officer.write(said("propose.email"), address)
    officer.choose(said("directory.as"), FIRST.key_id)
    officer.push(said("propose.look"))


def signs(officer: Visitor, words: bytes | None = None) -> None:
    """With the key that the proposer has elsewhere. words: other ones than those that were given."""
    given = officer.save("proposal-")
    officer.write(officer.said("directory.signature"), FIRST.sign(words or given))
    officer.push(officer.said("draft.propose"))


def pending(house: House) -> set[tuple[str, str]]:
    """What waits for a second administrator, beside what waited before."""
    changes = rows(house, tables.directory_changes)
    return {(row.kind, row.key) for row in changes if row.state == "pending"} - {("put", "newcomer-mechanism-example")}


def test_a_new_entry_is_looked_at_signed_and_proposed(officer: Visitor, house: House) -> None:
    drafts_an_entry(officer, NEW, "desk@mechanism.example")
    assert officer.sees("UN-WGAD")
    assert not officer.sees("desk@mechanism.example"), "addresses are shown on record only"
    assert not pending(house)
    signs(officer)
    assert officer.sees(officer.said("done.change_proposed"))
    assert pending(house) == {("put", NEW)}


def test_the_end_of_an_entry_is_proposed(officer: Visitor, house: House) -> None:
    officer.open("/directory")
    officer.follow(officer.said("propose.removal"))
    officer.write(officer.said("propose.key"), THERE)
    officer.choose(officer.said("directory.as"), FIRST.key_id)
    officer.push(officer.said("propose.look"))
    signs(officer)
    assert officer.sees(officer.said("done.change_proposed"))
    assert pending(house) == {("remove", THERE)}


@pytest.mark.slow
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(officer: Visitor, house: House) -> None:
    drafts_an_entry(officer, "no key", "desk@mechanism.example")
    assert officer.sees(officer.said("propose.faulty"))
    faulty = "[...document.querySelectorAll('[aria-invalid=true]')].map(each => [each.name, each.value])"
    assert officer.page.evaluate(faulty) == [["key", "no key"]]
    assert officer.page.input_value("#email") == "desk@mechanism.example"
    assert not pending(house)


@pytest.mark.slow
def test_a_false_signature_proposes_nothing_and_a_draft_can_be_dropped(officer: Visitor, house: House) -> None:
    drafts_an_entry(officer, NEW, "desk@mechanism.example")
    draft = officer.path
    signs(officer, b"other words")
    assert officer.heading == officer.said("refused.signature_false.title")
    officer.open(draft)
    officer.push(officer.said("draft.discard"))
    assert officer.sees(officer.said("done.draft_discarded"))
    assert not pending(house)
