"""The dashboards that are committed are those that the code draws, and Grafana can tell their panels apart."""

import json
from pathlib import Path

import pytest

from tocsin.devtools.dashboards.__main__ import FOLDER, files, main
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
def test_each_query_is_drawn_under_a_letter_of_its_own_from_the_source_that_is_chosen(view: View) -> None:
    panels = json.loads(files()[f"{view.uid}.json"])["panels"]
    assert [p["title"] for p in panels] == [p.title for p in view.panels]
    for drawn, panel in zip(panels, view.panels, strict=True):
        assert [target["expr"] for target in drawn["targets"]] == [query.expr for query in panel.queries]
        assert len({target["refId"] for target in drawn["targets"]}) == len(panel.queries)
        assert {target["datasource"]["uid"] for target in drawn["targets"]} == {"${prometheus}"}


@each_view
def test_series_that_a_query_keeps_apart_are_named_apart(view: View) -> None:
    for panel in view.panels:
        legends = [query.legend for query in panel.queries]
        assert len(set(legends)) == len(legends)
