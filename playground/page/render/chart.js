// Charts as SVG, each with a table of the same facts for screen readers.

import { el, svg } from "../dom.js";
import { areaLayer, barLayer, lineLayer } from "./chartlayers.js";
import { HEIGHT, WIDTH, axes, scaleFor } from "./chartscale.js";
import { pie } from "./pie.js";

const LAYERS = { bar: barLayer, line: lineLayer, area: areaLayer };

/** A data_visualization block. */
export function chart(block) {
  const { chart: data, title } = block;
  const { height, marks } = data.type === "pie" ? { height: HEIGHT, marks: pie(data.segments) } : plotted(data);
  const picture = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`,
    class: "chart-picture",
    "aria-hidden": "true",
  });
  picture.append(...marks);
  const facts = data.type === "pie" ? pieFacts(data) : seriesFacts(data);
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, title),
    upward(data),
    picture,
    legend(data),
    factTable(title, facts),
  );
}

/** What the heights mean, in full above the picture: beside it there is no room for fifty characters. */
function upward({ axis_config: axis }) {
  return axis?.y_label ? el("p", { class: "fine axis-up" }, axis.y_label) : null;
}

function plotted(data) {
  const scale = scaleFor(data);
  const marks = [...axes(data, scale), ...LAYERS[data.type](data.series, scale)];
  return { height: scale.height, marks };
}

function legend(data) {
  const names =
    data.type === "pie"
      ? data.segments.map(({ label, value }) => `${label}: ${value}`)
      : data.series.map(({ name }) => name);
  const entries = names.map((name, index) =>
    el("li", {}, el("span", { class: `swatch series-${index}` }), name),
  );
  return el("ul", { class: "legend", "aria-hidden": "true" }, ...entries);
}

const pieFacts = (data) => ({
  head: ["Part", "Value"],
  rows: data.segments.map(({ label, value }) => [label, value]),
});

function seriesFacts(data) {
  const { categories, x_label: label } = data.axis_config;
  const valueOf = (series, category) => series.data.find((point) => point.label === category)?.value ?? "";
  const rows = categories.map((category) => [
    category,
    ...data.series.map((series) => valueOf(series, category)),
  ]);
  return { head: [label ?? "Category", ...data.series.map(({ name }) => name)], rows };
}

function factTable(title, { head, rows }) {
  const headRow = el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)));
  const bodyRow = ([name, ...values]) =>
    el("tr", {}, el("th", { scope: "row" }, name), ...values.map((value) => el("td", {}, String(value))));
  return el(
    "table",
    { class: "visually-hidden" },
    el("caption", {}, title),
    el("thead", {}, headRow),
    el("tbody", {}, ...rows.map(bodyRow)),
  );
}
