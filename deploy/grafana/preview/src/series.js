// From an answer of Prometheus to the frames that Grafana's components draw. What a panel's plugin adds by default inside
// Grafana is added here: colours, and how lines are drawn.
import { FieldType, getDisplayProcessor, toDataFrame } from "@grafana/data";

const LINES = {
  drawStyle: "line",
  lineInterpolation: "linear",
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: "none",
  spanNulls: false,
  showPoints: "auto",
  axisPlacement: "auto",
  scaleDistribution: { type: "linear" },
  hideFrom: { tooltip: false, viz: false, legend: false },
  stacking: { group: "A", mode: "none" },
};

const COLOURS = { timeseries: "palette-classic", stat: "thresholds" };

/** As Grafana fills `{{label}}`; a series without a legend is named by the expression. */
function named(target, metric) {
  const labels = Object.entries(metric).map(([name, value]) => `${name}="${value}"`);
  if (!target.legendFormat) {
    return labels.length ? `{${labels.join(", ")}}` : target.expr;
  }
  return target.legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? "");
}

/** The series of one target, in steps; a step without a value is a gap. */
function valuesOf(series, steps) {
  const found = new Map(series.values.map(([at, value]) => [at, Number(value)]));
  return steps.map((at) => {
    const value = found.get(at);
    return value === undefined || Number.isNaN(value) ? null : value;
  });
}

const isNumber = (value) => value !== null;

export function framesOf(panel, answers, steps, theme) {
  const { custom, ...defaults } = panel.fieldConfig.defaults;
  const config = { color: { mode: COLOURS[panel.type] }, ...defaults, custom: { ...LINES, ...custom } };
  const times = steps.map((at) => at * 1000);
  const series = panel.targets.flatMap((target) =>
    (answers[target.refId] ?? []).map((each) => ({ name: named(target, each.metric), values: valuesOf(each, steps) })),
  );
  const spoken = series.filter((each) => each.values.some(isNumber));
  return spoken.map(({ name, values }, seriesIndex) => {
    const frame = toDataFrame({
      name,
      fields: [
        { name: "Time", type: FieldType.time, values: times, config: {} },
        { name: "Value", type: FieldType.number, values, config: { ...config, displayName: name } },
      ],
    });
    const [min, max] = [Math.min(...values.filter(isNumber)), Math.max(...values.filter(isNumber))];
    for (const field of frame.fields) {
      field.state = { ...field.state, displayName: field.type === FieldType.time ? "Time" : name, seriesIndex, range: { min, max, delta: max - min } };
      field.display = getDisplayProcessor({ field, theme, timeZone: "utc" });
    }
    return frame;
  });
}
