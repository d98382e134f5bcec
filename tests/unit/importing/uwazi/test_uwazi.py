"""Uwazi, by its CSV export and by its API: one mapping for both, and no changed entity lost while others edit."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreadsheets import NOW, Recording, a_mapping
from tocsin.importing.mapping.building import Builder
from tocsin.importing.mapping.file import Mapping
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import Row, open_sheet
from tocsin.importing.sending.doors import Forbidden, Unavailable
from tocsin.importing.sending.kept import Kept
from tocsin.importing.sending.running import Plan, run
from tocsin.importing.uwazi.client import Account, Uwazi
from tocsin.importing.uwazi.collecting import Collected, collect
from tocsin.importing.uwazi.entities import headers_of, row_of
from tocsin.importing.uwazi.polling import PAGE, Changes
from uwazi_server import SECOND, START, TEMPLATE, Collection, an_entity, serving

FIELDS = (
    {"into": "publisher_reference", "column": "Case number"},
    {"into": "victim.name", "column": "Title"},
    {"into": "violation.types", "column": "Violations", "codes": {"arrest": "arrest", "torture": "torture"}},
    {"into": "violation.date", "column": "Period"},
    {"into": "violation.country", "column": "Country"},
    {"into": "violation.position", "column": "Place"},
    {"into": "narrative", "column": "Facts"},
)
EXPORTED = """Title,Date added,Template,Case number,Date,Period,Country,Violations,Place,Facts,Link,Dates,Count,Documents,Attachments,Published
Tamsin Marvelle 1,2025-11-24,Case,ABC0001-1111,2026-11-20,2026-11-20~2026-11-21,TGO,Liberty::arrest|torture,6.13|1.22,Arrested at her office.,News|https://news.example/1,2026-11-20|2026-11-21,2,a.pdf,,Published
Tamsin Marvelle 2,2025-11-24,Case,ABC0002-1111,2026-11-20,2026-11-20~2026-11-21,TGO,Liberty::arrest|torture,6.13|1.22,Arrested at her office.,News|https://news.example/1,2026-11-20|2026-11-21,2,a.pdf,,Unpublished
"""  # as csvExporter.ts writes it


def a_uwazi_mapping(**file: object) -> Mapping:
    place = {"violation.place": "Lomé"}
    return a_mapping(FIELDS, FileForm.model_validate({"kind": "uwazi"} | file), **place)


def test_an_entity_of_the_api_is_the_row_that_the_export_has() -> None:
    header, first, *_ = csv.reader(io.StringIO(EXPORTED))
    row = row_of(an_entity(1), TEMPLATE, 1)
    by_header = dict(zip(headers_of(TEMPLATE), row.cells, strict=True))
    assert by_header.pop("sharedId") == "shared00001"
    assert by_header == dict(zip(header, first, strict=True))


def test_an_export_becomes_reports_and_unpublished_entities_stay(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(EXPORTED, encoding="utf-8")
    mapping = a_uwazi_mapping()
    sheet = open_sheet(path, mapping.file)
    first, second = (Builder(mapping, sheet.headers).build(row, NOW) for row in sheet.records())
    assert first.faults == ()
    assert first.report is not None
    assert [kind.value for kind in first.report.violation.types] == ["arrest", "torture"]
    assert first.report.violation.date == "2026-11-20/2026-11-21"
    assert first.report.violation.place is not None
    assert (first.report.violation.place.latitude, first.report.violation.place.longitude) == (6.13, 1.22)
    assert second.unpublished
    assert (
        Builder(a_uwazi_mapping(unpublished=True), sheet.headers)
        .build(Row(3, list(csv.reader(io.StringIO(EXPORTED)))[2]), NOW)
        .report
    )


def test_texts_in_further_languages_become_narratives_in_them() -> None:
    headers = (*headers_of(TEMPLATE), "Facts__fr", "Facts__ar")
    row = row_of(an_entity(1), TEMPLATE, 1)
    cells = [*row.cells, "Arrêtée à son bureau.", ""]
    built = Builder(a_uwazi_mapping(unpublished=True), headers).build(Row(1, cells), NOW)
    assert built.report is not None
    assert [(n.language, n.text) for n in built.report.narratives] == [
        ("en", "Arrested at her office."),
        ("fr", "Arrêtée à son bureau."),
    ]


# --- pages that move while they are read ------------------------------------------------------------------------------


def _read(collection: Collection, since: int = 0) -> tuple[dict[str, int], int]:
    changes = Changes(collection, TEMPLATE["_id"], since, False)
    found = {entity["sharedId"]: entity["editDate"] for entity in changes.entities()}
    return found, changes.point


def _all(collection: Collection) -> dict[str, int]:
    return {e["sharedId"]: e["editDate"] for e in collection.entities.values()}


DRIFT = [
    ("edited before its page", lambda c: c.edit(5)),
    ("edited after its page", lambda c: c.edit(240)),
    ("at the border", lambda c: c.edit(250 - PAGE)),
    ("new", lambda c: c.entities.update({"shared09999": an_entity(9999, editDate=c.clock + 1)})),
    ("deleted above", lambda c: c.remove(240)),
    ("many deleted above", lambda c: c.remove(*range(170, 250))),
    ("more deleted than a page", lambda c: c.remove(*range(101, 250))),
    ("many edited", lambda c: [c.edit(n) for n in range(1, 140)]),
]


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize(("what", "happens"), DRIFT, ids=[d[0] for d in DRIFT])
def test_nothing_is_lost_while_others_edit(what: str, happens: object, at: int) -> None:
    collection = Collection(250)
    collection.meanwhile[at] = lambda: happens(collection)  # type: ignore[operator]
    found, _ = _read(collection)
    assert found | _all(collection) == found


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 320),
    st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(["edit", "remove"]), st.integers(1, 320), st.integers(1, 60)),
        max_size=4,
    ),
)
def test_whatever_others_do_every_entity_is_read_as_it_is_in_the_end(
    count: int, events: list[tuple[int, str, int, int]]
) -> None:
    collection = Collection(count)

    def happen(act: str, first: int, many: int) -> None:
        for number in range(first, min(first + many, count + 1)):
            if f"shared{number:05}" in collection.entities:
                (collection.edit if act == "edit" else collection.remove)(number)

    for at, act, first, many in events:
        collection.meanwhile[at] = lambda act=act, first=first, many=many: happen(act, first, many)  # type: ignore[misc]
    found, point = _read(collection)
    collection.meanwhile.clear()
    late, _ = _read(collection, point)
    expected = _all(collection)
    assert {name: (found | late).get(name) for name in expected} == expected


def test_the_next_look_reads_only_what_changed_since() -> None:
    collection = Collection(3000)
    _, point = _read(collection)
    collection.searches.clear()
    collection.edit(7)
    found, later = _read(collection, point)
    assert "shared00007" in found
    assert later > point
    assert len(collection.searches) <= 2 * (600 // (PAGE - 5) + 2), "the margin of ten minutes, and no more"
    assert len(found) < 1000


def test_more_than_a_search_can_reach_is_said_and_not_half_read_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.importing.uwazi.polling.WINDOW", 500)
    assert len(_read(Collection(450))[0]) == 450
    with pytest.raises(Unavailable, match="more than 500"):
        _read(Collection(600))


# --- the API ----------------------------------------------------------------------------------------------------------


def _collect(address: str, account: Account | None = None, languages: tuple[str, ...] = (), **rest: bool) -> Collected:
    waits: list[float] = []
    uwazi = Uwazi(address, "en", waits.append)
    try:
        if account is not None:
            uwazi.sign_in(account)
        return collect(uwazi, uwazi.template("Case"), languages, 0, rest.get("unpublished", False))
    finally:
        uwazi.close()


def test_signing_in_opens_a_private_collection_and_a_wrong_password_does_not() -> None:
    collection = Collection(3)
    collection.private = True
    with serving(collection) as address:
        assert len(_collect(address, Account("reader", "correct horse")).rows) == 3
        assert len(_collect(address, Account(session="s%3Aabc")).rows) == 3
        for account in (None, Account("reader", "wrong")):
            with pytest.raises(Forbidden):
                _collect(address, account)


def test_a_second_factor_is_passed_on() -> None:
    collection = Collection(1)
    collection.account = ("reader", "correct horse", "123456")
    with serving(collection) as address:
        assert len(_collect(address, Account("reader", "correct horse", "123456")).rows) == 1


def test_unpublished_entities_are_read_only_if_they_are_asked_for() -> None:
    collection = Collection(3)
    collection.edit(2, published=False)
    with serving(collection) as address:
        account = Account("reader", "correct horse")
        assert len(_collect(address, account).rows) == 2
        assert len(_collect(address, account, unpublished=True).rows) == 3
        assert len(_collect(address, unpublished=True).rows) == 2, "Uwazi shows them to nobody who has not signed in"


def test_each_entity_is_asked_for_in_the_further_languages() -> None:
    collection = Collection(2)
    french = an_entity(1, language="fr", title="Tamsin Marvelle 1 (fr)")
    french["metadata"]["facts"] = [{"value": "Arrêtée à son bureau."}]
    collection.translations["shared00001", "fr"] = french
    with serving(collection) as address:
        collected = _collect(address, languages=("fr",))
    row = dict(zip(collected.headers, collected.rows[collected.ids.index("shared00001")].cells, strict=True))
    assert (row["Title__fr"], row["Facts__fr"]) == ("Tamsin Marvelle 1 (fr)", "Arrêtée à son bureau.")
    other = dict(zip(collected.headers, collected.rows[collected.ids.index("shared00002")].cells, strict=True))
    assert other["Facts__fr"] == ""


def test_too_many_requests_and_passing_failures_are_waited_out() -> None:
    collection = Collection(1)
    collection.failures = [(429, {"retry-after": "7"}), (503, {}), (500, {})]
    waits: list[float] = []
    with serving(collection) as address:
        uwazi = Uwazi(address, "en", waits.append)
        assert uwazi.template("Case")["name"] == "Case"
        uwazi.close()
    assert waits[0] == 7.0
    assert len(waits) == 3
    assert all(wait <= 30 for wait in waits)


def test_a_collection_that_never_answers_is_given_up() -> None:
    collection = Collection(1)
    collection.failures = [(503, {})] * 50
    with serving(collection) as address, pytest.raises(Unavailable):
        _collect(address)


def test_only_https_leaves_this_machine() -> None:
    with pytest.raises(Forbidden, match="https"):
        Uwazi("http://collection.example", "en")


def test_looked_at_again_and_again_each_change_is_sent_once(tmp_path: Path) -> None:
    collection, door, mapping = Collection(120), Recording(), a_uwazi_mapping()
    with serving(collection) as address:
        for _ in range(3):
            collected = _collect(address)
            with Kept(tmp_path / "state") as kept:
                run(
                    Plan(Builder(mapping, collected.headers), mapping, kept, NOW),
                    collected.rows,
                    door,
                    kept,
                    lambda _: None,
                )
            collection.edit(5, title="Tamsin Marvelle, corrected")
    assert len(door.kept) == 121
    assert sorted(door.sent)[4:6] == [("ABC0005-1111", 1), ("ABC0005-1111", 2)]
    assert collection.clock > START + SECOND
