// One panel, by the components that Grafana's own plugins use: BigValue for "stat", TimeSeries for "timeseries".
import { dateTime, getFieldDisplayValues } from "@grafana/data";
import { BigValue, PanelChrome, TimeSeries, VizRepeater } from "@grafana/ui";

function Numbers({ panel, frames, theme, width, height }) {
  const { reduceOptions, colorMode, graphMode, textMode, justifyMode, orientation, text } = panel.options;
  const values = () =>
    getFieldDisplayValues({
      fieldConfig: panel.fieldConfig,
      reduceOptions: { calcs: ["lastNotNull"], values: false, ...reduceOptions },
      replaceVariables: (words) => words,
      sparkline: graphMode !== "none",
      data: frames,
      theme,
      timeZone: "utc",
    });
  const draw = ({ value, width: w, height: h, count }) => (
    <BigValue
      width={w}
      height={h}
      theme={theme}
      value={value.display}
      sparkline={value.sparkline}
      colorMode={colorMode}
      graphMode={graphMode ?? "area"}
      textMode={textMode ?? "auto"}
      justifyMode={justifyMode ?? "auto"}
      text={text}
      count={count}
    />
  );
  return (
    <VizRepeater
      getValues={values}
      renderValue={draw}
      width={width}
      height={height}
      source={frames}
      renderCounter={0}
      orientation={orientation ?? "auto"}
      autoGrid
      minVizWidth={75}
      minVizHeight={75}
    />
  );
}

function Lines({ panel, frames, span, width, height }) {
  const legend = { showLegend: true, displayMode: "list", placement: "bottom", calcs: [], ...panel.options?.legend };
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      timeRange={{ from: dateTime(span.from * 1000), to: dateTime(span.to * 1000), raw: { from: "", to: "" } }}
      timeZone="utc"
      width={width}
      height={height}
      legend={legend}
      options={panel.options ?? {}}
    />
  );
}

const DRAWN = { stat: Numbers, timeseries: Lines };

export function Panel({ panel, frames, span, theme, width, height }) {
  const Drawn = DRAWN[panel.type];
  const inside = (w, h) =>
    frames.length ? (
      <Drawn panel={panel} frames={frames} span={span} theme={theme} width={w} height={h} />
    ) : (
      <p className="empty">{panel.fieldConfig.defaults.noValue ?? "No data"}</p>
    );
  return (
    <PanelChrome title={panel.title} description={panel.description} width={width} height={height} padding="sm">
      {inside}
    </PanelChrome>
  );
}
