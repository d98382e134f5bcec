// A dashboard's JSON and Prometheus's answers, drawn on Grafana's grid: 24 columns, rows of 30 pixels, 8 between two panels.
import { createTheme, ThemeContext } from "@grafana/data";
import { GlobalStyles } from "@grafana/ui";
import { createRoot } from "react-dom/client";
import { Panel } from "./panels.jsx";
import { framesOf } from "./series.js";

const [COLUMNS, ROW, GAP] = [24, 30, 8];
const theme = createTheme({ colors: { mode: "dark" } });

function Placed({ panel, answers, span, steps, board }) {
  const { x, y, w, h } = panel.gridPos;
  const column = (board - GAP * (COLUMNS - 1)) / COLUMNS;
  const [width, height] = [w * column + (w - 1) * GAP, h * ROW + (h - 1) * GAP];
  const place = { position: "absolute", left: x * (column + GAP), top: y * (ROW + GAP), width, height };
  return (
    <div style={place}>
      <Panel
        panel={panel}
        frames={framesOf(panel, answers, steps, theme)}
        span={span}
        theme={theme}
        width={width}
        height={height}
      />
    </div>
  );
}

function Board({ dashboard, answers, span }) {
  const steps = [];
  for (let at = span.from; at <= span.to; at += span.step) {
    steps.push(at);
  }
  const rows = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  const board = window.innerWidth - 4 * GAP;
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <main style={{ padding: 2 * GAP, background: theme.colors.background.canvas }}>
        <h1 style={{ fontSize: 20, margin: "0 0 12px" }}>{dashboard.title}</h1>
        <div style={{ position: "relative", height: rows * (ROW + GAP) }}>
          {dashboard.panels.map((panel) => (
            <Placed key={panel.id} {...{ panel, span, steps, board }} answers={answers[panel.id] ?? {}} />
          ))}
        </div>
      </main>
    </ThemeContext.Provider>
  );
}

const asked = await (await fetch(`answers/${location.hash.slice(1)}.json`)).json();
createRoot(document.getElementById("board")).render(<Board {...asked} />);
