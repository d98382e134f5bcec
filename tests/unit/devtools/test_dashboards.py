"""The dashboards that are committed are those that the code draws, and Grafana can tell their panels apart."""

import json
from pathlib import Path

import pytest

from tocsin.devtools.dashboards.__main__ import FOLDER, files, main
from tocsin.devtools.dashboards.asking import asked_by, dashboards, span_of
from tocsin.devtools.dashboards.panels import View
from tocsin.devtools.dashboards.views import VIEWS

each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.uid)


def test_what_is_committed_is_what_the_code_draws() -> None:
    assert main(["--check"]) == 0
    assert {file.name for file in FOLDER.iterdir()} == files().keys()


def test_a_dashboard_that_was_edited_by_hand_is_noticed_and_put_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--folder", str(tmp_path)]) == 0
    (tmp_path / "tocsin-pipeline.json").write_text("{}")
    assert main(["--folder", str(tmp_path), "--check"]) == 1
    assert "tocsin-pipeline.json differs" in capsys.readouterr().out
    assert main(["--folder", str(tmp_path)]) == 0
    assert main(["--folder", str(tmp_path), "--check"]) == 0


@each_view
def test_no_two_panels_cover_one_another_and_none_leaves_the_grid(view: View) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(files()[f"{view.uid}.json"])["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


@each_view
def test_each_row_is_full(view: View) -> None:
    panels = json.loads(files()[f"{view.uid}.json"])["panels"]
    width_at: dict[int, int] = {}
    for place in (panel["gridPos"] for panel in panels):
        for y in range(place["y"], place["y"] + place["h"]):
            width_at[y] = width_at.get(y, 0) + place["w"]
    assert set(width_at.values()) == {24}
    assert width_at.keys() == set(range(len(width_at)))


def test_the_duty_wall_fills_one_screen_and_its_numbers_are_read_from_afar() -> None:
    panels = json.loads(files()["tocsin-duty-wall.json"])["panels"]
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    assert rows * 38 <= 1080
    numbers = [panel for panel in panels if panel["type"] == "stat"]
    assert len(numbers) == 6
    for panel in numbers:
        assert panel["options"]["textMode"] == "value_and_name"
        assert panel["options"]["text"] == {"titleSize": 36, "valueSize": 96}
        [target] = panel["targets"]
        assert 0 < len(target["legendFormat"]) < 16


@each_view
def test_every_panel_says_what_it_is_for(view: View) -> None:
    assert [panel.title for panel in view.panels if not panel.says] == []
    assert len({panel.title for panel in view.panels}) == len(view.panels)


@each_view
def test_each_query_is_drawn_under_a_letter_of_its_own_from_the_source_that_is_chosen(view: View) -> None:
    panels = json.loads(files()[f"{view.uid}.json"])["panels"]
    assert [p["title"] for p in panels] == [p.title for p in view.panels]
    for drawn, panel in zip(panels, view.panels, strict=True):
        assert [target["expr"] for target in drawn["targets"]] == [query.expr for query in panel.queries]
        assert len({target["refId"] for target in drawn["targets"]}) == len(panel.queries)
        assert {target["datasource"]["uid"] for target in drawn["targets"]} == {"${prometheus}"}


def test_a_dashboard_asks_for_its_first_span_in_whole_steps() -> None:
    boards = dashboards(FOLDER)
    end = 1_795_507_230
    spans = {uid: span_of(board, end) for uid, board in boards.items()}
    assert spans["tocsin-duty-wall"] == {"from": end - 21_600 - 30, "to": end - 30, "step": 60}
    for span in spans.values():
        assert (span["to"] - span["from"]) % span["step"] == span["to"] % span["step"] == 0


def test_a_variable_that_nobody_fills_in_is_noticed() -> None:
    target = {"expr": "rate(up[$__rate_interval])", "refId": "A"}
    with pytest.raises(ValueError, match="variable"):
        list(asked_by({"uid": "x", "panels": [{"title": "", "id": 1, "targets": [target]}]}))


@each_view
def test_series_that_a_query_keeps_apart_are_named_apart(view: View) -> None:
    for panel in view.panels:
        legends = [query.legend for query in panel.queries]
        assert len(set(legends)) == len(legends)
