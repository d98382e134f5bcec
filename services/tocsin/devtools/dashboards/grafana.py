"""A view as Grafana's JSON. The library is marked experimental, so it is used only here, and the JSON is committed."""

from grafana_foundation_sdk.builders import common as draw
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as Stat
from grafana_foundation_sdk.builders.timeseries import Panel as TimeSeries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueTextMode,
    DataSourceRef,
    GraphThresholdsStyleMode,
)
from grafana_foundation_sdk.models.dashboard import (
    GridPos,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)

from tocsin.devtools.dashboards.grid import places
from tocsin.devtools.dashboards.panels import Form, Panel, Query, Unit, View

_SOURCE = DataSourceRef(type_val="prometheus", uid="${prometheus}")
_NAME_SIZE, _VALUE_SIZE = 36, 96
"""Pixels of what is read from three metres."""


def as_json(view: View) -> str:
    """The dashboard, as it is committed."""
    board = Dashboard(view.title).uid(view.uid).description(view.says).tags(["tocsin"]).readonly()
    board = board.refresh("30s").time(view.span, "now").timezone("utc")
    board = board.with_variable(DatasourceVariable("prometheus").label("Prometheus").type("prometheus"))
    for number, (panel, at) in enumerate(zip(view.panels, places(view), strict=True), 1):
        place = GridPos(h=at.height, w=at.width, x=at.x, y=at.y)
        board = board.with_panel(_drawn(panel, view.for_a_wall).id(number).grid_pos(place))
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(board.build()) + "\n"


def _drawn(panel: Panel, for_a_wall: bool) -> Stat | TimeSeries:
    drawn: Stat | TimeSeries = _number(panel, for_a_wall) if panel.form is Form.NUMBER else _lines(panel)
    drawn = drawn.title(panel.title).description(panel.says).unit(panel.unit.value).min(0).datasource(_SOURCE)
    drawn = drawn.no_value("no data").thresholds(_thresholds(panel.bad_from))
    if panel.unit is Unit.COUNT:
        drawn = drawn.decimals(0)  # increase() is a guess between two scrapes, and people come whole
    for letter, query in zip("ABCD", panel.queries, strict=False):
        drawn = drawn.with_target(_target(query).ref_id(letter))
    return drawn


def _number(panel: Panel, for_a_wall: bool) -> Stat:
    drawn = Stat().color_mode(BigValueColorMode.BACKGROUND)
    drawn = drawn.reduce_options(draw.ReduceDataOptions().calcs(["lastNotNull"]))
    if panel.zero:
        shown = {"0": ValueMappingResult(text=panel.zero)}
        drawn = drawn.mappings([ValueMap(options=shown)])
    if for_a_wall:
        sizes = draw.VizTextDisplayOptions().title_size(_NAME_SIZE).value_size(_VALUE_SIZE)
        drawn = drawn.text_mode(BigValueTextMode.VALUE_AND_NAME).text(sizes)
    return drawn


def _lines(panel: Panel) -> TimeSeries:
    drawn = TimeSeries().thresholds_style(draw.GraphThresholdsStyleConfig().mode(_line_of(panel)))
    return drawn.line_width(2)


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
