"""The door by HTTP, before the intake as it is: what it takes, what it takes once, what it refuses and how that is told."""

import asyncio
from pathlib import Path

import httpx
import pytest

from intaking import BASE, PUBLISHER, Intake, an_intake
from spreadsheets import NOW, a_csv, a_mapping, a_row, rows_of
from tocsin.importing.mapping.building import Builder
from tocsin.importing.sending.doors import Forbidden, Unavailable
from tocsin.importing.sending.kept import Kept
from tocsin.importing.sending.over_http import OverHttp
from tocsin.importing.sending.running import Act, Plan, Told, run


class Bridge(httpx.BaseTransport):
    """To the intake in this process."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        content = request.read()
        answer = asyncio.run(
            self._intake.asking(request.method, request.url.path, None, headers=headers, content=content)
        )
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def _import(intake: Intake, path: Path, key: str = "reports", publisher: str = PUBLISHER) -> Told:
    mapping = a_mapping(publisher=publisher)
    headers, rows = rows_of(path, mapping)
    door = OverHttp(BASE, intake.keys.get(key, key), sleep=lambda _: None, transport=Bridge(intake))
    with Kept(path.with_name("state")) as kept:
        return run(Plan(Builder(mapping, headers), mapping, kept, NOW), rows, door, kept, lambda _: None)


def test_rows_arrive_once_and_changes_as_corrections(tmp_path: Path) -> None:
    intake, path = an_intake(tmp_path), tmp_path / "t.csv"
    assert _import(intake, a_csv(path, [a_row(1), a_row(2)])).counts[Act.NEW] == 2
    assert _import(intake, path).counts[Act.UNCHANGED] == 2
    told = _import(intake, a_csv(path, [a_row(1, Act="threats"), a_row(2)]))
    assert told.faults == []
    assert told.counts[Act.CORRECTION] == 1
    kinds = [dict(record.headers)["ce_type"].decode() for record in intake.shelf.records]
    assert kinds == ["org.tocsin.report.submitted"] * 2 + ["org.tocsin.report.corrected"]


def test_a_publisher_that_is_not_the_key_s_is_refused_row_by_row(tmp_path: Path) -> None:
    intake = an_intake(tmp_path)
    told = _import(intake, a_csv(tmp_path / "t.csv", [a_row(1)]), publisher="UN-WGAD")
    assert [(f.row, f.code, f.path) for f in told.faults] == [(2, "publisher-mismatch", "/publisher")]
    assert intake.shelf.records == []


def test_an_intake_whose_broker_is_away_leaves_everything_for_the_next_time(tmp_path: Path) -> None:
    intake, path = an_intake(tmp_path), a_csv(tmp_path / "t.csv", [a_row(1)])
    intake.shelf.away = True
    with pytest.raises(Unavailable):
        _import(intake, path)
    intake.shelf.away = False
    assert _import(intake, path).counts[Act.NEW] == 1
    assert len(intake.shelf.records) == 1


def test_a_key_that_is_not_known_stops_the_import(tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        _import(an_intake(tmp_path), a_csv(tmp_path / "t.csv", [a_row(1)]), key="tcn_0000000000_nobody")
