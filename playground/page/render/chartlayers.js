// The marks of bar, line and area charts. Lines differ by dash and marker as well as by color.

import { svg } from "../dom.js";

const DASHES = ["", "6 3", "2 3", "8 3 2 3"];

/** Bars side by side, one for each series in every category. */
export function barLayer(series, scale) {
  const width = (scale.band * 0.76) / series.length;
  return series.flatMap((one, index) =>
    one.data.map(({ label, value }) => {
      const [top, bottom] = [scale.y(Math.max(value, 0)), scale.y(Math.min(value, 0))];
      const x = scale.x(label) - scale.band * 0.38 + index * width;
      return svg("rect", {
        class: `series-${index}`,
        x,
        y: top,
        width: Math.max(width - 1, 1),
        height: Math.max(bottom - top, 0.5),
        rx: 2,
      });
    }),
  );
}

/** One line for each series. */
export function lineLayer(series, scale) {
  return series.flatMap((one, index) => [
    svg("polyline", {
      class: `line series-${index}`,
      points: pointsOf(one, scale),
      "stroke-dasharray": DASHES[index % DASHES.length],
    }),
    ...one.data.map(({ label, value }) => marker(scale.x(label), scale.y(value), index)),
  ]);
}

/** Lines with the space down to zero filled. */
export function areaLayer(series, scale) {
  const filled = series.map((one, index) => {
    const labels = ordered(one, scale).map(({ label }) => label);
    const zero = scale.y(0);
    const points = `${scale.x(labels[0])},${zero} ${pointsOf(one, scale)} ${scale.x(labels.at(-1))},${zero}`;
    return svg("polygon", { class: `area series-${index}`, points });
  });
  return [...filled, ...lineLayer(series, scale)];
}

const ordered = (one, { categories }) =>
  [...one.data].sort((a, b) => categories.indexOf(a.label) - categories.indexOf(b.label));
const pointsOf = (one, scale) =>
  ordered(one, scale)
    .map(({ label, value }) => `${scale.x(label)},${scale.y(value)}`)
    .join(" ");

function marker(x, y, index) {
  const name = `series-${index}`;
  if (index % 3 === 0) return svg("circle", { class: name, cx: x, cy: y, r: 3.5 });
  if (index % 3 === 1) return svg("rect", { class: name, x: x - 3.2, y: y - 3.2, width: 6.4, height: 6.4 });
  return svg("polygon", { class: name, points: `${x},${y - 4.2} ${x + 4},${y + 3} ${x - 4},${y + 3}` });
}
