"""A view as Grafana's JSON. The library is marked experimental, so it is used only here, and the JSON is committed."""

from grafana_foundation_sdk.builders import common as draw
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as Stat
from grafana_foundation_sdk.builders.timeseries import Panel as TimeSeries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import BigValueColorMode, DataSourceRef, GraphThresholdsStyleMode
from grafana_foundation_sdk.models.dashboard import GridPos, Threshold, ThresholdsMode

from tocsin.devtools.dashboards.panels import Form, Panel, Query, View

_SOURCE = DataSourceRef(type_val="prometheus", uid="${prometheus}")
_WIDTH, _HEIGHT = {Form.NUMBER: 6, Form.LINES: 12}, {Form.NUMBER: 4, Form.LINES: 8}
_ROW = 24
"""Columns of Grafana's grid."""


def as_json(view: View) -> str:
    """The dashboard, as it is committed."""
    board = Dashboard(view.title).uid(view.uid).description(view.says).tags(["tocsin"]).readonly()
    board = board.refresh("30s").time(view.span, "now").timezone("utc")
    board = board.with_variable(DatasourceVariable("prometheus").label("Prometheus").type("prometheus"))
    for number, (panel, place) in enumerate(zip(view.panels, _places(view.panels), strict=True), 1):
        board = board.with_panel(_drawn(panel).id(number).grid_pos(place))
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(board.build()) + "\n"


def _places(panels: tuple[Panel, ...]) -> list[GridPos]:
    """From left to right, each row as high as its highest."""
    places, x, y, row = [], 0, 0, 0
    for panel in panels:
        width, height = _WIDTH[panel.form], _HEIGHT[panel.form]
        if x + width > _ROW:
            x, y, row = 0, y + row, 0
        places.append(GridPos(h=height, w=width, x=x, y=y))
        x, row = x + width, max(row, height)
    return places


def _drawn(panel: Panel) -> Stat | TimeSeries:
    drawn: Stat | TimeSeries
    if panel.form is Form.NUMBER:
        drawn = Stat().color_mode(BigValueColorMode.BACKGROUND)
        drawn = drawn.reduce_options(draw.ReduceDataOptions().calcs(["lastNotNull"]))
    else:
        drawn = TimeSeries().thresholds_style(draw.GraphThresholdsStyleConfig().mode(_line_of(panel)))
    drawn = drawn.title(panel.title).description(panel.says).unit(panel.unit.value).min(0).datasource(_SOURCE)
    drawn = drawn.no_value("no data").thresholds(_thresholds(panel.bad_from))
    for letter, query in zip("ABCD", panel.queries, strict=False):
        drawn = drawn.with_target(_target(query).ref_id(letter))
    return drawn


def _target(query: Query) -> Dataquery:
    return Dataquery().expr(query.expr).legend_format(query.legend).datasource(_SOURCE).range()


def _line_of(panel: Panel) -> GraphThresholdsStyleMode:
    return GraphThresholdsStyleMode.OFF if panel.bad_from is None else GraphThresholdsStyleMode.DASHED


def _thresholds(bad_from: float | None) -> ThresholdsConfig:
    if bad_from is None:
        steps = [Threshold(color="blue", value=None)]
    else:
        steps = [Threshold(color="blue", value=None), Threshold(color="orange", value=bad_from)]
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
